// Role: times who a request is from: by a key, by a token that was verified before, and by one that
// was not; the framing of the request is not timed.
#include "actors/environment/clock.hpp"
#include "domain/values/invariant.hpp"
#include "http/api/access/authenticator.hpp"
#include "http/api/access/key_text.hpp"

#include <benchmark/benchmark.h>
#include <jwt.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace hongbao {

namespace {

constexpr std::size_t keys_known = 100;
constexpr std::size_t tokens_known = 10'000;

/// A head as browsers and backends send it, with this credential.
class Request {
  public:
    explicit Request(const std::string& credential)
        : text_("POST /v1/packets/210837485760483330/open HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"
                "User-Agent: curl/8.5.0\r\nAccept: */*\r\nContent-Type: application/json\r\n" +
                (credential.empty() ? "" : "Authorization: Bearer " + credential + "\r\n") +
                "\r\n"),
          framer_(std::make_unique<http::Framer>()) {
        const auto outcome =
            framer_->advance(text_, [](std::string_view, std::string_view) { return 0UL; });
        domain::invariant(outcome == http::Framer::Outcome::complete, "the request is whole");
    }
    const http::Framer& framer() const { return *framer_; }

  private:
    std::string text_;
    std::unique_ptr<http::Framer> framer_;
};

struct World {
    World() {
        domain::AccessState state;
        for (std::size_t i = 0; i < keys_known; ++i) {
            keys.push_back(http::make_key());
            domain::AccessKey key;
            key.made.key_id = keys.back().key_id;
            key.made.scope = domain::Scope::service;
            key.made.secret_hash = keys.back().secret_hash;
            state.keys.emplace(key.made.key_id, key);
        }
        board.publish(std::make_shared<const domain::AccessState>(state), 1);
    }
    std::string token_of(std::size_t user) const {
        const auto now = clock.now();
        return http::sign_token({"u" + std::to_string(1'000'000 + user), now, now + 3'600'000, 0},
                                tokens.secrets()->current());
    }

    actors::ManualClock clock{actors::clock_ms_min};
    http::AccessBoard board;
    http::TokenBoard tokens{{{http::make_token_secret()}},
                            [](const http::TokenSecrets&) { return std::nullopt; }};
    std::vector<http::MadeKey> keys;
};

void authenticate(benchmark::State& state, World& world, const std::vector<Request>& requests,
                  std::size_t cache_max) {
    http::Authenticator authenticator(world.board, {&world.tokens, nullptr, cache_max},
                                      world.clock);
    const http::Client client;
    std::size_t at = 0;
    for (auto _ : state) {
        const auto outcome = authenticator.authenticate(requests[at].framer(), client);
        domain::invariant(std::holds_alternative<http::CredentialPtr>(outcome), "it is good");
        benchmark::DoNotOptimize(outcome);
        at = at + 1 == requests.size() ? 0 : at + 1;
    }
    state.SetItemsProcessed(state.iterations());
}

void WithoutACredential(benchmark::State& state) {
    World world;
    std::vector<Request> requests;
    requests.emplace_back("");
    authenticate(state, world, requests, 65'536);
}
BENCHMARK(WithoutACredential);

void WithOneOfAHundredKeys(benchmark::State& state) {
    World world;
    std::vector<Request> requests;
    for (const auto& key : world.keys) {
        requests.emplace_back(key.text);
    }
    authenticate(state, world, requests, 65'536);
}
BENCHMARK(WithOneOfAHundredKeys);

std::vector<Request> with_tokens(const World& world) {
    std::vector<Request> requests;
    for (std::size_t user = 0; user < tokens_known; ++user) {
        requests.emplace_back(world.token_of(user));
    }
    return requests;
}

void WithOneOfTenThousandTokensSeenBefore(benchmark::State& state) {
    World world;
    authenticate(state, world, with_tokens(world), 65'536);
}
BENCHMARK(WithOneOfTenThousandTokensSeenBefore);

void WithATokenForTheFirstTime(benchmark::State& state) {
    World world;
    authenticate(state, world, with_tokens(world), 4);
}
BENCHMARK(WithATokenForTheFirstTime);

/// A key pair of an issuer, as PEM.
struct KeyPair {
    explicit KeyPair(EVP_PKEY* generated) : key(generated, EVP_PKEY_free) {
        domain::invariant(key != nullptr, "OpenSSL makes a key");
    }
    template <typename Write>
    std::string pem(Write write) const {
        const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
        domain::invariant(write(out.get()) == 1, "OpenSSL writes a key");
        char* data = nullptr;
        const long size = BIO_get_mem_data(out.get(), &data);
        return {data, static_cast<std::size_t>(size)};
    }
    std::string public_pem() const {
        return pem([this](BIO* out) { return PEM_write_bio_PUBKEY(out, key.get()); });
    }
    std::string private_pem() const {
        return pem([this](BIO* out) {
            return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
        });
    }

    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key;
};

/// Verified each time: as whoever forges them makes the server do.
void of_an_issuer(benchmark::State& state, const KeyPair& keys, http::TokenAlgorithm algorithm,
                  jwt_alg_t signed_by) {
    const World world;
    const std::string secret = keys.private_pem();
    jwt_t* jwt = nullptr;
    domain::invariant(jwt_new(&jwt) == 0, "libjwt makes a token");
    const std::unique_ptr<jwt_t, decltype(&jwt_free)> owned(jwt, jwt_free);
    jwt_add_grant(jwt, "aud", "hongbao");
    jwt_add_grant(jwt, "sub", "u1000000");
    jwt_add_grant_int(jwt, "exp", (world.clock.now() + 3'600'000) / 1'000);
    jwt_set_alg(jwt, signed_by, reinterpret_cast<const unsigned char*>(secret.data()),
                static_cast<int>(secret.size()));
    const std::unique_ptr<char, decltype(&std::free)> token(jwt_encode_str(jwt), std::free);
    http::TokenIssuer issuer;
    issuer.key = std::get<http::PublicKeyPtr>(http::PublicKey::read(keys.public_pem(), algorithm));
    const http::TokenVerifier verifier(world.tokens.secrets(),
                                       std::make_shared<const http::TokenIssuer>(issuer));
    for (auto _ : state) {
        const auto outcome = verifier.verify(token.get(), world.clock.now());
        domain::invariant(std::holds_alternative<http::Credential>(outcome), "it is good");
    }
    state.SetItemsProcessed(state.iterations());
}

void WithATokenOfES256ForTheFirstTime(benchmark::State& state) {
    of_an_issuer(state, KeyPair(EVP_EC_gen("P-256")), http::TokenAlgorithm::es256, JWT_ALG_ES256);
}
BENCHMARK(WithATokenOfES256ForTheFirstTime);

void WithATokenOfRS256ForTheFirstTime(benchmark::State& state) {
    of_an_issuer(state, KeyPair(EVP_RSA_gen(2'048U)), http::TokenAlgorithm::rs256, JWT_ALG_RS256);
}
BENCHMARK(WithATokenOfRS256ForTheFirstTime);

void SigningAToken(benchmark::State& state) {
    const World world;
    for (auto _ : state) {
        benchmark::DoNotOptimize(world.token_of(7));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(SigningAToken);

} // namespace

} // namespace hongbao
