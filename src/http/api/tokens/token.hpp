// Role: tokens (JWT, RFC 7519): signed for one user by the server itself, or by the operator's own
// issuer, and verified. Pure, but for the randomness of a token's id.
// Invariant: which algorithm is right follows from whose signature it must be, never from what a
// token says of itself.
#pragma once

#include "http/api/access/credential.hpp"
#include "http/api/problem.hpp"
#include "http/api/tokens/public_key.hpp"
#include "http/api/tokens/token_secrets.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace hongbao::http {

inline constexpr std::int64_t token_life_s_min = 60;
inline constexpr std::int64_t token_life_s_max = 30 * 86'400;
inline constexpr std::int64_t token_life_s_default = 3'600;
/// How far ahead the clock of another machine may be that made a token.
inline constexpr std::int64_t token_leeway_ms = 30'000;
/// The server's own name, as the issuer and the audience of its tokens.
inline constexpr std::string_view token_self = "hongbao";

/// Whoever else makes tokens for this server's users, by a public key.
struct TokenIssuer {
    PublicKeyPtr key;                 // never null; it is for one algorithm
    std::string issuer;               // what "iss" must be; empty: anything, or nothing
    std::string audience = "hongbao"; // what "aud" must be or name
    std::string user_claim = "sub";   // which claim is the user id
};
using TokenIssuerPtr = std::shared_ptr<const TokenIssuer>;

struct TokenGrant {
    std::string user_id;
    domain::InstantMs issued_at = 0;  // whole seconds
    domain::InstantMs expires_at = 0; // whole seconds
    std::uint64_t only_entity = 0;    // the only packet, campaign or sale that it is for; 0: all
};
/// The server's own token.
std::string sign_token(const TokenGrant& grant, const TokenSecret& secret);

class TokenVerifier {
  public:
    /// `issuer` may be null: then there are only the server's own tokens.
    TokenVerifier(TokenSecretsPtr secrets, TokenIssuerPtr issuer)
        : secrets_(std::move(secrets)), issuer_(std::move(issuer)) {}

    /// The user's credential; or credential_invalid or credential_expired.
    std::variant<Credential, Problem> verify(std::string_view token, domain::InstantMs now) const;

  private:
    TokenSecretsPtr secrets_;
    TokenIssuerPtr issuer_;
};

} // namespace hongbao::http
