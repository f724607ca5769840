// Role: takes an Authorization header apart (RFC 6750, section 2.1).
#include "http/api/access/authenticator.hpp"

#include "actors/environment/clock.hpp"
#include "http/text/ascii.hpp"

#include <algorithm>

namespace hongbao::http {

namespace {

constexpr std::size_t seen_keys_max = 1'024; // about as many as there can be
constexpr std::string_view bearer = "Bearer";

Problem credential_invalid(const char* detail) {
    return Problem{"credential_invalid", detail};
}

CredentialPtr credential_of(domain::Principal principal) {
    return std::make_shared<const Credential>(Credential{std::move(principal)});
}

bool is_of_token68(char c) {
    return c > ' ' && c <= '~';
}

} // namespace

Authenticator::Authenticator(const AccessBoard& board, TokenSources tokens,
                             const actors::Clock& clock)
    : board_(board), tokens_(std::move(tokens)), clock_(clock), seen_keys_(seen_keys_max),
      verifier_(nullptr, tokens_.issuer), verified_(tokens_.cache_max),
      nobody_(credential_of(domain::Principal{})), local_(credential_of(domain::local_operator())) {
}

std::variant<CredentialPtr, Problem> Authenticator::authenticate(const Framer& request,
                                                                 const Client& client) {
    follow_boards();
    const auto header = request.header("Authorization");
    if (!header) {
        return without_credential(client);
    }
    if (request.header_count("Authorization") > 1) {
        return credential_invalid("Authorization occurs twice in this request.");
    }
    const std::size_t blank = std::min(header->find(' '), header->size());
    if (!ascii::equal_without_case(header->substr(0, blank), bearer)) {
        return credential_invalid("Authorization is not of the form: Bearer, a blank, a key or a "
                                  "token. No other scheme is known.");
    }
    const std::string_view credential = ascii::trim(header->substr(blank));
    if (credential.empty()) {
        return credential_invalid("There is nothing behind Bearer.");
    }
    if (credential.size() > credential_characters_max) {
        return credential_invalid("No key or token is that long.");
    }
    if (!std::ranges::all_of(credential, is_of_token68)) {
        return credential_invalid("Behind Bearer stands one key or token, and nothing else.");
    }
    return check(credential, client);
}

void Authenticator::follow_boards() {
    if (const std::uint64_t version = board_.version(); version != board_version_) {
        // The state may be a later one than the version: then it is read once more.
        board_version_ = version;
        keys_ = KeyRing(board_.state());
        seen_keys_.clear();
    }
    if (tokens_.board != nullptr && tokens_.board->version() != secrets_version_) {
        secrets_version_ = tokens_.board->version();
        verifier_ = TokenVerifier(tokens_.board->secrets(), tokens_.issuer);
        verified_.clear(); // by secrets that may be gone
    }
}

const CredentialPtr& Authenticator::without_credential(const Client& client) const {
    const bool is_local = client.via == Via::control || (client.is_this_machine && keys_.is_open());
    return is_local ? local_ : nobody_;
}

std::variant<CredentialPtr, Problem> Authenticator::check(std::string_view credential,
                                                          const Client& client) {
    if (credential.starts_with(key_prefix)) {
        return check_key(credential, client);
    }
    return check_token(credential, client);
}

std::variant<CredentialPtr, Problem> Authenticator::check_key(std::string_view text,
                                                              const Client& client) {
    const domain::InstantMs now = clock_.now();
    if (const CredentialPtr* known = seen_keys_.find(text, now)) {
        return *known;
    }
    const auto key = read_key(text);
    if (!key) {
        return credential_invalid("It is not a whole key.");
    }
    auto found = keys_.find(*key, client.address, now);
    if (auto* credential = std::get_if<CredentialPtr>(&found)) {
        if (!keys_.is_for_some_addresses(key->key_id)) {
            seen_keys_.put(text, *credential, now);
        }
        return std::move(*credential);
    }
    if (std::get<KeyFault>(found) == KeyFault::expired) {
        return Problem{"credential_expired", "The time of this key is over."};
    }
    // One sentence for all reasons: it tells a thief nothing.
    return credential_invalid("This key is unknown, was revoked or replaced, or is not to be used "
                              "from your address.");
}

std::variant<CredentialPtr, Problem> Authenticator::check_token(std::string_view text,
                                                                const Client& client) {
    const domain::InstantMs now = clock_.now();
    if (const CredentialPtr* known = verified_.find(text, now)) {
        return *known;
    }
    if (tokens_.limiter != nullptr) {
        if (auto spent = tokens_.limiter->admit_attempt(client)) {
            return std::move(*spent);
        }
    }
    auto outcome = verifier_.verify(text, now);
    if (auto* problem = std::get_if<Problem>(&outcome)) {
        return std::move(*problem);
    }
    auto credential = std::make_shared<const Credential>(std::move(std::get<Credential>(outcome)));
    verified_.put(text, credential, now);
    return credential;
}

} // namespace hongbao::http
