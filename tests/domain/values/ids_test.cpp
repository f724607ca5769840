// Role: which user ids are valid, and where ids keep their shard. Journals rest on the shard of a
// user and the bits of an id: the constants here must never change.
#include "domain/values/ids.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hongbao::domain {
namespace {

TEST(UserIds, AreOneTo64OfTheLettersNamed) {
    struct Case {
        const char* words;
        std::string text;
        bool valid;
    };
    const Case cases[] = {
        {"empty", "", false},
        {"one character", "a", true},
        {"64 characters", std::string(64, 'x'), true},
        {"65 characters", std::string(65, 'x'), false},
        {"every kind of character", "AZaz09._:@-", true},
        {"a space inside", "a b", false},
        {"a space at the end", "ab ", false},
        {"a zero byte inside", std::string("a\0b", 3), false},
        {"only a zero byte", std::string(1, '\0'), false},
        {"UTF-8", "小明", false},
        {"a bad character last of 64", std::string(63, 'x') + "/", false},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.words);
        EXPECT_EQ(is_valid_user_id(c.text), c.valid);
    }
}

TEST(UserIds, EachByteIsAllowedOrNotByItself) {
    const std::string allowed =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:@-";
    for (int byte = 0; byte < 256; ++byte) {
        SCOPED_TRACE(byte);
        const std::string text(1, static_cast<char>(byte));
        EXPECT_EQ(is_valid_user_id(text), allowed.find(text) != std::string::npos);
    }
}

TEST(UserIds, ThatNoPathCanHoldOrThatTheSystemUsesAreReserved) {
    for (const char* reserved :
         {".", "..", "outside", "outside:", "packet", "packet:1", "packet:", "campaign:1",
          "order:1", "sale:1", "sale", "suspended", "suspended:1"}) {
        EXPECT_TRUE(is_reserved_user_id(reserved)) << reserved;
        EXPECT_TRUE(is_valid_user_id(reserved)) << reserved << " in an old journal can be read";
    }
    for (const char* free : {"...", ".a", "a.", "outsider", "Outside", "packets", "packet.1",
                             "my:packet:1", "orders:1", "user:1", "a:outside", ""}) {
        EXPECT_FALSE(is_reserved_user_id(free)) << free;
    }
}

TEST(Shards, OfAUserNeverChange) {
    // FNV-1a 64 by its published constants, high half folded onto the low, lowest 10 bits.
    struct Case {
        const char* user_id;
        Shard shard;
    };
    const Case cases[] = {
        {"", 961}, {"a", 192}, {"alice", 956}, {"bob", 589}, {"user:10001", 29}, {"小明", 263},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.user_id);
        EXPECT_EQ(shard_of_user(c.user_id), c.shard);
    }
}

TEST(Shards, OfManyUsersAreSpreadOverAll) {
    std::vector<int> users_of(shard_count, 0);
    for (int i = 0; i < 64 * 1'024; ++i) {
        const Shard shard = shard_of_user("user" + std::to_string(i));
        ASSERT_LT(shard, shard_count);
        users_of[shard] += 1;
    }
    double chi_squared = 0;
    for (const int users : users_of) {
        chi_squared += (users - 64.0) * (users - 64.0) / 64.0;
    }
    EXPECT_LT(chi_squared, 1'023 + 6 * 45.2) << "6 standard deviations above a fair spread";
}

TEST(EntityIds, HoldMillisecondsShardAndSequenceInTheirBits) {
    struct Case {
        const char* words;
        std::uint64_t ms;
        Shard shard;
        std::uint32_t sequence;
        std::uint64_t value;
    };
    constexpr std::uint64_t ms_last = (1ULL << 41) - 1;
    const Case cases[] = {
        {"nothing", 0, 0, 0, 0},
        {"first sequence", 0, 0, 1, 1},
        {"last sequence", 0, 0, 4'095, 4'095},
        {"first shard", 0, 1, 0, 4'096},
        {"last shard", 0, 1'023, 0, 1'023ULL * 4'096},
        {"first millisecond", 1, 0, 0, 1ULL << 22},
        {"last of all, positive as a signed integer", ms_last, 1'023, 4'095, (1ULL << 63) - 1},
        {"a sequence too long is cut", 0, 0, 4'096, 0},
        {"a shard too large is cut", 0, 1'024, 0, 0},
        {"milliseconds after 2095 are cut", ms_last + 1, 0, 0, 0},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.words);
        const PacketId packet_id = make_id<PacketId>(c.ms, c.shard, c.sequence);
        EXPECT_EQ(packet_id.value, c.value);
        EXPECT_EQ(packet_id.shard(), c.shard % shard_count);
    }
}

TEST(EntityIds, GrowWithTimeWhateverTheShardAndThenWithTheSequence) {
    PacketId before = make_id<PacketId>(7, shard_count - 1, 0);
    for (std::uint32_t sequence = 1; sequence < 4'096; ++sequence) {
        const PacketId next = make_id<PacketId>(7, shard_count - 1, sequence);
        ASSERT_LT(before, next);
        before = next;
    }
    EXPECT_LT(before, make_id<PacketId>(8, 0, 0));
}

TEST(EntityIds, KeepTheirShardForEveryShard) {
    for (Shard shard = 0; shard < shard_count; ++shard) {
        ASSERT_EQ(make_id<PacketId>(123'456'789, shard, 4'095).shard(), shard);
        ASSERT_EQ(make_id<PacketId>(123'456'789, shard, 0).shard(), shard);
    }
}

TEST(EntityIds, OfOneMillisecondHashApart) {
    std::set<std::size_t> hashes;
    for (std::uint32_t sequence = 0; sequence < 4'096; ++sequence) {
        hashes.insert(std::hash<PacketId>{}(make_id<PacketId>(99, 5, sequence)));
    }
    EXPECT_EQ(hashes.size(), 4'096U);
}

TEST(EntityIds, EpochIsNewYear2026InUtc) {
    constexpr std::int64_t days_from_1970_to_2026 = 56 * 365 + 14; // 14 leap years
    EXPECT_EQ(id_epoch_ms, days_from_1970_to_2026 * ms_per_day);
}

TEST(UserIds, MapsAnswerToAViewAsToAString) {
    std::unordered_map<UserId, int, TransparentStringHash, std::equal_to<>> map;
    map["alice"] = 1;
    EXPECT_EQ(map.count(std::string_view("alice bob").substr(0, 5)), 1U);
}

} // namespace
} // namespace hongbao::domain
