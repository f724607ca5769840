// Role: no id is ever drawn twice.
#include "actors/environment/ids.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

namespace hongbao::testing {
namespace {

/// Goes where the test sets it, even back.
class MovableClock final : public actors::Clock {
  public:
    domain::InstantMs now() const override { return now_ms.load(); }
    std::int64_t elapsed_ms() const override { return 0; }
    std::atomic<domain::InstantMs> now_ms{domain::id_epoch_ms + 5'000};
};

std::uint64_t ms_of(domain::PacketId id) {
    return id.value >> (domain::shard_bits + domain::id_sequence_bits);
}

TEST(IdSource, IdsOfOneMillisecondAreUniqueAndSpreadOverShards) {
    const MovableClock clock;
    actors::IdSource source(clock, {});
    std::set<domain::PacketId> ids;
    std::set<domain::Shard> shards;
    for (int n = 0; n < 20'000; ++n) { // more than the 4,096 that one millisecond has
        const auto id = source.draw<domain::PacketId>();
        EXPECT_GT(id.value, 0U);
        EXPECT_LT(id.value, 1ULL << 63U);
        ids.insert(id);
        shards.insert(id.shard());
    }
    EXPECT_EQ(ids.size(), 20'000U);
    EXPECT_EQ(shards.size(), domain::shard_count);
}

TEST(IdSource, IdsStayUniqueWhenTheClockGoesBackAndAcrossRestarts) {
    MovableClock clock;
    std::set<domain::PacketId> ids;
    domain::PacketId largest{};
    for (const std::int64_t jump_ms : {0, -3'000, 3'000, -10'000'000, 1, 0}) {
        clock.now_ms += jump_ms;
        actors::IdSource source(clock, largest.value); // a restart
        for (int n = 0; n < 5'000; ++n) {
            const auto id = source.draw<domain::PacketId>();
            EXPECT_TRUE(ids.insert(id).second) << id.value << " came twice";
            EXPECT_GE(ms_of(id), ms_of(largest));
            largest = std::max(largest, id);
        }
    }
}

TEST(IdSource, RestartTakesTheWholeLastMillisecondAsUsed) {
    const MovableClock clock;
    const auto last = domain::make_id<domain::PacketId>(5'000, 3, 17);
    actors::IdSource source(clock, last.value);
    EXPECT_GT(ms_of(source.draw<domain::PacketId>()), 5'000U);
}

TEST(IdSource, IdFollowsTheClock) {
    MovableClock clock;
    actors::IdSource source(clock, {});
    EXPECT_EQ(ms_of(source.draw<domain::PacketId>()), 5'000U);
    clock.now_ms += 1'234;
    EXPECT_EQ(ms_of(source.draw<domain::PacketId>()), 6'234U);
}

TEST(IdSource, IdsAscendWhenTheClockLeavesTheirRangeAndComesBack) {
    MovableClock clock;
    actors::IdSource source(clock, {});
    domain::PacketId last{};
    const auto tick = [](domain::PacketId id) {
        return std::pair(ms_of(id), id.value & ((1U << domain::id_sequence_bits) - 1));
    };
    for (const domain::InstantMs shown :
         {domain::id_epoch_ms + 5'000, actors::clock_ms_max - 1, actors::clock_ms_max + 1,
          domain::id_epoch_ms + (domain::InstantMs{1} << 41U), domain::InstantMs{9'300'000'000'000},
          domain::InstantMs{0}, domain::id_epoch_ms + 6'000}) {
        clock.now_ms = shown;
        for (int n = 0; n < 5'000; ++n) {
            const auto id = source.draw<domain::PacketId>();
            EXPECT_GT(tick(id), tick(last)) << "at " << shown;
            last = id;
        }
    }
    EXPECT_TRUE(actors::IdSource::has_ids_after(last.value));
    EXPECT_FALSE(actors::IdSource::has_ids_after((1ULL << 63U) - 1));
}

TEST(WallClock, IsBetweenTheTimesThatIdsHaveRoomFor) {
    const auto now = actors::WallClock().now();
    EXPECT_GE(now, actors::clock_ms_min);
    EXPECT_LE(now, actors::clock_ms_max);
    EXPECT_EQ(actors::clock_ms_min, domain::id_epoch_ms);
    EXPECT_LT(actors::clock_ms_max, domain::id_epoch_ms + (domain::InstantMs{1} << 41U));
}

TEST(IdSource, ThreadsDrawDifferentIds) {
    const MovableClock clock;
    actors::IdSource source(clock, {});
    std::vector<std::vector<domain::PacketId>> drawn(3);
    std::vector<std::thread> threads;
    for (auto& mine : drawn) {
        threads.emplace_back([&] {
            for (int n = 0; n < 10'000; ++n) {
                mine.push_back(source.draw<domain::PacketId>());
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    std::set<domain::PacketId> ids;
    for (const auto& mine : drawn) {
        ids.insert(mine.begin(), mine.end());
    }
    EXPECT_EQ(ids.size(), 30'000U);
}

} // namespace
} // namespace hongbao::testing
