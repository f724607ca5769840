// Role: which tokens are good for what: a table of everything that somebody might try.
#include "http/api/tokens/token.hpp"

#include "actors/environment/clock.hpp"
#include "tests/http/api/tokens/forge.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

using namespace hongbao;
using namespace hongbao::http;
using nlohmann::json;

namespace {

constexpr domain::InstantMs now_ms = actors::clock_ms_min + 7;
constexpr std::int64_t now_s = now_ms / 1'000;

const TokenSecret secret{"00112233445566aa", std::string(32, 's')};
const std::string own_header = R"({"alg":"HS256","typ":"JWT","kid":"00112233445566aa"})";

json own_claims() {
    return {{"iss", "hongbao"}, {"aud", "hongbao"}, {"sub", "alice"},
            {"iat", now_s},     {"nbf", now_s},     {"exp", now_s + 60}};
}
json with(const std::string& name, const json& value) {
    json claims = own_claims();
    claims[name] = value;
    return claims;
}
json without(const std::string& name) {
    json claims = own_claims();
    claims.erase(name);
    return claims;
}
std::string own(const json& claims) {
    return forge::with_hmac(own_header, claims.dump(), secret.bytes);
}

TokenVerifier own_verifier(TokenIssuerPtr issuer = nullptr) {
    return {std::make_shared<const TokenSecrets>(TokenSecrets{{secret}}), std::move(issuer)};
}

/// "alice", "alice only 7", or the problem's code.
std::string outcome_of(const TokenVerifier& verifier, const std::string& token,
                       domain::InstantMs now = now_ms) {
    const auto outcome = verifier.verify(token, now);
    if (const auto* problem = std::get_if<Problem>(&outcome)) {
        return std::string(problem->code);
    }
    const auto& [scope, name, user_id, only] = std::get<Credential>(outcome).principal;
    EXPECT_EQ(scope, domain::Scope::user);
    EXPECT_EQ(name, "user:" + user_id);
    return user_id + (only != 0 ? " only " + std::to_string(only) : "");
}

constexpr const char* invalid = "credential_invalid";
constexpr const char* expired = "credential_expired";

struct Case {
    const char* what;
    std::string token;
    const char* outcome;
};

void expect_all(const TokenVerifier& verifier, const std::vector<Case>& cases) {
    for (const Case& one : cases) {
        EXPECT_EQ(outcome_of(verifier, one.token), one.outcome) << one.what;
    }
}

TEST(Tokens, OfTheServerItself) {
    const TokenSecrets both{{secret, {"ffffffffffffffff", std::string(32, 'f'), now_ms + 5'000}}};
    const TokenVerifier verifier(std::make_shared<const TokenSecrets>(both), nullptr);
    TokenGrant grant{"alice", now_ms - 7, now_ms - 7 + 60'000, 0};
    const std::string token = sign_token(grant, secret);
    EXPECT_EQ(outcome_of(verifier, token), "alice");
    EXPECT_EQ(outcome_of(verifier, token, now_ms - 7 + 59'999), "alice");
    EXPECT_EQ(outcome_of(verifier, token, now_ms - 7 + 60'000), expired);
    EXPECT_NE(sign_token(grant, secret), token) << "each has an id of its own";
    grant.only_entity = 210'837'485'760'483'330;
    EXPECT_EQ(outcome_of(verifier, sign_token(grant, secret)), "alice only 210837485760483330");
    // Signed with the secret before: good until that is over, and no longer.
    const std::string former = sign_token(grant, both.secrets[1]);
    EXPECT_EQ(outcome_of(verifier, former, now_ms + 4'999), "alice only 210837485760483330");
    EXPECT_EQ(std::get<Credential>(verifier.verify(former, now_ms)).expires_at, now_ms + 5'000);
    EXPECT_EQ(outcome_of(verifier, former, now_ms + 5'000), invalid);
    // Another server's.
    EXPECT_EQ(outcome_of(verifier, sign_token(grant, make_token_secret())), invalid);
    EXPECT_EQ(outcome_of(verifier, sign_token(grant, {secret.kid, std::string(32, 'x')})), invalid);
}

TEST(Tokens, ByTheirClaims) {
    expect_all(
        own_verifier(),
        {
            {"as they should be", own(own_claims()), "alice"},
            {"an audience among others", own(with("aud", {"else", "hongbao"})), "alice"},
            {"one audience, in an array", own(with("aud", json::array({"hongbao"}))), "alice"},
            {"claims that nobody asked for", own(with("role", "admin")), "alice"},
            {"for one packet", own(with("only", "7")), "alice only 7"},
            {"a user id of another form", own(with("sub", "a.b_c:d@e-F")), "a.b_c:d@e-F"},
            {"a fraction of a second", own(with("exp", now_s + 60.5)), "alice"},
            {"the longest life", own(with("exp", now_s + 30 * 86'400)), "alice"},
            {"begins in a moment", own(with("nbf", now_s + 30)), "alice"},
            {"made in a moment", own(with("iat", now_s + 30)), "alice"},
            {"never said when it begins", own(without("nbf")), "alice"},
            {"never said when it was made", own(without("iat")), "alice"},

            {"expired", own(with("exp", now_s)), expired},
            {"expired long ago", own(with("exp", 0)), expired},
            {"no expiry", own(without("exp")), invalid},
            {"an expiry that is a text", own(with("exp", std::to_string(now_s + 60))), invalid},
            {"an expiry that is null", own(with("exp", nullptr)), invalid},
            {"an expiry before 1970", own(with("exp", -1)), invalid},
            {"an expiry beyond all years", own(with("exp", UINT64_MAX)), invalid},
            {"an expiry beyond all numbers",
             forge::with_hmac(own_header,
                              R"({"iss":"hongbao","aud":"hongbao","sub":"alice","exp":1e400})",
                              secret.bytes),
             invalid},
            {"too long a life", own(with("exp", now_s + 30 * 86'400 + 31)), invalid},
            {"not valid yet", own(with("nbf", now_s + 31)), invalid},
            {"from the future", own(with("iat", now_s + 31)), invalid},
            {"a beginning that is a text", own(with("nbf", "0")), invalid},

            {"another audience", own(with("aud", "honghao")), invalid},
            {"the audience in other letters", own(with("aud", "Hongbao")), invalid},
            {"no audience", own(without("aud")), invalid},
            {"an audience that is nobody", own(with("aud", json::array())), invalid},
            {"other audiences", own(with("aud", {"a", "b"})), invalid},
            {"an audience among numbers", own(with("aud", {1, "hongbao"})), invalid},
            {"an audience within an array", own(with("aud", {{"hongbao"}})), invalid},
            {"an audience as a name", own(with("aud", {{"hongbao", true}})), invalid},
            {"another issuer", own(with("iss", "else")), invalid},
            {"no issuer", own(without("iss")), invalid},

            {"no user", own(without("sub")), invalid},
            {"an empty user", own(with("sub", "")), invalid},
            {"a user with a blank", own(with("sub", "alice bob")), invalid},
            {"a user with a line break", own(with("sub", "alice\n")), invalid},
            {"a user of 65 characters", own(with("sub", std::string(65, 'a'))), invalid},
            {"a user that is a number", own(with("sub", 7)), invalid},
            {"a user in an array", own(with("sub", json::array({"alice"}))), invalid},
            {"only for what is no id", own(with("only", "x")), invalid},
            {"only for nothing", own(with("only", "")), invalid},
            {"only for zero", own(with("only", "0")), invalid},
            {"only for a number", own(with("only", 7)), invalid},
            {"only for null", own(with("only", nullptr)), invalid},

            {"claims that are an array", own(json::array()), invalid},
            {"claims that are no JSON", forge::with_hmac(own_header, "{", secret.bytes), invalid},
            {"no claims", forge::with_hmac(own_header, "", secret.bytes), invalid},
            {"a claim that occurs twice",
             forge::with_hmac(own_header, R"({"sub":"bob",)" + own_claims().dump().substr(1),
                              secret.bytes),
             invalid},
        });
}

TEST(Tokens, ByTheirHeader) {
    const std::string claims = own_claims().dump();
    const auto headed = [&](const std::string& header) {
        return forge::with_hmac(header, claims, secret.bytes);
    };
    const std::string kid = R"("kid":"00112233445566aa")";
    expect_all(
        own_verifier(),
        {
            {"no type", headed("{\"alg\":\"HS256\"," + kid + "}"), "alice"},
            {"white space", headed("{ \"alg\" : \"HS256\" , " + kid + " }"), "alice"},
            {"no algorithm", headed("{" + kid + "}"), invalid},
            {"none", headed("{\"alg\":\"none\"," + kid + "}"), invalid},
            {"none, unsigned",
             forge::unsigned_token("{\"alg\":\"none\"," + kid + "}", claims) + ".", invalid},
            {"none, without a dot", forge::unsigned_token("{\"alg\":\"none\"}", claims), invalid},
            {"None", headed("{\"alg\":\"None\"," + kid + "}"), invalid},
            {"NONE, unsigned",
             forge::unsigned_token("{\"alg\":\"NONE\"," + kid + "}", claims) + ".", invalid},
            {"small letters", headed("{\"alg\":\"hs256\"," + kid + "}"), invalid},
            {"HS384", headed("{\"alg\":\"HS384\"," + kid + "}"), invalid},
            {"ES256 with the server's secret", headed("{\"alg\":\"ES256\"," + kid + "}"), invalid},
            {"RS256 with the server's secret", headed("{\"alg\":\"RS256\"," + kid + "}"), invalid},
            {"an algorithm that is a list", headed("{\"alg\":[\"HS256\"]," + kid + "}"), invalid},
            {"an algorithm that occurs twice",
             headed("{\"alg\":\"none\",\"alg\":\"HS256\"," + kid + "}"), invalid},
            {"an unknown kid", headed(R"({"alg":"HS256","kid":"0011223344556677"})"), invalid},
            {"no kid", headed(R"({"alg":"HS256"})"), invalid},
            {"a kid that is a number", headed(R"({"alg":"HS256","kid":1})"), invalid},
            {"a kid that is a path", headed(R"({"alg":"HS256","kid":"../../dev/null"})"), invalid},
            {"an extension", headed("{\"alg\":\"HS256\",\"crit\":[\"x\"]," + kid + "}"), invalid},
            {"an unencoded payload", headed("{\"alg\":\"HS256\",\"b64\":false," + kid + "}"),
             invalid},
            {"another type", headed("{\"alg\":\"HS256\",\"typ\":\"JWE\"," + kid + "}"), invalid},
            {"a header that is no object", headed("[]"), invalid},
            {"an empty header", headed(""), invalid},
            {"an empty secret", forge::with_hmac(own_header, claims, ""), invalid},
        });
}

TEST(Tokens, ByTheirText) {
    const std::string token = own(own_claims());
    const TokenVerifier verifier = own_verifier();
    ASSERT_EQ(outcome_of(verifier, token), "alice");
    const std::size_t first = token.find('.'), second = token.rfind('.');
    const std::string bob = forge::unsigned_token(own_header, with("sub", "bob").dump());
    expect_all(verifier, {
                             {"nothing", "", invalid},
                             {"a dot", ".", invalid},
                             {"two dots", "..", invalid},
                             {"three dots", "...", invalid},
                             {"a word", "alice", invalid},
                             {"one part", token.substr(0, first), invalid},
                             {"two parts", token.substr(0, second), invalid},
                             {"no signature", token.substr(0, second + 1), invalid},
                             {"four parts", token + ".x", invalid},
                             {"five parts", token + ".x.y", invalid},
                             {"a dot behind", token + ".", invalid},
                             {"padding", token + "=", invalid},
                             {"a letter behind", token + "A", invalid},
                             {"four letters behind", token + "AAAA", invalid},
                             {"half of the signature", token.substr(0, second + 22), invalid},
                             {"another's claims", bob + token.substr(second), invalid},
                             {"an emptied header", token.substr(first), invalid},
                             {"NUL behind", token + std::string(1, '\0'), invalid},
                             {"bytes", "\xFF\xFE.\x80.\x80", invalid},
                         });
    // Every bit of it counts, the last ones of each part too, which base64 does not use.
    for (std::size_t i = 0; i < token.size(); ++i) {
        for (const char c : std::string("AB-_+/= .z9")) {
            std::string altered = token;
            altered[i] = c;
            EXPECT_EQ(outcome_of(verifier, altered), altered == token ? "alice" : invalid)
                << i << " " << c;
        }
    }
}

TEST(Tokens, OfTheLargestSize) {
    const TokenVerifier verifier = own_verifier();
    const std::string large = own(with("note", std::string(2'500, 'n')));
    EXPECT_LE(large.size(), 4'096U);
    EXPECT_EQ(outcome_of(verifier, large), "alice");
    json deep = 1;
    for (int i = 0; i < 300; ++i)
        deep = json::array({deep});
    EXPECT_EQ(outcome_of(verifier, own(with("deep", deep))), invalid);
}

TokenIssuerPtr issuer_of(const forge::Issuer& keys, TokenAlgorithm algorithm,
                         std::string issuer = "https://login.example") {
    return std::make_shared<const TokenIssuer>(
        TokenIssuer{std::get<PublicKeyPtr>(PublicKey::read(keys.public_key(), algorithm)),
                    std::move(issuer), "shop", "uid"});
}

json issued_claims() {
    return {{"iss", "https://login.example"},
            {"aud", "shop"},
            {"sub", "0815"},
            {"uid", "alice"},
            {"exp", now_s + 60}};
}

class OfAnIssuer : public testing::TestWithParam<TokenAlgorithm> {
  protected:
    static const forge::Issuer& keys() {
        static const forge::Issuer elliptic = forge::Issuer::p256();
        static const forge::Issuer rsa = forge::Issuer::rsa(2'048);
        return GetParam() == TokenAlgorithm::es256 ? elliptic : rsa;
    }
    static const forge::Issuer& others() {
        static const forge::Issuer elliptic = forge::Issuer::p256();
        static const forge::Issuer rsa = forge::Issuer::rsa(2'048);
        return GetParam() == TokenAlgorithm::es256 ? elliptic : rsa;
    }
    static std::string header() {
        return std::string(R"({"alg":")") +
               (GetParam() == TokenAlgorithm::es256 ? "ES256" : "RS256") +
               R"(","typ":"JWT","kid":"2026-11"})";
    }
};

TEST_P(OfAnIssuer, IsVerifiedByItsPublicKey) {
    const TokenVerifier verifier = own_verifier(issuer_of(keys(), GetParam()));
    const std::string claims = issued_claims().dump();
    const std::string token = forge::with_key(header(), claims, keys());
    json without_issuer = issued_claims(), of_another = issued_claims(),
         restricted = issued_claims(), without_user = issued_claims();
    without_issuer.erase("iss");
    of_another["iss"] = "https://login.example.org";
    restricted["only"] = "7";
    without_user.erase("uid");
    const auto signed_by_it = [&](const json& some) {
        return forge::with_key(header(), some.dump(), keys());
    };
    const std::string pem = keys().public_key();
    const std::string hs256 = R"({"alg":"HS256","typ":"JWT"})";
    const std::string as_own = R"({"alg":"HS256","typ":"JWT","kid":"00112233445566aa"})";
    const std::string other_algorithm =
        GetParam() == TokenAlgorithm::es256 ? R"({"alg":"RS256"})" : R"({"alg":"ES256"})";
    expect_all(
        verifier,
        {
            {"its own", token, "alice"},
            {"the server's", own(own_claims()), "alice"},
            {"for one packet", signed_by_it(restricted), "alice only 7"},
            {"without an issuer", signed_by_it(without_issuer), invalid},
            {"of another issuer", signed_by_it(of_another), invalid},
            {"without the claim that names the user", signed_by_it(without_user), invalid},
            {"with the server's claims", signed_by_it(own_claims()), invalid},
            {"another's key", forge::with_key(header(), claims, others()), invalid},
            {"the public key as a secret", forge::with_hmac(hs256, claims, pem), invalid},
            {"the same with its kid", forge::with_hmac(as_own, claims, pem), invalid},
            {"the same, trimmed", forge::with_hmac(hs256, claims, pem.substr(0, pem.size() - 1)),
             invalid},
            {"the same under its own algorithm", forge::with_hmac(header(), claims, pem), invalid},
            {"its signature under HS256", forge::with_key(hs256, claims, keys()), invalid},
            {"its signature under the server's kid",
             forge::with_key(as_own, own_claims().dump(), keys()), invalid},
            {"the server's secret under its algorithm",
             forge::with_hmac(header(), claims, secret.bytes), invalid},
            {"the other algorithm", forge::with_key(other_algorithm, claims, keys()), invalid},
            {"none", forge::unsigned_token(R"({"alg":"none"})", claims) + ".", invalid},
            {"none, signed", forge::with_key(R"({"alg":"none"})", claims, keys()), invalid},
            {"altered claims",
             forge::unsigned_token(header(), restricted.dump()) + token.substr(token.rfind('.')),
             invalid},
        });
    for (std::size_t i = token.rfind('.') + 1; i < token.size(); i += 5) {
        std::string altered = token;
        altered[i] = altered[i] == 'A' ? 'B' : 'A';
        EXPECT_EQ(outcome_of(verifier, altered), invalid) << i;
    }
    EXPECT_EQ(outcome_of(verifier, token, now_ms + 60'000), expired);
    EXPECT_EQ(outcome_of(own_verifier(), token), invalid) << "where it is not configured";
    EXPECT_EQ(
        outcome_of(own_verifier(issuer_of(keys(), GetParam(), "")), signed_by_it(without_issuer)),
        "alice")
        << "where no issuer is asked for";
}

// Signatures of other lengths and numbers out of range are wrong, and no more than that.
TEST_P(OfAnIssuer, IsRefusedWithASignatureThatIsNone) {
    const TokenVerifier verifier = own_verifier(issuer_of(keys(), GetParam()));
    const std::string text =
        forge::base64url(header()) + "." + forge::base64url(issued_claims().dump());
    const std::string right = keys().sign(text);
    for (const std::string& wrong :
         {right + "x", right.substr(1), std::string(right.size(), '\0'),
          std::string(right.size(), '\xFF'), std::string(2'000, 'x'),
          right.substr(0, right.size() / 2) + std::string(right.size() / 2, '\0')}) {
        EXPECT_EQ(outcome_of(verifier, text + "." + forge::base64url(wrong)), invalid)
            << wrong.size();
    }
    EXPECT_EQ(outcome_of(verifier, text + "." + forge::base64url(right)), "alice")
        << "after all that";
}

INSTANTIATE_TEST_SUITE_P(Tokens, OfAnIssuer,
                         testing::Values(TokenAlgorithm::es256, TokenAlgorithm::rs256),
                         [](const auto& one) {
                             return one.param == TokenAlgorithm::es256 ? "ES256" : "RS256";
                         });

std::optional<std::string> fault_of(const std::string& pem, TokenAlgorithm algorithm) {
    const auto read = PublicKey::read(pem, algorithm);
    const auto* fault = std::get_if<std::string>(&read);
    return fault != nullptr ? std::optional(*fault) : std::nullopt;
}

TEST(Tokens, PublicKeysThatAreNone) {
    const auto p256 = forge::Issuer::p256();
    const auto p384 = forge::Issuer::p384();
    const auto rsa = forge::Issuer::rsa(2'048);
    const auto small = forge::Issuer::rsa(1'024);
    using enum TokenAlgorithm;
    EXPECT_FALSE(fault_of(p256.public_key(), es256).has_value());
    EXPECT_FALSE(fault_of(rsa.public_key(), rs256).has_value());
    EXPECT_TRUE(fault_of(p256.public_key(), rs256).has_value());
    EXPECT_TRUE(fault_of(rsa.public_key(), es256).has_value());
    EXPECT_TRUE(fault_of(p384.public_key(), es256).has_value());
    EXPECT_TRUE(fault_of(small.public_key(), rs256).has_value());
    EXPECT_TRUE(fault_of("", es256).has_value());
    EXPECT_TRUE(fault_of("-----BEGIN PUBLIC KEY-----", es256).has_value());
    const auto told = fault_of(p256.private_key(), es256);
    ASSERT_TRUE(told.has_value());
    EXPECT_NE(told->find("private"), told->npos);
}

} // namespace
