// Role: signs by libjwt and has it verify signatures (in Debian 12 it compares them in constant
// time). It goes by the algorithm that a token names, and takes what JSON it gets: so header and
// claims are read here first, strictly, and the algorithm must be the right one for the key.
#include "http/api/tokens/token.hpp"

#include "domain/values/invariant.hpp"
#include "http/api/access/key_text.hpp"
#include "http/api/body/json_body.hpp"
#include "http/api/tokens/token_claims.hpp"
#include "http/text/ascii.hpp"
#include "http/text/base64url.hpp"

#include <algorithm>
#include <cstdlib>
#include <jwt.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <openssl/err.h>

namespace hongbao::http {

namespace {

using nlohmann::json;
using Jwt = std::unique_ptr<jwt_t, decltype(&jwt_free)>;

/// What a token says of itself.
struct TokenParts {
    json header;
    std::string claims;
};

std::optional<json> object_in(std::string_view text) {
    auto read = read_json(text);
    auto* value = std::get_if<json>(&read);
    return value != nullptr && value->is_object() ? std::optional(std::move(*value)) : std::nullopt;
}

std::optional<TokenParts> parts_of(std::string_view token) {
    const std::size_t first = token.find('.');
    const std::size_t second = token.find('.', std::min(first, token.size() - 1) + 1);
    if (first == token.npos || second == token.npos || token.find('.', second + 1) != token.npos) {
        return std::nullopt;
    }
    const auto header = from_base64url(token.substr(0, first));
    auto claims = from_base64url(token.substr(first + 1, second - first - 1));
    const auto signature = from_base64url(token.substr(second + 1));
    auto object = header ? object_in(*header) : std::nullopt;
    if (!object || !claims || !signature || signature->empty()) {
        return std::nullopt;
    }
    return TokenParts{std::move(*object), std::move(*claims)};
}

std::string_view text_of_header(const json& header, const char* name) {
    const auto found = header.find(name);
    return found != header.end() && found->is_string()
               ? std::string_view(found->get_ref<const std::string&>())
               : std::string_view();
}

/// Extensions that must be understood are not (RFC 7515, section 4.1.11).
bool is_plain(const json& header) {
    return !header.contains("crit") && !header.contains("b64") &&
           (!header.contains("typ") ||
            ascii::equal_without_case(text_of_header(header, "typ"), "JWT"));
}

/// Whether libjwt finds it signed by this key, which is for this algorithm.
bool is_signed_by(std::string_view token, jwt_alg_t algorithm, std::string_view key) {
    jwt_t* read = nullptr;
    const int error = jwt_decode(&read, std::string(token).c_str(),
                                 reinterpret_cast<const unsigned char*>(key.data()),
                                 static_cast<int>(key.size()));
    const Jwt owned(read, jwt_free);
    ERR_clear_error(); // or the errors of forged ones would gather, and TLS takes them for its own
    return error == 0 && jwt_get_alg(read) == algorithm;
}

bool is_signed_by(std::string_view token, const PublicKey& key) {
    const bool is_es256 = key.algorithm() == TokenAlgorithm::es256;
    return is_signed_by(token, is_es256 ? JWT_ALG_ES256 : JWT_ALG_RS256, key.pem());
}

const char* name_of(TokenAlgorithm algorithm) {
    return algorithm == TokenAlgorithm::es256 ? "ES256" : "RS256";
}

Problem not_signed_here() {
    return token_invalid("The token is not signed by whoever makes tokens for this server, or was "
                         "altered.");
}

} // namespace

std::variant<Credential, Problem> TokenVerifier::verify(std::string_view token,
                                                        domain::InstantMs now) const {
    const auto parts = parts_of(token);
    if (!parts || !is_plain(parts->header)) {
        return token_invalid("It is neither a key nor a token.");
    }
    const std::string_view algorithm = text_of_header(parts->header, "alg");
    const TokenSecret* secret =
        secrets_ ? secrets_->find(text_of_header(parts->header, "kid"), now) : nullptr;
    ExpectedClaims expected{token_self, token_self, "sub"};
    if (secret != nullptr) {
        if (algorithm != "HS256" || !is_signed_by(token, JWT_ALG_HS256, secret->bytes)) {
            return not_signed_here();
        }
    } else {
        if (!issuer_ || algorithm != name_of(issuer_->key->algorithm()) ||
            !is_signed_by(token, *issuer_->key)) {
            return not_signed_here();
        }
        expected = {issuer_->issuer, issuer_->audience, issuer_->user_claim};
    }
    const auto claims = object_in(parts->claims);
    if (!claims) {
        return token_invalid("The token has no claims.");
    }
    auto outcome = credential_in(*claims, expected, now);
    if (auto* credential = std::get_if<Credential>(&outcome);
        credential != nullptr && secret != nullptr && secret->valid_until != 0) {
        credential->expires_at = std::min(credential->expires_at, secret->valid_until);
    }
    return outcome;
}

std::string sign_token(const TokenGrant& grant, const TokenSecret& secret) {
    jwt_t* made = nullptr;
    domain::invariant(jwt_new(&made) == 0, "there is memory for a token");
    const Jwt owned(made, jwt_free);
    const auto add = [made](const char* name, const std::string& value) {
        domain::invariant(jwt_add_grant(made, name, value.c_str()) == 0, "a token takes a claim");
    };
    const auto add_instant = [made](const char* name, domain::InstantMs value) {
        domain::invariant(jwt_add_grant_int(made, name, value / domain::ms_per_s) == 0,
                          "a token takes an instant");
    };
    add("iss", std::string(token_self));
    add("aud", std::string(token_self));
    add("sub", grant.user_id);
    add("jti", make_access_id());
    add_instant("iat", grant.issued_at);
    add_instant("nbf", grant.issued_at);
    add_instant("exp", grant.expires_at);
    if (grant.only_entity != 0) {
        add("only", std::to_string(grant.only_entity));
    }
    domain::invariant(jwt_add_header(made, "kid", secret.kid.c_str()) == 0 &&
                          jwt_set_alg(made, JWT_ALG_HS256,
                                      reinterpret_cast<const unsigned char*>(secret.bytes.data()),
                                      static_cast<int>(secret.bytes.size())) == 0,
                      "a token takes its algorithm");
    const std::unique_ptr<char, decltype(&std::free)> text(jwt_encode_str(made), std::free);
    domain::invariant(text != nullptr, "a token can be signed");
    return text.get();
}

} // namespace hongbao::http
