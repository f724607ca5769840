// Role: random bytes as text, and back.
#include "http/api/access/key_text.hpp"

#include "domain/values/invariant.hpp"

#include <algorithm>
#include <array>
#include <sodium.h>

namespace hongbao::http {

namespace {

constexpr std::size_t access_id_bytes = 8;
constexpr std::size_t access_id_characters = 2 * access_id_bytes;
constexpr std::size_t secret_bytes = 32;
constexpr std::size_t secret_characters = 43;
constexpr std::size_t key_characters =
    key_prefix.size() + access_id_characters + 1 + secret_characters;

using SecretBytes = std::array<unsigned char, secret_bytes>;

void start_sodium() {
    domain::invariant(sodium_init() >= 0, "libsodium finds a source of randomness");
}

domain::SecretHash hash_of_bytes(const unsigned char* bytes, std::size_t size) {
    domain::SecretHash hash{};
    static_assert(hash.size() == crypto_generichash_BYTES);
    crypto_generichash(hash.data(), hash.size(), bytes, size, nullptr, 0);
    return hash;
}

} // namespace

bool is_access_id(std::string_view text) {
    return text.size() == access_id_characters && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

domain::SecretHash hash_of_secret(std::string_view bytes) {
    return hash_of_bytes(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

bool are_equal(const domain::SecretHash& one, const domain::SecretHash& other) {
    return sodium_memcmp(one.data(), other.data(), one.size()) == 0;
}

domain::AccessId make_access_id() {
    start_sodium();
    std::array<unsigned char, access_id_bytes> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    std::array<char, access_id_characters + 1> text{};
    sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
    return text.data();
}

MadeSecret make_secret() {
    start_sodium();
    SecretBytes bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    std::array<char, secret_characters + 1> text{};
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    MadeSecret made{hash_of_bytes(bytes.data(), bytes.size()), text.data()};
    sodium_memzero(bytes.data(), bytes.size());
    sodium_memzero(text.data(), text.size());
    return made;
}

// One secret has one text: libsodium refuses bits that are set behind the last byte.
std::optional<domain::SecretHash> hash_of_secret_text(std::string_view text) {
    SecretBytes bytes{};
    std::size_t count = 0;
    const char* end = nullptr;
    if (text.size() != secret_characters ||
        sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &count,
                          &end, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        count != bytes.size() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    const auto hash = hash_of_bytes(bytes.data(), bytes.size());
    sodium_memzero(bytes.data(), bytes.size());
    return hash;
}

MadeKey make_key() {
    return make_key_again(make_access_id());
}

MadeKey make_key_again(domain::AccessId key_id) {
    domain::invariant(is_access_id(key_id), "a key has an id of its form");
    MadeSecret secret = make_secret();
    std::string text(key_prefix);
    text.append(key_id).append("_").append(secret.text);
    return MadeKey{std::move(key_id), secret.hash, std::move(text)};
}

std::optional<ReadKey> read_key(std::string_view text) {
    if (text.size() != key_characters || !text.starts_with(key_prefix)) {
        return std::nullopt;
    }
    const std::string_view key_id = text.substr(key_prefix.size(), access_id_characters);
    const std::string_view rest = text.substr(key_prefix.size() + access_id_characters);
    if (!is_access_id(key_id) || rest.front() != '_') {
        return std::nullopt;
    }
    const auto hash = hash_of_secret_text(rest.substr(1));
    return hash ? std::optional(ReadKey{key_id, *hash}) : std::nullopt;
}

} // namespace hongbao::http
