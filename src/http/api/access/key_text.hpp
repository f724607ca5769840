// Role: the text of a key, "hb_" and its id, "_" and its secret: 16 of 0-9a-f, and 32 random bytes
// as 43 characters of base64url. The server keeps a hash of the secret alone: as it has 256 bits, a
// fast hash is as good as a slow one.
// Owner: pure, but for the randomness; any thread.
#pragma once

#include "domain/administration/events.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hongbao::http {

inline constexpr std::string_view key_prefix = "hb_";

/// 16 of 0-9a-f.
bool is_access_id(std::string_view text);

/// BLAKE2b-256 of a secret's bytes.
domain::SecretHash hash_of_secret(std::string_view secret_bytes);

/// In the time that it takes to compare all of it, whatever differs.
bool are_equal(const domain::SecretHash& one, const domain::SecretHash& other);

/// A new key, or the same with another secret. The text is shown once and kept nowhere.
struct MadeKey {
    domain::AccessId key_id;
    domain::SecretHash secret_hash{};
    std::string text;
};
MadeKey make_key();
MadeKey make_key_again(domain::AccessId key_id);

/// The secret of an invitation or the like, alone: 43 characters.
struct MadeSecret {
    domain::SecretHash hash{};
    std::string text;
};
MadeSecret make_secret();
/// Nothing if it is none that make_secret could have made.
std::optional<domain::SecretHash> hash_of_secret_text(std::string_view text);

domain::AccessId make_access_id();

/// What the text of a key says; the id is a view into it. Nothing for what make_key could not have
/// made.
struct ReadKey {
    std::string_view key_id;
    domain::SecretHash secret_hash{};
};
std::optional<ReadKey> read_key(std::string_view text);

} // namespace hongbao::http
