// Role: the secrets that the server signs its tokens with, as they are kept in a file. Pure, but
// for the randomness; ops reads and writes the file.
#pragma once

#include "domain/administration/events.hpp"
#include "domain/values/instant.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hongbao::http {

inline constexpr std::size_t token_secret_bytes_min = 32;
inline constexpr std::size_t token_secret_bytes_max = 1'024;
/// Former ones that are still good for something included.
inline constexpr std::size_t token_secrets_max = 1'000;
/// Of a file, some of which may be good for nothing any more, or were made before there was a
/// bound.
inline constexpr std::size_t token_secrets_read_max = 1'024;

struct TokenSecret {
    domain::AccessId kid; // by which a token says what it was signed with
    std::string bytes;
    domain::InstantMs valid_until = 0; // of a former one; 0: tokens are signed with it
};

/// Of 32 random bytes.
TokenSecret make_token_secret();

/// A rotation that has begun. It is in the file before it is in the journal, and takes effect after
/// that: whenever the process ends in between, the next start completes it, and no token is lost.
struct TokenRotation {
    TokenSecret next;
    domain::InstantMs formers_until =
        0; // tokens signed with the secrets before are good until then
};

struct TokenSecrets {
    std::vector<TokenSecret> secrets; // never empty; the first one is the one to sign with
    std::optional<TokenRotation> prepared{};

    const TokenSecret& current() const { return secrets.front(); }
    /// Null: there is none with this kid, or it is a former one whose time is over.
    const TokenSecret* find(std::string_view kid, domain::InstantMs now) const;
    std::size_t count_valid(domain::InstantMs now) const;
};
using TokenSecretsPtr = std::shared_ptr<const TokenSecrets>;

/// With the prepared rotation, if there is one, done. A former secret is never good for longer than
/// it was before; those whose time is over are gone.
TokenSecrets completed(TokenSecrets secrets, domain::InstantMs now);

/// The file's text, and back; or a sentence without its subject: "is not JSON".
std::string render_token_secrets(const TokenSecrets& secrets);
std::variant<TokenSecrets, std::string> parse_token_secrets(std::string_view text);

} // namespace hongbao::http
