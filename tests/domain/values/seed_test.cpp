// Role: the numbers of a seed are what the API guide promises: the figures here were computed by
// Python's hashlib, and never change, since every packet split up front rests on them.
#include "domain/packet/up_front.hpp"

#include "tests/rig/plain_sha256.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace hongbao::domain {
namespace {

using namespace hongbao::testing;

std::string hex_of(const Hash256& hash) {
    std::string text;
    for (const std::uint8_t byte : hash) {
        text += "0123456789abcdef"[byte >> 4U];
        text += "0123456789abcdef"[byte & 15U];
    }
    return text;
}

std::string sha256_hex(std::string_view text) {
    return hex_of(plain_sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
}

TEST(Seed, ThePlainSha256IsTheOneOfFips180) {
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_hex("abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Seed, ItsHashIsThatOfPrefixAndSeed) {
    EXPECT_EQ(hex_of(seed_hash_of(sample_seed(), plain_sha256)),
              "695329fac7d6f45ea449e04505b8416b819f63ee3eafb18e433424597fec023a");
}

TEST(Seed, ItsWordsAreThoseOfTheHashesInOrder) {
    SeedStream stream(sample_seed(), plain_sha256);
    for (const std::uint64_t word :
         {0x3724a0a0d0b6e829U, 0x8776e93ce9d45c21U, 0xff13b0a519c1e997U, 0x0e75423a61533f3eU,
          0x279681679a3c7252U, 0xe40c8ad98f6ed12aU}) {
        EXPECT_EQ(stream.below(UINT64_MAX), word);
    }
}

/// With a bound just above 2^63 nearly every second word is refused, and none is bent to fit.
TEST(Seed, AWordThatWouldFavourSomeOutcomesIsDrawnAgain) {
    constexpr std::uint64_t bound = (std::uint64_t{1} << 63U) + 1;
    constexpr std::uint64_t refused_below = bound - 2; // 2^64 mod bound
    SeedStream words(sample_seed(), plain_sha256);
    SeedStream stream(sample_seed(), plain_sha256);
    int refused = 0;
    for (int draw = 0; draw < 100; ++draw) {
        std::uint64_t word = words.below(UINT64_MAX);
        for (; word < refused_below; word = words.below(UINT64_MAX)) {
            ++refused;
        }
        ASSERT_EQ(stream.below(bound), word % bound);
    }
    EXPECT_GT(refused, 50);
}

TEST(Seed, SharesOfASeedAreTheseForEver) {
    struct Case {
        SplitAlgorithm algorithm;
        Fen total_fen;
        std::int64_t count;
        Fen cap_fen;
        std::vector<Fen> shares;
    };
    using enum SplitAlgorithm;
    constexpr Fen large = 10'000'000'000'000;
    const Case cases[] = {
        {double_mean, 10'000, 10, 20'000, {2240, 213, 77, 178, 1161, 1449, 2175, 860, 560, 1087}},
        {double_mean, 10'000, 10, 4'000, {303, 1210, 746, 1152, 96, 1311, 561, 860, 1982, 1779}},
        {double_mean, 10'000, 10, 1'500, {1141, 1255, 711, 918, 668, 669, 1116, 1479, 634, 1409}},
        {double_mean, 7, 5, 20'000, {3, 1, 1, 1, 1}},
        {double_mean, large, 4, large, {494547627407, 1782209639625, 2383805274225, 5339437458743}},
        {double_mean, 5, 5, 1, {1, 1, 1, 1, 1}},
        {double_mean, 9, 1, 20'000, {9}},
        {line_cut, 10'000, 10, 20'000, {456, 204, 632, 1117, 782, 2315, 3289, 844, 123, 238}},
        {line_cut, 7, 5, 20'000, {1, 1, 1, 3, 1}},
        {line_cut, large, 4, large, {5690204399130, 1693601272441, 1343573523659, 1272620804770}},
        {line_cut, 5, 5, 1, {1, 1, 1, 1, 1}},
        {line_cut, 9, 1, 20'000, {9}},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(std::to_string(c.total_fen) + " fen over " + std::to_string(c.count));
        SeedStream stream(sample_seed(), plain_sha256);
        EXPECT_EQ(draw_up_front(c.algorithm, c.total_fen, c.count, c.cap_fen, stream), c.shares);
    }
}

} // namespace
} // namespace hongbao::domain
