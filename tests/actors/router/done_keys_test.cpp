// Role: ten million keys: how much memory they take, that each is found, that the oldest go first.
#include "actors/router/done_keys.hpp"

#include "tests/rig/seeded_random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <string>

namespace hongbao::testing {
namespace {

using actors::DoneKeys;

/// As uniform as a digest is.
domain::Digest digest_of(std::uint64_t number) {
    domain::Digest digest{};
    for (std::size_t half = 0; half < 2; ++half) {
        std::uint64_t word = number + half * 0x632BE59BD9B4E019ULL + 0x9E3779B97F4A7C15ULL;
        word = (word ^ (word >> 30U)) * 0xBF58476D1CE4E5B9ULL;
        word = (word ^ (word >> 27U)) * 0x94D049BB133111EBULL;
        word ^= word >> 31U;
        std::memcpy(digest.data() + 8 * half, &word, sizeof word);
    }
    return digest;
}

std::size_t resident_bytes() {
    std::ifstream file("/proc/self/statm");
    std::size_t pages = 0;
    file >> pages >> pages;
    return pages * 4'096;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool is_sanitized = true; // what is resident is not what was allocated
#else
constexpr bool is_sanitized = false;
#endif

TEST(DoneKeys, TenMillionFitIntoAGigabyte) {
    constexpr std::uint64_t count = 10'000'000;
    constexpr std::size_t bytes_a_key_max = 100;
    const std::size_t before = resident_bytes();
    DoneKeys keys;
    std::size_t worst = 0; // right after parts of the index have grown
    for (std::uint64_t n = 0; n < count; ++n) {
        keys.add(digest_of(n), digest_of(~n), n + 1, static_cast<std::int64_t>(n));
        if (n >= count / 2 && n % 65'536 == 0) {
            worst = std::max(worst, keys.bytes() / (n + 1));
        }
    }
    const std::size_t resident = resident_bytes() - before;
    std::printf("10,000,000 keys: %zu bytes each, %zu resident, at most %zu on the way there\n",
                keys.bytes() / count, resident / count, worst);
    EXPECT_EQ(keys.size(), count);
    EXPECT_LE(keys.bytes() / count, bytes_a_key_max);
    EXPECT_LE(worst, bytes_a_key_max);
    if (!is_sanitized) {
        EXPECT_LE(resident / count, bytes_a_key_max);
    }
    for (std::uint64_t n = 0; n < count; n += 997) {
        const auto found = keys.find(digest_of(n));
        ASSERT_TRUE(found) << n;
        ASSERT_EQ(found->sequence, n + 1);
        ASSERT_EQ(found->fingerprint, digest_of(~n));
        ASSERT_FALSE(keys.find(digest_of(count + n))) << n;
    }
    const std::size_t full = keys.bytes();
    keys.forget_before(static_cast<std::int64_t>(count - 10), count);
    EXPECT_EQ(keys.size(), 10U);
    EXPECT_FALSE(keys.find(digest_of(count - 11)));
    EXPECT_TRUE(keys.find(digest_of(count - 10)));
    EXPECT_LT(keys.bytes(), full / 3) << "what is forgotten is given back";
}

/// Compares with a map, while keys come, come again, and are forgotten at random.
TEST(DoneKeys, AreWhatAMapOfTheirLastUsesSays) {
    SeededRandom random(20'261'130);
    SCOPED_TRACE("seed 20261130");
    DoneKeys keys;
    std::map<std::uint64_t, std::pair<domain::Sequence, std::int64_t>> last; // by number
    std::int64_t now_ms = 0;
    for (domain::Sequence sequence = 1; sequence <= 200'000; ++sequence) {
        now_ms += static_cast<std::int64_t>(random.below(3));
        const std::uint64_t number = random.below(20'000);
        keys.add(digest_of(number), digest_of(sequence), sequence, now_ms);
        last[number] = {sequence, now_ms};
        if (sequence % 1'000 == 0) {
            const std::int64_t oldest_ms = now_ms - 15'000;
            keys.forget_before(oldest_ms, UINT64_MAX);
            std::erase_if(last, [&](const auto& key) { return key.second.second < oldest_ms; });
            ASSERT_EQ(keys.size(), last.size());
        }
        const std::uint64_t asked = random.below(20'000);
        const auto found = keys.find(digest_of(asked));
        const auto expected = last.find(asked);
        ASSERT_EQ(found.has_value(), expected != last.end()) << sequence;
        if (found) {
            ASSERT_EQ(found->sequence, expected->second.first);
            ASSERT_EQ(found->fingerprint, digest_of(found->sequence));
        }
    }
}

TEST(DoneKeys, AreForgottenALittleAtATime) {
    DoneKeys keys;
    for (std::uint64_t n = 0; n < 10; ++n) {
        keys.add(digest_of(n), {}, n + 1, 0);
    }
    keys.forget_before(1, 4);
    EXPECT_EQ(keys.size(), 6U);
    EXPECT_FALSE(keys.find(digest_of(3)));
    EXPECT_TRUE(keys.find(digest_of(4)));
    keys.forget_before(1, 100);
    EXPECT_EQ(keys.size(), 0U);
}

TEST(DoneKeys, OfAStartCountTheirAgeFromItsBeginning) {
    DoneKeys keys;
    keys.add(digest_of(1), {}, 1, -500); // 500 ms old
    keys.begin(10'000);
    keys.add(digest_of(2), {}, 2, 10'000);
    keys.forget_before(9'500, 10);
    EXPECT_EQ(keys.size(), 2U);
    keys.forget_before(9'501, 10);
    EXPECT_EQ(keys.size(), 1U);
    keys.forget_before(10'001, 10);
    EXPECT_EQ(keys.size(), 0U);
}

} // namespace
} // namespace hongbao::testing
