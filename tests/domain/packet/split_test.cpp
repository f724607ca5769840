// Role: which totals and counts may be sent at all (rules 5 and 6).
#include "domain/packet/split.hpp"

#include "tests/rig/domain_samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

namespace hongbao::domain {
namespace {

using namespace hongbao::testing;

constexpr std::int64_t count_largest = std::numeric_limits<std::int64_t>::max();

std::string outcome(const SendPacket& command, AccountType type = AccountType::personal,
                    const SendLimits& limits = {}) {
    const auto total = total_of_split(command, type, limits);
    const auto* rejection = std::get_if<Rejection>(&total);
    return rejection ? std::string(code_of(*rejection)) : std::to_string(std::get<Fen>(total));
}

TEST(Split, AnEqualPacketIsAskedForByShareOrByTotalAndNeverRounded) {
    struct Case {
        const char* words;
        std::optional<Fen> share_fen;
        std::optional<Fen> total_fen;
        std::int64_t count;
        const char* outcome;
    };
    const Case cases[] = {
        {"by share", 25, {}, 4, "100"},
        {"by total", {}, 100, 4, "100"},
        {"by both, agreeing", 25, 100, 4, "invalid_split"},
        {"by both, disagreeing", 25, 101, 4, "invalid_split"},
        {"by neither", {}, {}, 4, "invalid_split"},
        {"a total one fen too large to divide", {}, 101, 4, "invalid_split"},
        {"a total one fen too small to divide", {}, 99, 4, "invalid_split"},
        {"a total less than a fen each", {}, 3, 4, "invalid_split"},
        {"a fen each by share", 1, {}, 100, "100"},
        {"a fen each by total", {}, 100, 100, "100"},
        {"one share of one fen", 1, {}, 1, "1"},
        {"a share of nothing", 0, {}, 4, "invalid_split"},
        {"a total of nothing", {}, 0, 4, "invalid_split"},
        {"a share below nothing", -1, {}, 4, "invalid_split"},
        {"a total below nothing", {}, -4, 4, "invalid_split"},
        {"a product beyond 64 bits", amount_fen_max, {}, count_largest, "invalid_split"},
        {"a product of 2^64, which wraps to nothing", Fen{1} << 62, {}, 4, "invalid_split"},
        {"a product beyond the largest amount", amount_fen_max / 2 + 1, {}, 2, "invalid_split"},
        {"a product at the largest amount", amount_fen_max / 2, {}, 2, "share_too_large"},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.words);
        SendPacket command = send_equal(1, c.count);
        command.share_fen = c.share_fen;
        command.total_fen = c.total_fen;
        EXPECT_EQ(outcome(command), c.outcome);
    }
}

TEST(Split, ALuckyPacketIsAskedForByTotalWithAtLeastAFenEach) {
    struct Case {
        const char* words;
        std::optional<Fen> share_fen;
        std::optional<Fen> total_fen;
        std::int64_t count;
        const char* outcome;
    };
    const Case cases[] = {
        {"by total", {}, 101, 4, "101"},
        {"by share", 25, {}, 4, "invalid_split"},
        {"by both", 25, 100, 4, "invalid_split"},
        {"by neither", {}, {}, 4, "invalid_split"},
        {"a fen each", {}, 4, 4, "4"},
        {"one fen less than a fen each", {}, 3, 4, "invalid_split"},
        {"one share of one fen", {}, 1, 1, "1"},
        {"nothing", {}, 0, 1, "invalid_split"},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.words);
        SendPacket command = send_lucky(1, c.count);
        command.share_fen = c.share_fen;
        command.total_fen = c.total_fen;
        EXPECT_EQ(outcome(command), c.outcome);
    }
}

TEST(Split, ADirectedPacketHasNoMoreSharesThanRecipients) {
    SendPacket command = send_lucky(100, 2);
    command.recipients = {"bob"};
    EXPECT_EQ(outcome(command), "invalid_split");
    command.recipients = {"bob", "carol"};
    EXPECT_EQ(outcome(command), "100");
    command.recipients = {"bob", "carol", "dave"};
    EXPECT_EQ(outcome(command), "100");
    command.kind = PacketKind::equal;
    command.recipients = {"bob"};
    EXPECT_EQ(outcome(command), "invalid_split");
}

