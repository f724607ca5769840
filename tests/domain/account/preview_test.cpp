// Role: the preview of a send: its range of shares is checked against every division of small
// packets that each way of splitting can reach, and its refusal against the send's own.
#include "domain/account/preview.hpp"
#include "domain/packet/line_cut.hpp"
#include "domain/packet/split.hpp"
#include "domain/packet/up_front.hpp"

#include "tests/rig/domain_samples.hpp"
#include "tests/rig/domain_words.hpp"
#include "tests/rig/scripted_random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace hongbao::domain {
namespace {

using namespace hongbao::testing;

/// The least and the largest of all shares seen.
struct Seen {
    Fen least = amount_fen_max;
    Fen largest = 0;
    void see(Fen share_fen) {
        least = std::min(least, share_fen);
        largest = std::max(largest, share_fen);
    }
};

std::string words_of(Fen least, Fen mean, Fen largest) {
    return std::to_string(least) + " … " + std::to_string(mean) + " … " + std::to_string(largest);
}

std::string words_of(const ShareRange& range) {
    return words_of(range.least, range.mean, range.largest);
}

PacketSent lucky_terms(Fen total_fen, std::int64_t count, Fen cap_fen) {
    PacketSent terms = packet_terms(PacketKind::lucky, total_fen, count);
    terms.share_fen_max = cap_fen;
    return terms;
}

/// Every possible draw when shares are opened one by one.
void see_on_open(const PacketSent& terms, Seen& seen) {
    for_every_luck([&](Random& random) {
        Fen left_fen = terms.total_fen;
        for (std::int64_t n = terms.count; n >= 1; --n) {
            const Fen share_fen =
                draw_on_open(SplitAlgorithm::double_mean, left_fen, n, terms.share_fen_max, random);
            seen.see(share_fen);
            left_fen -= share_fen;
        }
    });
}

/// Every possible draw of all shares at the send.
void see_up_front(const PacketSent& terms, Seen& seen) {
    for_every_luck([&](Random& random) {
        for (const Fen share_fen : draw_up_front(SplitAlgorithm::double_mean, terms.total_fen,
                                                 terms.count, terms.share_fen_max, random)) {
            seen.see(share_fen);
        }
    });
}

/// Every division within the cap: line_cut reaches each of them (line_cut_test.cpp).
void see_divisions(Fen left_fen, std::int64_t count, Fen cap_fen, std::vector<Fen>& shares,
                   Seen& seen) {
    if (count == 0 && left_fen == 0) {
        std::for_each(shares.begin(), shares.end(), [&](Fen share_fen) { seen.see(share_fen); });
    }
    if (count == 0) {
        return;
    }
    for (Fen share_fen = 1; share_fen <= std::min(cap_fen, left_fen); ++share_fen) {
        shares.push_back(share_fen);
        see_divisions(left_fen - share_fen, count - 1, cap_fen, shares, seen);
        shares.pop_back();
    }
}

TEST(Preview, TheRangeOfLuckySharesIsExactlyWhatSmallPacketsReachByEveryWay) {
    int packets = 0;
    for (std::int64_t count = 1; count <= 4; ++count) {
        for (Fen total_fen = count; total_fen <= 12; ++total_fen) {
            // Every cap that can bind, one that cannot, and none.
            for (Fen cap_fen = (total_fen + count - 1) / count; cap_fen <= total_fen + 1;
                 ++cap_fen) {
                SCOPED_TRACE(std::to_string(total_fen) + " fen over " + std::to_string(count) +
                             ", cap " + std::to_string(cap_fen));
                const PacketSent terms = lucky_terms(total_fen, count, cap_fen);
                const std::string told = words_of(range_of_shares(terms));
                const auto expect = [&](const char* way, const Seen& seen) {
                    EXPECT_EQ(told, words_of(seen.least, total_fen / count, seen.largest)) << way;
                };
                Seen on_open;
                see_on_open(terms, on_open);
                expect("double_mean on open", on_open);
                Seen up_front;
                see_up_front(terms, up_front);
                expect("double_mean up front", up_front);
                Seen divisions;
                std::vector<Fen> shares;
                see_divisions(total_fen, count, cap_fen, shares, divisions);
                expect("line_cut", divisions);
                ++packets;
            }
        }
    }
    EXPECT_GT(packets, 150);
}

TEST(Preview, TheRangeOfLargePacketsIsAsTheTableSays) {
    struct Case {
        const char* words;
        PacketKind kind;
        Fen total_fen;
        std::int64_t count;
        Fen cap_fen;
        const char* range;
    };
    constexpr auto lucky = PacketKind::lucky;
    const Case cases[] = {
        {"equal", PacketKind::equal, 400, 4, 20'000, "100 … 100 … 100"},
        {"one share", lucky, 777, 1, 20'000, "777 … 777 … 777"},
        {"one fen each", lucky, 100, 100, 20'000, "1 … 1 … 1"},
        {"one fen more", lucky, 101, 100, 20'000, "1 … 1 … 2"},
        {"the largest share is not the first draw's 1,999", lucky, 10'000, 10, 20'000,
         "1 … 1000 … 9991"},
        {"the mean is rounded down", lucky, 10'009, 10, 20'000, "1 … 1000 … 10000"},
        {"the cap is reached exactly", lucky, 20'009, 10, 20'000, "1 … 2000 … 20000"},
        {"the cap binds by a fen", lucky, 20'010, 10, 20'000, "1 … 2001 … 20000"},
        {"the most that leaves a share of a fen", lucky, 180'001, 10, 20'000, "1 … 18000 … 20000"},
        {"the cap lifts the least", lucky, 180'002, 10, 20'000, "2 … 18000 … 20000"},
        {"one fen below filled", lucky, 199'999, 10, 20'000, "19999 … 19999 … 20000"},
        {"filled to the cap", lucky, 200'000, 10, 20'000, "20000 … 20000 … 20000"},
        {"a cap so large that cap times count overflows", lucky, amount_fen_max, 3'000,
         balance_fen_max, "1 … 3333333333 … 9999999997001"},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.words);
        PacketSent terms = lucky_terms(c.total_fen, c.count, c.cap_fen);
        terms.kind = c.kind;
        EXPECT_EQ(words_of(range_of_shares(terms)), c.range);
    }
}

TEST(Preview, TellsWhateverTheSendWouldBeToldAndTheSharesWheneverTheMoneySplits) {
    struct Attempt {
        Account account = account_with(1'000'000);
        SendPacket command = send_lucky(300, 3);
        SendLimits limits;
    };
    struct Reason {
        bool of_the_split;
        void (*make_true)(Attempt&);
    };
    const Reason reasons[] = {
        {false, [](Attempt& a) { a.account.standing.status = AccountStatus::frozen; }},
        {true,
         [](Attempt& a) {
             a.command.recipients = {"bob", "carol"};
         }},
        {true, [](Attempt& a) { a.limits.shares_max_personal = 2; }},
        {true, [](Attempt& a) { a.limits.share_fen_max = 99; }},
        {false, [](Attempt& a) { a.limits.daily_personal.sum_fen_max = 299; }},
        {false, [](Attempt& a) { a.account.standing.balance_fen = 299; }},
    };
    constexpr unsigned reason_count = 6;
    static_assert(sizeof reasons / sizeof reasons[0] == reason_count);
    for (unsigned held = 0; held < (1U << reason_count); ++held) {
        SCOPED_TRACE("reasons " + std::to_string(held));
        Attempt attempt;
        bool splits = true;
        for (unsigned i = 0; i < reason_count; ++i) {
            if ((held >> i & 1U) != 0) {
                reasons[i].make_true(attempt);
                splits = splits && !reasons[i].of_the_split;
            }
        }
        const auto& [account, command, limits] = attempt;
        const AccountDecision sent = decide(&account, command, sample_now, limits);
        const SendPreview preview = preview_send(account, command, sample_now, limits);
        const auto* rejection = std::get_if<Rejection>(&sent);
        EXPECT_EQ(preview.refusal,
                  rejection == nullptr ? std::nullopt : std::optional<Rejection>(*rejection));
        EXPECT_EQ(preview.shares.has_value(), splits);
        EXPECT_EQ(preview.terms.total_fen, splits ? 300 : 0);
    }
}

TEST(Preview, HasTheTermsThatTheSendWouldRecordDefaultsFilledIn) {
    const Account account = account_with(1'000'000);
    std::vector<SendPacket> commands{send_lucky(300, 3), send_equal(7, 3), send_lucky(300, 2)};
    commands[1].sender_may_open = true;
    commands[2].recipients = {"carol", "bob"};
    commands[2].split = SplitChoice{SplitAlgorithm::line_cut, Seed{}};
    commands[2].life_s = 60;
    for (const SendPacket& command : commands) {
        const auto decision = decide(&account, command, sample_now, SendLimits{});
        const auto& sent = std::get<PacketSent>(std::get<Event>(decision));
        const auto terms = preview_send(account, command, sample_now, SendLimits{}).terms;
        EXPECT_EQ(terms.total_fen, sent.total_fen);
        EXPECT_EQ(terms.sender_may_open, sent.sender_may_open);
        EXPECT_EQ(terms.expires_at, sent.expires_at);
        EXPECT_EQ(terms.share_fen_max, sent.share_fen_max);
        EXPECT_EQ(terms.split_algorithm, sent.split_algorithm);
        EXPECT_EQ(terms.is_split_up_front(), sent.is_split_up_front());
        EXPECT_EQ(terms.recipients, sent.recipients);
    }
}

} // namespace
} // namespace hongbao::domain
