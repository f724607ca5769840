// Role: compares a row of the read model with its bytes on disk, spelled in hex: how it is
// written, what is read back, and what is refused.
#pragma once

#include "tests/persistence/read_model/rows/row_codecs.hpp"
#include "tests/persistence/stored_tables.hpp"

#include <gtest/gtest.h>

#include <xxhash.h>

#include <limits>
#include <string>
#include <string_view>

namespace hongbao::testing {

inline constexpr auto int_max = std::numeric_limits<std::int64_t>::max();
inline constexpr auto int_min = std::numeric_limits<std::int64_t>::min();
inline constexpr auto uint_max = std::numeric_limits<std::uint64_t>::max();

/// Spaces are for the reader.
inline RowBytes from_hex(std::string_view text) {
    RowBytes bytes;
    bool is_second = false;
    for (const char digit : text) {
        if (digit == ' ') {
            continue;
        }
        const auto value = static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
        if (is_second) {
            bytes.back() |= static_cast<std::byte>(value);
        } else {
            bytes.push_back(static_cast<std::byte>(value << 4U));
        }
        is_second = !is_second;
    }
    return bytes;
}
inline std::string joined(std::string_view hex) {
    return hex_of(from_hex(hex));
}

inline RowBytes sealed(RowBytes body, std::uint64_t seed) {
    const std::uint64_t checksum = XXH3_64bits_withSeed(body.data(), body.size(), seed);
    const Bytes raw = std::as_bytes(std::span(&checksum, 1));
    body.insert(body.end(), raw.begin(), raw.end());
    return body;
}
inline constexpr std::size_t seal_bytes = 8;

template <typename Row, typename Key>
bool is_read(Bytes bytes, const Key& key) {
    const Row* const which = nullptr;
    return decode_row(bytes, key, which).has_value();
}

/// Cut, longer or altered: with the old checksum, and with one that is right.
template <typename Row, typename Key>
void expect_no_other_length(const RowBytes& bytes, const Key& key) {
    const Row* const which = nullptr;
    const std::uint64_t seed = seed_of(key, which);
    const RowBytes body(bytes.begin(), bytes.end() - seal_bytes);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(is_read<Row>(Bytes(bytes).first(size), key)) << "cut to " << size;
    }
    for (std::size_t size = 0; size < body.size(); ++size) {
        const Bytes cut = Bytes(body).first(size);
        EXPECT_FALSE(is_read<Row>(sealed({cut.begin(), cut.end()}, seed), key))
            << "cut to " << size << " and sealed";
    }
    for (const std::byte more : {std::byte{0}, std::byte{1}}) {
        RowBytes longer = bytes;
        longer.push_back(more);
        EXPECT_FALSE(is_read<Row>(longer, key));
        longer = body;
        longer.push_back(more);
        EXPECT_FALSE(is_read<Row>(sealed(longer, seed), key));
    }
    for (std::size_t place = 0; place < bytes.size(); ++place) {
        RowBytes altered = bytes;
        altered[place] ^= std::byte{1};
        EXPECT_FALSE(is_read<Row>(altered, key)) << "byte " << place;
    }
}

/// `hex`: all bytes, with the seal.
template <typename Row, typename Key>
void expect_bytes(const Row& row, const Key& key, std::string_view hex) {
    EXPECT_EQ(hex_of(encode_row(row, key)), joined(hex));
    const RowBytes bytes = from_hex(hex);
    ASSERT_GE(bytes.size(), seal_bytes);
    const auto read = decode_row(bytes, key, &row);
    ASSERT_TRUE(read) << hex;
    EXPECT_TRUE(fields_of(*read) == fields_of(row)) << "read with other fields: " << hex;
    expect_no_other_length<Row>(bytes, key);
}
/// The same, and the key seals it.
template <typename Row, typename Key>
void expect_pinned(const Row& row, const Key& key, std::string_view hex) {
    expect_bytes(row, key, hex);
    EXPECT_FALSE(is_read<Row>(from_hex(hex), another(key)));
}
/// `body`: without the seal, where that is said elsewhere.
template <typename Row, typename Key>
void expect_pinned_body(const Row& row, const Key& key, std::string_view body) {
    expect_pinned(row, key, hex_of(sealed(from_hex(body), seed_of(key, &row))));
}

} // namespace hongbao::testing