TEST(Split, SharesAreCappedInNumberByTheSendersType) {
    struct Case {
        const char* words;
        AccountType type;
        std::int64_t count;
        const char* outcome;
    };
    const Case cases[] = {
        {"personal at the cap", AccountType::personal, 100, "2000000"},
        {"personal above", AccountType::personal, 101, "too_many_shares"},
        {"merchant above the personal cap", AccountType::merchant, 101, "2000000"},
        {"merchant at the cap", AccountType::merchant, 2'000'000, "2000000"},
        {"merchant above", AccountType::merchant, 2'000'001, "too_many_shares"},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.words);
        const Fen total_fen = std::max<Fen>(2'000'000, c.count);
        EXPECT_EQ(outcome(send_lucky(total_fen, c.count), c.type), c.outcome);
    }
}

TEST(Split, ACapOnTheShareMeansATotalOfAtMostCapTimesCount) {
    struct Case {
        const char* words;
        Fen share_fen_max;
        Fen total_fen;
        std::int64_t count;
        const char* outcome;
    };
    const Case cases[] = {
        {"exactly cap times count", 200, 600, 3, "600"},
        {"one fen more", 200, 601, 3, "share_too_large"},
        {"one fen less", 200, 599, 3, "599"},
        {"the last total before the next whole mean", 200, 602, 3, "share_too_large"},
        {"one share at the cap", 20'000, 20'000, 1, "20000"},
        {"one share above the cap", 20'000, 20'001, 1, "share_too_large"},
        {"a cap of one fen", 1, 3, 3, "3"},
        {"a cap of one fen, passed", 1, 4, 3, "share_too_large"},
        {"a cap so large that cap times count would overflow", std::numeric_limits<Fen>::max(),
         amount_fen_max, 2, "10000000000000"},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.words);
        SendLimits limits;
        limits.share_fen_max = c.share_fen_max;
        EXPECT_EQ(outcome(send_lucky(c.total_fen, c.count), AccountType::personal, limits),
                  c.outcome);
    }
    SendLimits limits;
    limits.share_fen_max = 200;
    EXPECT_EQ(outcome(send_equal(200, 3), AccountType::personal, limits), "600");
    EXPECT_EQ(outcome(send_equal(201, 3), AccountType::personal, limits), "share_too_large");
}

TEST(Split, AWayOfSplittingIsForLuckyPacketsThatItCanDo) {
    struct Case {
        const char* words;
        SplitAlgorithm algorithm;
        bool up_front;
        Fen total_fen;
        std::int64_t count;
        const char* outcome;
    };
    using enum SplitAlgorithm;
    constexpr std::int64_t on_open_max = shares_line_cut_on_open_max;
    constexpr std::int64_t up_front_max = shares_up_front_max;
    const Case cases[] = {
        {"double_mean on open", double_mean, false, 60'000, 3, "60000"},
        {"double_mean up front", double_mean, true, 60'000, 3, "60000"},
        {"most shares up front", double_mean, true, up_front_max, up_front_max, "10000000"},
        {"one more", double_mean, true, up_front_max + 1, up_front_max + 1, "too_many_shares"},
        {"as many on open", double_mean, false, up_front_max + 1, up_front_max + 1, "10000001"},
        {"most shares by line_cut on open", line_cut, false, 1'000, on_open_max, "1000"},
        {"one more", line_cut, false, 1'001, on_open_max + 1, "too_many_shares"},
        {"as many up front", line_cut, true, 1'001, on_open_max + 1, "1001"},
        {"line_cut as near to the cap as may be", line_cut, true, 70'000, 10, "70000"},
        {"nearer", line_cut, true, 75'000, 10, "share_too_large"},
        {"nearer on open", line_cut, false, 75'000, 10, "share_too_large"},
        {"C·N = M", line_cut, true, 60'000, 3, "share_too_large"},
        {"C·N = M of one share", line_cut, true, 20'000, 1, "20000"},
        {"M = N", line_cut, true, 10, 10, "10"},
        {"M = N + 1", line_cut, true, 11, 10, "11"},
    };
    SendLimits limits;
    limits.shares_max_merchant = 20'000'000;
    for (const Case& c : cases) {
        SCOPED_TRACE(c.words);
        SendPacket command = send_lucky(c.total_fen, c.count);
        command.split = SplitChoice{c.algorithm, std::nullopt};
        if (c.up_front) {
            command.split->seed = Seed{};
        }
        EXPECT_EQ(outcome(command, AccountType::merchant, limits), c.outcome);
    }
    SendPacket equal = send_equal(5, 2);
    equal.split = SplitChoice{};
    EXPECT_EQ(outcome(equal), "invalid_split");
}

TEST(SplitDeathTest, APacketWithoutSharesEndsTheProcess) {
    EXPECT_DEATH(total_of_split(send_lucky(1, 0), AccountType::personal, SendLimits{}),
                 "a packet has at least one share");
}

} // namespace
} // namespace hongbao::domain
