// Role: a campaign's rules as tables: which rounds are accepted, who may shake when, what is drawn,
// what a prize may cost, and how often one user may win.
#include "domain/campaign/campaign.hpp"
#include "domain/limits.hpp"
#include "tests/rig/domain_samples.hpp"
#include "tests/rig/domain_words.hpp"
#include "tests/rig/scripted_random.hpp"
#include "tests/rig/seeded_random.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <map>

namespace hongbao::domain {
namespace {

using namespace hongbao::testing;

constexpr InstantMs now = sample_now;

CampaignRound round_of(InstantMs begin_ms, InstantMs end_ms) {
    return {now + begin_ms, now + end_ms, 500, 10, 100, 2};
}

FundCampaign fund_of(std::vector<CampaignRound> rounds) {
    return {CampaignId{91}, "shop", "Rain", 1'000, 3, std::move(rounds)};
}

CampaignFunded terms() {
    return {CampaignId{91},
            "shop",
            "Rain",
            1'000,
            3,
            {round_of(1'000, 2'000), round_of(2'000, 3'000), round_of(5'000, 6'000)}};
}

Shake shake_by(std::string user_id, std::string shake_key = "r",
               UserStanding standing = UserStanding::active) {
    return {CampaignId{91}, std::move(user_id), std::move(shake_key), standing};
}

ShakeDrawn drawn(std::string user_id, std::string shake_key, std::int32_t round, Fen amount_fen) {
    return {CampaignId{91}, std::move(user_id), std::move(shake_key), round, amount_fen};
}

std::string words_of(const ShakeDecision& decision) {
    if (const auto* rejection = std::get_if<Rejection>(&decision)) {
        return std::string(code_of(*rejection));
    }
    if (const auto* repeated = std::get_if<RepeatedShake>(&decision)) {
        return "again " + std::to_string(repeated->amount_fen) + " in " +
               std::to_string(repeated->round);
    }
    const auto& luck = std::get<ShakeLuck>(decision);
    return std::to_string(luck.amount_fen) + " in " + std::to_string(luck.round);
}

TEST(CampaignRounds, AreHeldOnlyInOrderInTheFutureAndWithAChance) {
    struct Case {
        const char* name;
        std::vector<CampaignRound> rounds;
        bool held;
    };
    const auto changed = [](auto change) {
        CampaignRound round = round_of(1'000, 2'000);
        change(round);
        return std::vector<CampaignRound>{round};
    };
    const InstantMs year_ms = campaign_life_ms_max;
    const Case cases[] = {
        {"one round", {round_of(1'000, 2'000)}, true},
        {"running already", {round_of(-5'000, 1)}, true},
        {"over at this very moment", {round_of(-5'000, 0)}, false},
        {"one after the other without a pause", {round_of(0, 10), round_of(10, 20)}, true},
        {"overlapping by a millisecond", {round_of(0, 10), round_of(9, 20)}, false},
        {"not in order", {round_of(10, 20), round_of(0, 10)}, false},
        {"none", {}, false},
        {"a hundred", std::vector<CampaignRound>(100, round_of(0, 1)), false}, // all the same one
        {"without duration", {round_of(10, 10)}, false},
        {"ending before it begins", {round_of(20, 10)}, false},
        {"in a year", {round_of(0, year_ms)}, true},
        {"in more than a year", {round_of(0, year_ms + 1)}, false},
        {"without a chance", changed([](auto& r) { r.win_permille = 0; }), false},
        {"sure to win", changed([](auto& r) { r.win_permille = 1'000; }), true},
        {"more than sure", changed([](auto& r) { r.win_permille = 1'001; }), false},
        {"a prize of nothing", changed([](auto& r) { r.share_fen_min = 0; }), false},
        {"always the same prize", changed([](auto& r) { r.share_fen_min = 100; }), true},
        {"least above largest", changed([](auto& r) { r.share_fen_min = 101; }), false},
        {"nobody may win", changed([](auto& r) { r.wins_per_user = 0; }), false},
        {"the budget as a prize", changed([](auto& r) {
             r.share_fen_min = 1'000;
             r.share_fen_max = 1'000;
         }),
         true},
        {"a prize beyond the budget", changed([](auto& r) {
             r.share_fen_min = 1'001;
             r.share_fen_max = 1'001;
         }),
         false},
    };
    for (const Case& one : cases) {
        EXPECT_EQ(!refuse_rounds(fund_of(one.rounds), now), one.held) << one.name;
    }
    std::vector<CampaignRound> many;
    for (InstantMs i = 0; i < 101; ++i) {
        many.push_back(round_of(i, i + 1));
    }
    EXPECT_TRUE(refuse_rounds(fund_of(many), now)) << "a hundred and one";
    many.pop_back();
    EXPECT_FALSE(refuse_rounds(fund_of(many), now)) << "a hundred";
}

TEST(CampaignRounds, RunFromTheirStartToJustBeforeTheirEnd) {
    const CampaignFunded held = terms();
    const std::map<InstantMs, std::int32_t> expected{
        {-1, 0},    {999, 0},   {1'000, 1}, {1'999, 1}, {2'000, 2}, {2'999, 2},
        {3'000, 0}, {4'999, 0}, {5'000, 3}, {5'999, 3}, {6'000, 0}, {9'000, 0}};
    for (const auto& [at_ms, round] : expected) {
        EXPECT_EQ(round_at(held, now + at_ms), round) << at_ms;
    }
    EXPECT_EQ(ends_at(held), now + 6'000);
}

TEST(FundCampaign, ThePictureAndTheTextAreThoseAskedFor) {
    Account account = account_with(1'000);
    account.profile.type = AccountType::merchant;
    auto command = fund_of({round_of(1'000, 2'000)});
    command.picture = "/rain.png";
    command.text = "at noon";
    const auto decision = decide(&account, command, now, SendLimits{});
    const auto& funded = std::get<CampaignFunded>(std::get<Event>(decision));
    EXPECT_EQ(funded.picture, "/rain.png");
    EXPECT_EQ(funded.text, "at noon");
}

TEST(FundCampaign, IsDecidedByTheMerchantsAccount) {
    SendLimits limits;
    limits.share_fen_max = 100;
    struct Case {
        const char* name;
        AccountType type;
        AccountStatus status;
        Fen balance_fen;
        Fen share_fen_max;
        std::string words;
    };
    const std::string funded = "campaign_funded 91 shop 1000 in 1 rounds";
    const Case cases[] = {
        {"enough", AccountType::merchant, AccountStatus::active, 1'000, 100, funded},
        {"a fen short", AccountType::merchant, AccountStatus::active, 999, 100,
         "insufficient_funds"},
        {"no merchant", AccountType::personal, AccountStatus::active, 1'000, 100, "not_a_merchant"},
        {"frozen", AccountType::merchant, AccountStatus::frozen, 1'000, 100, "account_frozen"},
        {"prize above the cap", AccountType::merchant, AccountStatus::active, 1'000, 101,
         "share_too_large"},
    };
    for (const Case& one : cases) {
        Account account = account_with(one.balance_fen, one.status);
        account.profile.type = one.type;
        auto command = fund_of({round_of(1'000, 2'000)});
        command.rounds[0].share_fen_max = one.share_fen_max;
        EXPECT_EQ(testing::words_of(decide(&account, command, now, limits)), one.words) << one.name;
    }
    EXPECT_EQ(testing::words_of(decide(nullptr, fund_of({}), now, limits)), "account_not_found");
}

TEST(Shake, IsRefusedInTheOrderOfTheContract) {
    Shakes shakes;
    shakes.add(drawn("bo", "won", 1, 70), now + 1'500);
    shakes.add(drawn("bo", "blank", 1, 0), now + 1'500);
    struct Case {
        const char* name;
        Shake shake;
        InstantMs at_ms;
        const char* words;
    };
    using enum UserStanding;
    const Case cases[] = {
        {"nobody", shake_by("bo", "won", missing), 1'500, "account_not_found"},
        {"again", shake_by("bo", "won"), 1'600, "again 70 in 1"},
        {"again after a blank", shake_by("bo", "blank"), 1'600, "again 0 in 1"},
        {"again in another round", shake_by("bo", "blank"), 2'500, "again 0 in 1"},
        {"again between rounds", shake_by("bo", "won"), 4'000, "again 70 in 1"},
        {"again after the end", shake_by("bo", "won"), 9'000, "again 70 in 1"},
        {"again though frozen", shake_by("bo", "won", frozen), 1'600, "again 70 in 1"},
        {"frozen", shake_by("bo", "new", frozen), 1'600, "account_frozen"},
        {"frozen and no round", shake_by("bo", "new", frozen), 4'000, "account_frozen"},
        {"before the start", shake_by("bo", "new"), 999, "round_not_running"},
        {"between rounds", shake_by("bo", "new"), 3'000, "round_not_running"},
        {"after the end", shake_by("bo", "new"), 6'000, "round_not_running"},
        {"another's request id is another request", shake_by("lan", "won"), 1'600, "10 in 1"},
    };
    for (const Case& one : cases) {
        ScriptedRandom random; // zeros: a win of the least prize
        EXPECT_EQ(words_of(decide_shake(terms(), shakes, one.shake, now + one.at_ms, random)),
                  one.words)
            << one.name;
    }
}

TEST(Shake, DrawsTheChanceFirstAndThenThePrizeUniformly) {
    struct Case {
        std::vector<std::uint64_t> luck;
        std::string words;
        std::size_t draws;
    };
    const Case cases[] = {
        {{499, 0}, "10 in 1", 2}, {{499, 90}, "100 in 1", 2}, {{500}, "0 in 1", 1},
        {{999}, "0 in 1", 1},     {{0, 45}, "55 in 1", 2},
    };
    for (const Case& one : cases) {
        ScriptedRandom random(one.luck);
        EXPECT_EQ(words_of(decide_shake(terms(), {}, shake_by("bo"), now + 1'000, random)),
                  one.words);
        EXPECT_EQ(random.bounds().size(), one.draws);
        EXPECT_EQ(random.bounds().front(), 1'000U);
    }
}

TEST(Shake, IsABlankForWhoHasWonAsOftenAsTheTermsAllow) {
    // At most 2 wins in a round and 3 in all.
    Shakes shakes;
    const auto luck_in = [&](const std::string& user, InstantMs at_ms) {
        ScriptedRandom random;
        return words_of(decide_shake(terms(), shakes, shake_by(user, "new"), now + at_ms, random));
    };
    shakes.add(drawn("bo", "1", 1, 10), now);
    EXPECT_EQ(luck_in("bo", 1'000), "10 in 1");
    shakes.add(drawn("bo", "2", 1, 10), now);
    EXPECT_EQ(luck_in("bo", 1'000), "0 in 1") << "two in this round";
    EXPECT_EQ(luck_in("bo", 2'000), "10 in 2") << "none in that one";
    shakes.add(drawn("bo", "3", 2, 10), now);
    EXPECT_EQ(luck_in("bo", 2'000), "0 in 2") << "three in all";
    EXPECT_EQ(luck_in("bo", 5'000), "0 in 3");
    EXPECT_EQ(luck_in("lan", 2'000), "10 in 2") << "somebody else";
}

TEST(Shake, IsRefusedAfterAThousandInOneRound) {
    Shakes shakes;
    for (int i = 0; i < shakes_per_user_and_round_max - 1; ++i) {
        shakes.add(drawn("bo", std::to_string(i), 1, 0), now);
    }
    ScriptedRandom random;
    const auto luck_in = [&](InstantMs at_ms) {
        return words_of(decide_shake(terms(), shakes, shake_by("bo", "new"), now + at_ms, random));
    };
    EXPECT_EQ(luck_in(1'000), "10 in 1");
    shakes.add(drawn("bo", "last", 1, 0), now);
    EXPECT_EQ(luck_in(1'000), "shake_limit_reached");
    EXPECT_EQ(luck_in(2'000), "10 in 2");
}

TEST(Shakes, CountByRoundEvenWhenAClockThatWasSetMixesThem) {
    std::puts("seed 20261125");
    SeededRandom random(20'261'125);
    Shakes shakes;
    std::map<std::pair<std::string, std::int32_t>, ShakerCounts> expected;
    std::map<std::string, std::int32_t> wins;
    for (int i = 0; i < 3'000; ++i) {
        const std::string user = "u" + std::to_string(random.below(20));
        const auto round = static_cast<std::int32_t>(1 + random.below(4));
        const Fen amount_fen = random.below(3) == 0 ? 10 : 0;
        shakes.add(drawn(user, std::to_string(i), round, amount_fen), now);
        auto& counts = expected[{user, round}];
        counts.shakes_in_round += 1;
        counts.wins_in_round += amount_fen > 0 ? 1 : 0;
        wins[user] += amount_fen > 0 ? 1 : 0;
        const auto asked = static_cast<std::int32_t>(1 + random.below(4));
        const ShakerCounts found = shakes.counts_of(user, asked);
        EXPECT_EQ(found.shakes_in_round, (expected[{user, asked}].shakes_in_round)) << i;
        EXPECT_EQ(found.wins_in_round, (expected[{user, asked}].wins_in_round)) << i;
        EXPECT_EQ(found.wins, wins[user]) << i;
    }
}

TEST(Prize, IsCutDownToWhatIsLeftButNeverBelowTheLeastOfItsRound) {
    const CampaignFunded held = terms(); // prizes of 10 to 100
    struct Case {
        Fen drawn_fen, left_fen;
        std::optional<Fen> paid_fen;
    };
    for (const Case& one :
         {Case{70, 1'000, 70}, Case{70, 70, 70}, Case{70, 69, 69}, Case{70, 10, 10},
          Case{70, 9, std::nullopt}, Case{10, 0, std::nullopt}, Case{0, 0, 0}}) {
        EXPECT_EQ(payable_fen(held, {1, one.drawn_fen}, one.left_fen), one.paid_fen)
            << one.drawn_fen << " of " << one.left_fen;
    }
}

TEST(Campaign, IsSpentWhenNoRoundToComeHasSoSmallAPrize) {
    CampaignFunded held = terms(); // ends after 2, 3 and 6 s
    held.rounds[0].share_fen_min = 5;
    held.rounds[1].share_fen_min = 50;
    struct Case {
        Fen left_fen;
        InstantMs at_ms;
        bool spent;
    };
    for (const Case& one :
         {Case{5, 0, false}, Case{4, 0, true}, Case{9, 1'999, false}, Case{9, 2'000, true},
          Case{10, 2'000, false}, Case{49, 2'999, false}, Case{1'000, 6'000, true}}) {
        EXPECT_EQ(is_spent(held, one.left_fen, now + one.at_ms), one.spent)
            << one.left_fen << " at " << one.at_ms;
    }
}

TEST(CampaignDeathTest, AnOverdrawnBudgetOrASecondResultEndsTheProcess) {
    Campaign campaign = funded_campaign(terms(), 5, now);
    apply(campaign, drawn("bo", "r", 1, 100), now);
    EXPECT_DEATH(apply(campaign, drawn("bo", "r", 1, 100), now), "a request has one result");
    EXPECT_DEATH(apply(campaign, drawn("bo", "s", 1, 901), now), "no budget is overdrawn");
    EXPECT_DEATH(apply(campaign, CampaignClosed{CampaignId{91}, "shop", 899, 5}, now),
                 "a refund is exactly what is left");
    apply(campaign, CampaignClosed{CampaignId{91}, "shop", 900, 5}, now);
    EXPECT_EQ(campaign.remaining_fen, 0);
    EXPECT_DEATH(apply(campaign, drawn("lan", "r", 1, 0), now), "nobody shakes a campaign");
}

} // namespace
} // namespace hongbao::domain
