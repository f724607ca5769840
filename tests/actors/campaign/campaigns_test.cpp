// Role: many users at one campaign: the budget is never overdrawn, and never refused while some is
// left, however it is spread over slices; each request has one result; the rest goes back once.
#include "actors/campaign/slices.hpp"
#include "actors/environment/weight.hpp"
#include "tests/actors/engine_rig.hpp"

#include <map>
#include <set>

namespace hongbao::testing {
namespace {

using Token = EngineRig::Token;
const auto rain = campaign_number(1);
constexpr std::int64_t round_ms = 60'000;

/// Runs for a minute from now; everybody wins.
domain::FundCampaign fund(domain::Fen budget_fen, domain::Fen least_fen, domain::Fen largest_fen,
                          std::int32_t wins_per_user = 1'000) {
    return {rain,
            "shop",
            "Rain",
            budget_fen,
            wins_per_user,
            {{rig_begins, rig_begins + round_ms, 1'000, least_fen, largest_fen, wins_per_user}}};
}

void begin(EngineRig& rig, const domain::FundCampaign& command,
           const std::vector<std::string>& names) {
    rig.ask(open_merchant("shop"));
    rig.open_accounts(names, 0);
    rig.told(deposit("shop", command.budget_fen));
    ASSERT_EQ(rig.told(testing::command(command)),
              "campaign 0 of " + std::to_string(command.budget_fen) + " spent, 0 of 0 won");
}

std::string seen(EngineRig& rig) {
    const Token token = rig.query(actors::ReadCampaign{rain});
    rig.settle();
    return rig.said(token);
}

void check_books(const EngineRig& rig) {
    const auto books = rig.replayed(); // refuses what does not follow
    const auto ledger = rig.audited();
    EXPECT_EQ(ledger.deposited_fen - ledger.withdrawn_fen,
              PlainLedger::sum(ledger.users) + PlainLedger::sum(ledger.escrow));
    for (const auto& [user, balance_fen] : ledger.users) {
        EXPECT_EQ(books.accounts.at(user).standing.balance_fen, balance_fen) << user;
    }
}

TEST(Campaign, OneUserFromFundingToRefund) {
    EngineRig rig;
    begin(rig, fund(1'000, 10, 10, 2), {"bo"});
    EXPECT_EQ(rig.told(shake(rain, "bo", "1")), "won 10 in round 1");
    EXPECT_EQ(rig.told(shake(rain, "bo", "1")), "won 10 in round 1 again");
    EXPECT_EQ(rig.told(shake(rain, "bo", "2")), "won 10 in round 1");
    EXPECT_EQ(rig.told(shake(rain, "bo", "3")), "blank in round 1");
    EXPECT_EQ(rig.told(shake(rain, "bo", "3")), "blank in round 1 again");
    EXPECT_EQ(rig.told(shake(rain, "nobody", "1")), "account_not_found");
    EXPECT_EQ(rig.told(shake(campaign_number(2), "bo", "1")), "campaign_not_found");
    EXPECT_EQ(rig.balance_of("bo"), 20);
    rig.clock.advance(round_ms);
    EXPECT_EQ(rig.told(shake(rain, "bo", "4")), "round_not_running");
    EXPECT_EQ(rig.told(shake(rain, "bo", "2")), "won 10 in round 1 again");
    rig.tick_and_settle();
    EXPECT_EQ(seen(rig), "campaign 20 of 1000 spent, 2 of 3 won, refund 980");
    EXPECT_EQ(rig.balance_of("shop"), 980);
    EXPECT_EQ(rig.told(shake(rain, "bo", "1")), "won 10 in round 1 again");
    EXPECT_EQ(rig.count<domain::CampaignClosed>(), 1U);
    check_books(rig);
}

TEST(Campaign, AKeyGetsTheFirstAnswerAgainAlsoAfterARestart) {
    EngineRig rig;
    rig.ask(open_merchant("shop"));
    rig.settle();
    rig.told(deposit("shop", 5'000));
    const auto asked = [] { return keyed("k", testing::command(fund(1'000, 10, 10))); };
    const std::string first = "campaign 0 of 1000 spent, 0 of 0 won";
    EXPECT_EQ(rig.told(asked()), first);
    EXPECT_EQ(rig.told(asked()), first + ", replayed");
    rig.restart();
    EXPECT_EQ(rig.told(asked()), first + ", replayed");
    EXPECT_EQ(rig.balance_of("shop"), 4'000);
}

TEST(Campaign, NothingIsToldBeforeItIsSynced) {
    EngineRig rig;
    // A later round with prizes of a fen spreads the campaign over two slices.
    auto command = fund(2'000, 2'000, 2'000);
    command.rounds.push_back(
        {rig_begins + round_ms, rig_begins + 2 * round_ms, 1'000, 1, 1, 1'000});
    const auto names = users(20);
    begin(rig, command, names);
    const std::string& winner = names[0];
    const std::string& other = *std::find_if(names.begin(), names.end(), [&](const auto& name) {
        return domain::slice_of(name, 2) != domain::slice_of(winner, 2);
    });
    const Token won = rig.ask(shake(rain, winner));
    rig.run();
    const Token spent = rig.ask(shake(rain, other));
    rig.run();
    EXPECT_EQ(rig.said(won), "waiting");
    EXPECT_EQ(rig.said(spent), "waiting") << "that nothing is left rests on the other's prize";
    const Token again = rig.ask(shake(rain, winner));
    rig.run();
    EXPECT_EQ(rig.said(again), "waiting");
    rig.settle();
    EXPECT_EQ(rig.said(won), "won 2000 in round 1");
    EXPECT_EQ(rig.said(spent), "budget_spent");
    EXPECT_EQ(rig.said(again), "won 2000 in round 1 again");
    for (const bool restarted : {false, true}) { // asked by a winner or a loser
        for (const auto& name : names) {
            EXPECT_EQ(rig.told(shake(rain, name, restarted ? "y" : "x")), "budget_spent");
        }
        rig.restart();
    }
}

TEST(Campaign, ItsEndIsNotHeardOfBeforeItIsSyncedByAClockThatWasSetBackEither) {
    std::size_t refused = 0;
    for (std::size_t steps = 1; steps <= 60;
         ++steps) { // between the timer and the setting of the clock
        SCOPED_TRACE(steps);
        EngineRig rig;
        begin(rig, fund(10'000, 1, 1), {"bo"}); // over several slices
        rig.clock.advance(round_ms);
        rig.tick();
        for (std::size_t step = 0; step < steps; ++step) {
            rig.run_one();
        }
        rig.clock.advance(-1);
        const Token shaken = rig.ask(shake(rain, "bo"));
        rig.run();
        EXPECT_EQ(rig.said(shaken), "waiting");
        rig.settle();
        EXPECT_TRUE(rig.said(shaken) == "won 1 in round 1" ||
                    rig.said(shaken) == "round_not_running")
            << rig.said(shaken);
        if (rig.said(shaken) == "round_not_running") {
            refused += 1;
            EXPECT_EQ(rig.count<domain::CampaignClosed>(), 1U);
        }
        check_books(rig);
    }
    EXPECT_GT(refused, 0U);
}

/// Lets everybody shake, in any order, with commits between. Returns answers by user and request.
std::map<std::string, std::string> shake_all(EngineRig& rig, const std::vector<std::string>& names,
                                             std::mt19937_64& choice, std::size_t shakes) {
    std::vector<std::pair<std::string, Token>> asked;
    std::size_t asked_before_refusal = SIZE_MAX;
    while (asked.size() < shakes) {
        if (asked_before_refusal == SIZE_MAX &&
            std::any_of(asked.begin(), asked.end(),
                        [&](const auto& one) { return rig.said(one.second) == "budget_spent"; })) {
            asked_before_refusal = asked.size();
        }
        std::vector<Body> bodies;
        std::vector<std::string> whose;
        const std::size_t size = 1 + choice() % 40;
        for (std::size_t i = 0; i < size; ++i) {
            const auto& user = names[choice() % names.size()];
            const auto request = std::to_string(choice() % 3);
            whose.push_back(user + "/" + request);
            bodies.push_back(shake(rain, user, request));
        }
        const auto tokens = rig.ask_all(std::move(bodies));
        for (std::size_t i = 0; i < size; ++i) {
            asked.emplace_back(whose[i], tokens[i]);
        }
        for (std::uint64_t steps = choice() % 60; steps > 0; --steps) {
            rig.step(choice);
        }
    }
    rig.settle_in_any_order(choice);
    for (std::size_t i = asked_before_refusal; i < asked.size(); ++i) {
        const auto* receipt = rig.log.get<actors::ShakeReceipt>(asked[i].second);
        EXPECT_TRUE(receipt == nullptr || receipt->repeat)
            << asked[i].first << " got a result after somebody was told that the budget is spent";
    }
    std::map<std::string, std::string> results;
    for (const auto& [whose, token] : asked) {
        std::string said = rig.said(token);
        EXPECT_NE(said, "waiting") << whose;
        if (const auto again = said.find(" again"); again != std::string::npos) {
            said.resize(again);
        }
        const auto [found, first] = results.emplace(whose, said);
        if (!first && found->second != said) {
            // The only difference allowed: refused for lack of budget, or drawn before it ran out.
            EXPECT_TRUE(said == "budget_spent" || found->second == "budget_spent")
                << whose << " was told " << found->second << " and " << said;
            found->second = found->second == "budget_spent" ? said : found->second;
        }
    }
    return results;
}

domain::Fen sum_of_wins(const std::map<std::string, std::string>& results) {
    domain::Fen sum_fen = 0;
    for (const auto& [whose, said] : results) {
        sum_fen += said.starts_with("won ") ? std::stoll(said.substr(4)) : 0;
    }
    return sum_fen;
}

TEST(RacingShakes, SpendTheWholeBudgetAndNotAFenMoreUnderManySchedules) {
    std::puts("schedules with seeds 1 to 120");
    const auto names = users(600);
    for (std::uint64_t seed = 1; seed <= 120; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 choice(seed);
        RigOptions options;
        options.luck_seed = seed;
        options.campaign_slices_max = seed % 4 == 0 ? 1 : 1 + choice() % 16;
        options.commit_batch_bytes_max = seed % 3 == 0 ? 2'000 : 4U << 20U;
        EngineRig rig(options);
        // The smallest prize is one fen of 16,000, so that all slices are used; prizes are large
        // enough for 1,000 shakes to spend everything.
        const bool same = seed % 2 == 0;
        auto command = fund(16'000, same ? 40 : 1, 40);
        command.rounds[0].share_fen_min = same ? 40 : 1;
        begin(rig, command, names);
        const auto results = shake_all(rig, names, choice, 1'400);
        const domain::Fen won_fen = sum_of_wins(results);
        const auto books = rig.replayed();
        EXPECT_EQ(books.campaigns.at(rain).remaining_fen, 16'000 - won_fen);
        const bool refused = std::any_of(results.begin(), results.end(), [](const auto& one) {
            return one.second == "budget_spent";
        });
        EXPECT_EQ(refused, won_fen == 16'000) << won_fen << " of 16,000 were won";
        check_books(rig);
        rig.clock.advance(round_ms);
        rig.tick();
        rig.settle_in_any_order(choice);
        EXPECT_EQ(rig.count<domain::CampaignClosed>(), won_fen == 16'000 ? 0U : 1U);
        EXPECT_EQ(rig.balance_of("shop"), 16'000 - won_fen);
        check_books(rig);
    }
}

TEST(RacingShakes, EndOnceWithExactlyTheRestWhileOthersStillShake) {
    std::puts("schedules with seeds 1 to 60");
    const auto names = users(300);
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 choice(seed);
        RigOptions options;
        options.luck_seed = seed;
        EngineRig rig(options);
        begin(rig, fund(9'000, 1, 20), names);
        std::vector<Token> asked;
        for (std::size_t i = 0; i < names.size(); ++i) {
            asked.push_back(rig.ask(shake(rain, names[i])));
            if (i == names.size() / 2) {
                rig.clock.advance(round_ms);
                rig.tick();
            }
            for (std::uint64_t steps = choice() % 6; steps > 0; --steps) {
                rig.step(choice);
            }
        }
        rig.settle_in_any_order(choice);
        rig.tick();
        rig.settle_in_any_order(choice);
        domain::Fen won_fen = 0;
        for (const Token token : asked) {
            const auto* receipt = rig.log.get<actors::ShakeReceipt>(token);
            EXPECT_TRUE(receipt != nullptr || rig.said(token) == "round_not_running")
                << rig.said(token);
            won_fen += receipt == nullptr ? 0 : receipt->amount_fen;
        }
        EXPECT_EQ(rig.count<domain::CampaignClosed>(), 1U);
        EXPECT_EQ(rig.balance_of("shop"), 9'000 - won_fen);
        check_books(rig);
    }
}

TEST(Campaign, SleepsAndWakesWithAllItsShakesUnderManySchedules) {
    std::puts("schedules with seeds 1 to 60");
    const auto names = users(40);
    std::set<std::size_t> awake;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 choice(seed);
        RigOptions options;
        options.luck_seed = seed;
        options.awake_bytes_max = (1 + seed % 4) * actors::actor_bytes;
        EngineRig rig(options);
        begin(rig, fund(3'000, 1, 100), names);
        auto results = shake_all(rig, names, choice, 60);
        for (int round = 0; round < 6; ++round) {
            if (choice() % 4 == 0) {
                rig.restart();
            }
            for (const auto& [whose, said] : shake_all(rig, names, choice, 20)) {
                const auto [found, first] = results.emplace(whose, said);
                if (!first && found->second != "budget_spent") {
                    EXPECT_EQ(found->second, said) << whose;
                } else {
                    found->second = said;
                }
            }
            awake.insert(rig.engine().awake_entities());
        }
        EXPECT_EQ(rig.replayed().campaigns.at(rain).remaining_fen, 3'000 - sum_of_wins(results));
        check_books(rig);
    }
    EXPECT_LT(*awake.begin(), 10U) << "something went to sleep";
}

TEST(Campaign, DoesNotSleepWhileAShakeIsNotSynced) {
    RigOptions options;
    options.router_count = 1;
    options.awake_bytes_max = 1;
    EngineRig rig(options);
    const auto names = users(30);
    begin(rig, fund(3'000, 1, 100), names);
    const Token first = rig.ask(shake(rain, names[0]));
    rig.run();
    for (int i = 0; i < 200; ++i) { // all other requests take turns, and nothing is synced
        rig.ask(read(names[static_cast<std::size_t>(i) % names.size()]));
        rig.run();
    }
    const Token again = rig.ask(shake(rain, names[0]));
    rig.run();
    EXPECT_EQ(rig.said(first), "waiting");
    rig.settle();
    EXPECT_EQ(rig.said(again), rig.said(first) + " again");
    check_books(rig);
}

TEST(Campaign, EndsOnTimeAfterARestartAndWhileItSleeps) {
    EngineRig rig;
    begin(rig, fund(1'000, 10, 10), {"bo"});
    rig.told(shake(rain, "bo"));
    rig.restart();
    rig.clock.advance(round_ms - 1);
    rig.tick_and_settle();
    EXPECT_EQ(rig.count<domain::CampaignClosed>(), 0U);
    rig.clock.advance(1);
    rig.tick_and_settle();
    EXPECT_EQ(rig.count<domain::CampaignClosed>(), 1U);
    EXPECT_EQ(rig.balance_of("shop"), 990);
    rig.restart();
    rig.tick_and_settle();
    EXPECT_EQ(rig.count<domain::CampaignClosed>(), 1U);
}

TEST(Campaign, IsSpreadByTheNumberOfPrizesItMayHave) {
    const auto terms = [](domain::Fen budget_fen, domain::Fen least_fen) {
        domain::CampaignFunded funded;
        funded.budget_fen = budget_fen;
        funded.rounds.push_back({0, 1, 1, least_fen + 5, least_fen + 5, 1});
        funded.rounds.push_back({1, 2, 1, least_fen, least_fen, 1});
        return funded;
    };
    EXPECT_EQ(actors::slice_count_of(terms(10, 10), 16), 1U);
    EXPECT_EQ(actors::slice_count_of(terms(19'999, 10), 16), 1U);
    EXPECT_EQ(actors::slice_count_of(terms(20'000, 10), 16), 2U);
    EXPECT_EQ(actors::slice_count_of(terms(2'000'000, 1), 16), 16U);
    EXPECT_EQ(actors::slice_count_of(terms(2'000'000, 1), 1), 1U);
}

} // namespace
} // namespace hongbao::testing
