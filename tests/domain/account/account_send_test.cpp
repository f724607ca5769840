// Role: how an account decides on sending a packet (rules 6 to 8): the order of refusals, the
// limits of a day, and the terms that the packet gets.
#include "domain/account/account.hpp"

#include "tests/rig/domain_samples.hpp"
#include "tests/rig/domain_words.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace hongbao::domain {
namespace {

using namespace hongbao::testing;

/// A send that is allowed, until a case gives a reason against it.
struct Attempt {
    bool account_exists = true;
    Account account = account_with(1'000'000);
    SendPacket command = send_lucky(300, 3);
    SendLimits limits;

    std::string decided() const {
        return words_of(decide(account_exists ? &account : nullptr, command, sample_now, limits));
    }
};

TEST(Send, OfAllReasonsThatHoldTheEarliestIsTold) {
    struct Reason {
        const char* code;
        void (*make_true)(Attempt&);
    };
    const Reason reasons[] = {
        {"account_not_found", [](Attempt& a) { a.account_exists = false; }},
        {"account_frozen", [](Attempt& a) { a.account.standing.status = AccountStatus::frozen; }},
        {"invalid_split",
         [](Attempt& a) {
             a.command.recipients = {"bob", "carol"};
         }},
        {"too_many_shares", [](Attempt& a) { a.limits.shares_max_personal = 2; }},
        {"share_too_large", [](Attempt& a) { a.limits.share_fen_max = 99; }},
        {"daily_limit_reached", [](Attempt& a) { a.limits.daily_personal.sum_fen_max = 299; }},
        {"insufficient_funds", [](Attempt& a) { a.account.standing.balance_fen = 299; }},
    };
    constexpr unsigned reason_count = 7;
    static_assert(sizeof reasons / sizeof reasons[0] == reason_count);
    for (unsigned held = 0; held < (1U << reason_count); ++held) {
        Attempt attempt;
        std::string expected = "packet_sent 77 alice lucky 300/3";
        std::string all_that_hold;
        for (unsigned i = reason_count; i-- > 0;) {
            if ((held >> i & 1U) != 0) {
                reasons[i].make_true(attempt);
                expected = reasons[i].code;
                all_that_hold = std::string(reasons[i].code) + " " + all_that_hold;
            }
        }
        SCOPED_TRACE(all_that_hold);
        EXPECT_EQ(attempt.decided(), expected);
    }
}

TEST(Send, DailyLimitsCountWhatWasSentOnTheSameBusinessDay) {
    const std::int64_t today = business_day(sample_now);
    struct Case {
        const char* words;
        std::int64_t send_day;
        std::int64_t sends_on_day;
        Fen sent_on_day_fen;
        Fen total_fen;
        AccountType type;
        bool refused;
    };
    constexpr auto personal = AccountType::personal;
    constexpr auto merchant = AccountType::merchant;
    // Limits: personal 3 sends and 1,000 fen; merchant 5 sends and 2,000 fen.
    const Case cases[] = {
        {"first of the day", today, 0, 0, 300, personal, false},
        {"the last send allowed", today, 2, 600, 300, personal, false},
        {"one send too many", today, 3, 900, 3, personal, true},
        {"sum reached exactly", today, 1, 700, 300, personal, false},
        {"sum passed by one fen", today, 1, 701, 300, personal, true},
        {"sum alone in one send, exactly", today, 0, 0, 1'000, personal, false},
        {"sum alone in one send, one fen more", today, 0, 0, 1'001, personal, true},
        {"yesterday's sends do not count", today - 1, 3, 1'000, 1'000, personal, false},
        {"nor does yesterday help a send too large by itself", today - 1, 0, 0, 1'001, personal,
         true},
        {"a clock set back: the later day goes on", today + 1, 3, 900, 3, personal, true},
        {"what is left of the later day", today + 1, 2, 700, 300, personal, false},
        {"a merchant's fourth send", today, 3, 900, 300, merchant, false},
        {"a merchant's last send", today, 4, 900, 300, merchant, false},
        {"a merchant's send too many", today, 5, 900, 3, merchant, true},
        {"a merchant's sum reached exactly", today, 1, 1'700, 300, merchant, false},
        {"a merchant's sum passed by one fen", today, 1, 1'701, 300, merchant, true},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.words);
        Attempt attempt;
        attempt.limits.daily_personal = DailyLimit{3, 1'000};
        attempt.limits.daily_merchant = DailyLimit{5, 2'000};
        attempt.account.profile.type = c.type;
        attempt.account.standing.send_day = c.send_day;
        attempt.account.standing.sends_on_day = c.sends_on_day;
        attempt.account.standing.sent_on_day_fen = c.sent_on_day_fen;
        attempt.command = send_lucky(c.total_fen, 3);
        EXPECT_EQ(attempt.decided(),
                  c.refused ? "daily_limit_reached"
                            : "packet_sent 77 alice lucky " + std::to_string(c.total_fen) + "/3");
    }
}

TEST(Send, ADaysLimitIsFreeAgainAtMidnightInUtcPlus8ToTheMillisecond) {
    // 2026-11-20T16:00:00.000Z
    constexpr InstantMs midnight = 1'795'190'400'000;
    static_assert(midnight % ms_per_day == 16 * 3'600'000);
    SendLimits limits;
    limits.daily_personal = DailyLimit{1, 20'000};
    Account account = account_with(1'000);
    const auto send = [&](InstantMs now) {
        return words_of(decide(&account, send_lucky(10, 1), now, limits));
    };
    const auto first = decide(&account, send_lucky(10, 1), midnight - ms_per_day, limits);
    apply(account.standing, "alice", std::get<Event>(first), midnight - ms_per_day);
    EXPECT_EQ(send(midnight - ms_per_day), "daily_limit_reached");
    EXPECT_EQ(send(midnight - 1), "daily_limit_reached");
    EXPECT_EQ(send(midnight), "packet_sent 77 alice lucky 10/1");
}

TEST(Send, CountersAddUpWithinADayAndStartAgainWithTheNext) {
    AccountStanding standing = account_with(1'000).standing;
    PacketSent sent = packet_terms(PacketKind::lucky, 100, 2);
    sent.sender = "alice";
    const std::int64_t today = business_day(sample_now);

    apply(standing, "alice", sent, sample_now);
    EXPECT_EQ(standing.send_day, today);
    EXPECT_EQ(standing.sends_on_day, 1);
    EXPECT_EQ(standing.sent_on_day_fen, 100);

    sent.total_fen = 50;
    apply(standing, "alice", sent, sample_now + 1);
    EXPECT_EQ(standing.sends_on_day, 2);
    EXPECT_EQ(standing.sent_on_day_fen, 150);

    apply(standing, "alice", Withdrawn{"alice", 5, ""}, sample_now + 2);
    apply(standing, "alice", PacketClosed{sent.packet_id, "alice", 50, 3}, sample_now + 3);
    EXPECT_EQ(standing.sends_on_day, 2) << "only sends count";
    EXPECT_EQ(standing.sent_on_day_fen, 150) << "a refund does not give the day's limit back";

    apply(standing, "alice", sent, sample_now + ms_per_day);
    EXPECT_EQ(standing.send_day, today + 1);
    EXPECT_EQ(standing.sends_on_day, 1);
    EXPECT_EQ(standing.sent_on_day_fen, 50);
    EXPECT_EQ(standing.balance_fen, 1'000 - 100 - 50 - 5 + 50 - 50);
}

TEST(Send, TheDayNeverGoesBackWithAClockThatIsSetBack) {
    AccountStanding standing = account_with(1'000).standing;
    PacketSent sent = packet_terms(PacketKind::lucky, 100, 2);
    sent.sender = "alice";
    const std::int64_t today = business_day(sample_now);
    for (const InstantMs at : {sample_now, sample_now - ms_per_day, sample_now - 2 * ms_per_day}) {
        apply(standing, "alice", sent, at);
        EXPECT_EQ(standing.send_day, today);
    }
    EXPECT_EQ(standing.sends_on_day, 3);
    EXPECT_EQ(standing.sent_on_day_fen, 300);
    apply(standing, "alice", sent, sample_now + ms_per_day);
    EXPECT_EQ(standing.send_day, today + 1);
    EXPECT_EQ(standing.sends_on_day, 1);
}

TEST(Send, CountersIgnoreTheSendsOfOthers) {
    AccountStanding standing = account_with(1'000).standing;
    PacketSent sent = packet_terms(PacketKind::lucky, 100, 2);
    sent.recipients = {"alice"};
    apply(standing, "alice", sent, sample_now);
    EXPECT_EQ(standing.sends_on_day, 0);
    EXPECT_EQ(standing.sent_on_day_fen, 0);
    EXPECT_EQ(standing.balance_fen, 1'000);
}

TEST(Send, ThePacketGetsTheTermsAskedForAndTheCapInForce) {
    Attempt attempt;
    attempt.limits.share_fen_max = 12'345;
    attempt.command = send_lucky(300, 2);
    attempt.command.blessing = "恭喜发财";
    attempt.command.cover = "birthday";
    attempt.command.recipients = {"carol", "bob"};
    attempt.command.passphrase_digest = Digest{1, 2, 3};
    attempt.command.life_s = 90;
    const auto decision = decide(&attempt.account, attempt.command, sample_now, attempt.limits);
    const auto& sent = std::get<PacketSent>(std::get<Event>(decision));
    EXPECT_EQ(sent.packet_id, PacketId{77});
    EXPECT_EQ(sent.sender, "alice");
    EXPECT_EQ(sent.kind, PacketKind::lucky);
    EXPECT_EQ(sent.total_fen, 300);
    EXPECT_EQ(sent.count, 2);
    EXPECT_EQ(sent.blessing, "恭喜发财");
    EXPECT_EQ(sent.cover, "birthday");
    EXPECT_EQ(sent.recipients, (std::vector<UserId>{"carol", "bob"}));
    EXPECT_EQ(sent.passphrase_digest, (Digest{1, 2, 3}));
    EXPECT_EQ(sent.share_fen_max, 12'345);
    EXPECT_EQ(sent.expires_at, sample_now + 90'000);
}

TEST(Send, WhetherTheSenderMayOpenIsAsAskedAndElseYesOnlyForPublicLucky) {
    struct Case {
        const char* words;
        PacketKind kind;
        bool directed;
        std::optional<bool> asked;
        bool may_open;
    };
    constexpr auto lucky = PacketKind::lucky;
    constexpr auto equal = PacketKind::equal;
    const Case cases[] = {
        {"public lucky", lucky, false, std::nullopt, true},
        {"directed lucky", lucky, true, std::nullopt, false},
        {"public equal", equal, false, std::nullopt, false},
        {"directed equal", equal, true, std::nullopt, false},
        {"public lucky, asked not to", lucky, false, false, false},
        {"directed lucky, asked to", lucky, true, true, true},
        {"public equal, asked to", equal, false, true, true},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.words);
        Attempt attempt;
        attempt.command = c.kind == lucky ? send_lucky(20, 1) : send_equal(20, 1);
        attempt.command.sender_may_open = c.asked;
        if (c.directed) {
            attempt.command.recipients = {"alice", "bob"};
        }
        const auto decision = decide(&attempt.account, attempt.command, sample_now, attempt.limits);
        EXPECT_EQ(std::get<PacketSent>(std::get<Event>(decision)).sender_may_open, c.may_open);
    }
}

TEST(Send, TheShippedLimitsAreThoseOfTheRules) {
    const SendLimits limits;
    EXPECT_EQ(limits.share_fen_max, 20'000);
    EXPECT_EQ(limits.shares_max(AccountType::personal), 100);
    EXPECT_EQ(limits.shares_max(AccountType::merchant), 2'000'000);
    EXPECT_EQ(limits.daily(AccountType::personal).sends_max, 1'000);
    EXPECT_EQ(limits.daily(AccountType::personal).sum_fen_max, 20'000'000);
    EXPECT_EQ(limits.daily(AccountType::merchant).sends_max, 100'000);
    EXPECT_EQ(limits.daily(AccountType::merchant).sum_fen_max, 10'000'000'000'000);
    EXPECT_EQ(packet_life_s_default, 86'400);
    EXPECT_EQ(packet_life_s_min, 60);
    EXPECT_EQ(packet_life_s_max, 259'200);
}

} // namespace
} // namespace hongbao::domain
