// Role: 8 bytes of position, the higher first, and 16 of digest, as base64url (RFC 4648, section 5)
// without padding: 24 bytes are 32 characters.
#include "http/api/lists/cursor.hpp"

#include "actors/protocol/digests.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace hongbao::http {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t position_bytes = 8;
constexpr std::size_t bytes_in_all = position_bytes + std::tuple_size_v<domain::Digest>;
constexpr std::size_t characters_in_all = bytes_in_all / 3 * 4;
static_assert(bytes_in_all % 3 == 0, "a cursor needs no padding");

/// The position that the first characters say, whatever the rest is.
std::optional<std::uint64_t> claimed_position(std::string_view cursor) {
    std::uint64_t position = 0;
    constexpr std::size_t characters = 11; // 66 bits: two are the digest's
    for (std::size_t i = 0; i < characters; ++i) {
        const std::size_t value = alphabet.find(cursor[i]);
        if (value == std::string_view::npos) {
            return std::nullopt;
        }
        position = i + 1 < characters ? (position << 6U) | value : (position << 4U) | (value >> 2U);
    }
    return position;
}

} // namespace

std::string cursor_text(std::string_view list, std::uint64_t position) {
    std::array<std::uint8_t, bytes_in_all> bytes{};
    for (std::size_t i = 0; i < position_bytes; ++i) {
        bytes[i] = static_cast<std::uint8_t>(position >> (8 * (position_bytes - 1 - i)));
    }
    const domain::Digest digest = actors::digest_of_position(list, position);
    std::copy(digest.begin(), digest.end(), bytes.begin() + position_bytes);
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const unsigned three = static_cast<unsigned>(bytes[i]) << 16U |
                               static_cast<unsigned>(bytes[i + 1]) << 8U | bytes[i + 2];
        for (const unsigned shift : {18U, 12U, 6U, 0U}) {
            text.push_back(alphabet[(three >> shift) & 63U]);
        }
    }
    return text;
}

std::optional<std::uint64_t> position_in(std::string_view list, std::string_view cursor) {
    const auto position =
        cursor.size() == characters_in_all ? claimed_position(cursor) : std::nullopt;
    return position && cursor_text(list, *position) == cursor ? position : std::nullopt;
}

} // namespace hongbao::http
