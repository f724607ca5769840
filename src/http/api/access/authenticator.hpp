// Role: who sends a request, by its Authorization header and the way it came.
// Owner: one event loop, its thread; nothing is locked while nobody changes keys.
// Invariant: what is written in a header is in no answer and no log.
#pragma once

#include "http/api/access/access_board.hpp"
#include "http/api/access/credential.hpp"
#include "http/api/access/credential_cache.hpp"
#include "http/api/access/key_ring.hpp"
#include "http/api/limits/limiter.hpp"
#include "http/api/problem.hpp"
#include "http/api/tokens/token.hpp"
#include "http/api/tokens/token_board.hpp"
#include "http/transport/framing/framing.hpp"
#include "http/transport/socket/client.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

namespace hongbao::actors {
class Clock;
} // namespace hongbao::actors

namespace hongbao::http {

/// Longer ones are refused unread. A token of the server itself has about 400.
inline constexpr std::size_t credential_characters_max = 4'096;

/// What tokens are verified by. The cache's size is that of one loop.
struct TokenSources {
    const TokenBoard* board = nullptr; // null: the server has no tokens of its own
    TokenIssuerPtr issuer;             // null: nobody else makes any
    std::size_t cache_max = 65'536;
    Limiter* limiter = nullptr; // null: any number of wrong tokens is checked
};

class Authenticator {
  public:
    Authenticator(const AccessBoard& board, TokenSources tokens, const actors::Clock& clock);

    /// A request without a credential is nobody's, unless it comes by the control socket, or from
    /// this machine while the server has no keys. A credential that is there is looked at wherever
    /// it comes from: whoever sends one means it.
    std::variant<CredentialPtr, Problem> authenticate(const Framer& request, const Client& client);

    const CredentialPtr& nobody() const { return nobody_; }
    /// Another one than before: what was authenticated until then may be so no longer.
    std::uint64_t version() const {
        return board_.version() + (tokens_.board != nullptr ? tokens_.board->version() : 0);
    }

  private:
    void follow_boards();
    const CredentialPtr& without_credential(const Client& client) const;
    std::variant<CredentialPtr, Problem> check(std::string_view credential, const Client& client);
    std::variant<CredentialPtr, Problem> check_key(std::string_view text, const Client& client);
    std::variant<CredentialPtr, Problem> check_token(std::string_view text, const Client& client);

    const AccessBoard& board_;
    const TokenSources tokens_;
    const actors::Clock& clock_;
    std::uint64_t board_version_ = 0;
    KeyRing keys_;
    CredentialCache seen_keys_; // by the keys as they are; of keys that are good anywhere
    std::uint64_t secrets_version_ = 0;
    TokenVerifier verifier_;
    CredentialCache verified_; // by the secrets and the issuer as they are
    const CredentialPtr nobody_;
    const CredentialPtr local_;
};

} // namespace hongbao::http
