// Role: many clients in a fixed room: each has its own allowance, and a flood of strangers takes
// neither memory nor anybody's allowance away.
#include "http/api/limits/buckets.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

using namespace hongbao::http;

namespace {

TEST(Buckets, WithoutALimitTheyTakeNoMemory) {
    EXPECT_EQ(Buckets(Rate{0, 1'000, 0}, 65'536).bytes(), 0U);
    EXPECT_EQ(Buckets(Rate{1, 1'000, 1}, 65'536).bytes(), std::size_t{1} << 20);
}

TEST(Buckets, FewClientsHaveOneEachToTheUnit) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    const Rate rate{7, 1'000, 5};
    Buckets buckets(rate, 65'536);
    std::map<std::uint64_t, Scaled> plain; // one for each, for ever
    std::vector<std::uint64_t> ids(1'000);
    for (auto& id : ids) {
        id = random();
    }
    std::int64_t now_ms = 0;
    for (int i = 0; i < 200'000; ++i) {
        now_ms += static_cast<std::int64_t>(random() % 2);
        const std::uint64_t id = ids[random() % ids.size()];
        const auto cost = static_cast<std::int64_t>(1 + random() % 6);
        const Taken here = buckets.take(id, cost, now_ms);
        const Taken there = rate.take(plain[id], cost, now_ms);
        ASSERT_EQ(here.is_taken, there.is_taken) << i;
        ASSERT_EQ(here.wait_ms, there.wait_ms) << i;
    }
}

/// Ten million addresses within a second, one request each, in a table for 65,536; all the while a
/// client asks a thousand times as often as it may.
TEST(Buckets, AFloodOfAddressesTakesNoMemoryAndGivesNobodyMore) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    Buckets buckets(Rate{5, 1'000, 50}, 65'536);
    const std::size_t bytes = buckets.bytes();
    constexpr std::uint64_t greedy = 0x1234'5678'9abc'def0;
    constexpr std::uint64_t quiet = 0x0fed'cba9'8765'4321;
    int greedy_taken = 0, quiet_taken = 0, quiet_asked = 0, strangers_refused = 0;
    for (int i = 0; i < 10'000'000; ++i) {
        const std::int64_t now_ms = i / 10'000;
        strangers_refused += buckets.take(random(), 1, now_ms).is_taken ? 0 : 1;
        if (i % 1'000 == 0) {
            greedy_taken += buckets.take(greedy, 1, now_ms).is_taken ? 1 : 0;
        }
        if (i % 2'000'000 == 0) {
            quiet_asked += 1;
            quiet_taken += buckets.take(quiet, 1, now_ms).is_taken ? 1 : 0;
        }
    }
    std::printf("the greedy client: %d of 10,000 in a second, 55 without a flood\n", greedy_taken);
    EXPECT_EQ(buckets.bytes(), bytes);
    EXPECT_EQ(strangers_refused, 0);
    EXPECT_EQ(quiet_taken, quiet_asked);
    EXPECT_GE(greedy_taken, 54);
    EXPECT_LE(greedy_taken, 60) << "it lost its place, and so its debt";
}

TEST(Buckets, AFullTableMakesRoomFromTheFullestBucket) {
    Buckets buckets(Rate{1, 1'000, 100}, 512); // 64 sets of 8: ids with the same last six bits
    for (std::uint64_t i = 1; i <= 8; ++i) {
        EXPECT_TRUE(buckets.take(i << 6, static_cast<std::int64_t>(10 * i), 0).is_taken);
    }
    EXPECT_TRUE(buckets.take(std::uint64_t{9} << 6, 5, 0).is_taken); // instead of the first
    for (std::uint64_t i = 2; i <= 8; ++i) {
        EXPECT_EQ(buckets.look(i << 6, 0).remaining, 100 - static_cast<std::int64_t>(10 * i) - 1);
    }
    EXPECT_EQ(buckets.look(std::uint64_t{9} << 6, 0).remaining, 94);
    EXPECT_EQ(buckets.look(std::uint64_t{1} << 6, 0).remaining, 99) << "forgotten: full again";
}

TEST(Buckets, ThreadsShareOneAllowance) {
    Buckets buckets(Rate{1, 1'000, 1'000}, 512);
    std::atomic<int> taken{0};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int n = 0; n < 5'000; ++n) {
                    taken += buckets.take(77, 1, 0).is_taken ? 1 : 0;
                }
            });
        }
    }
    EXPECT_EQ(taken.load(), 1'000);
}

} // namespace
