// Role: rule 4 for every request that a client can make: one key, one effect, one answer, whatever
// the schedule; a key whose request ends without a record is free, wherever that request ends.
#include "tests/actors/sale_rig.hpp"

#include <functional>
#include <set>

namespace hongbao::testing {
namespace {

using Token = EngineRig::Token;

const auto packet = packet_number(1);
const auto rain = campaign_number(1);
constexpr std::int64_t round_ms = 30'000;

domain::FundCampaign rain_of(domain::Fen budget_fen) {
    return {rain,       "shop", "Rain",
            budget_fen, 10,     {{rig_begins, rig_begins + round_ms, 1'000, 10, 10, 10}}};
}

/// A packet of two shares of 10 fen, a campaign in which everybody wins 10, and a sale of two
/// units.
struct World {
    explicit World(const RigOptions& options = {}) : rig(options) {
        rig.begin(sale_of(2), {"ann", "bob", "cat", "dan", "eve"});
        rig.told(deposit("shop", 1'000));
        rig.told(send(packet, "ann", 20, 2, domain::PacketKind::equal));
        rig.told(command(rain_of(1'000)));
    }
    SaleRig rig;
    domain::OrderId order{};
};

/// A request: what comes before it, itself, its answer, and a different one with the same key.
struct Case {
    const char* name;
    std::function<void(World&)> before;
    std::function<Body(const World&)> asked;
    const char* first;
    std::function<void(World&)> later;
};

const auto nothing = [](World&) {};
const auto bob_reserves = [](World& world) { world.order = world.rig.reserved("bob"); };
const auto bob_pays = [](World& world) { world.rig.told(pay(world.order)); };
const auto bob_cancels = [](World& world) { world.rig.told(cancel(world.order)); };

std::vector<Case> cases_of_accounts_and_packets() {
    return {
        {"an account", nothing, [](const World&) { return open_account("new"); }, "new 0 created",
         [](World& world) { world.rig.told(deposit("new", 5)); }},
        {"an open", nothing, [](const World&) { return open(packet, "bob"); }, "share 10",
         [](World& world) {
             world.rig.told(open(packet, "cat"));
             world.rig.clock.advance(packet_life_ms);
             world.rig.tick_and_settle();
         }},
        {"a shake", nothing, [](const World&) { return shake(rain, "bob"); }, "won 10 in round 1",
         [](World& world) {
             world.rig.clock.advance(round_ms);
             world.rig.tick_and_settle();
         }},
    };
}

std::vector<Case> cases_of_sales() {
    return {
        {"a reservation", nothing, [](const World&) { return reserve(tickets, "bob"); },
         "order reserved, 1 for 300",
         [](World& world) {
             world.order = world.rig.newest_order("bob");
             world.rig.told(pay(world.order));
         }},
        {"a place in the list",
         [](World& world) {
             bob_reserves(world);
             world.rig.reserved("cat");
             world.rig.told(join(tickets, "dan"));
         },
         [](const World&) { return join(tickets, "eve"); }, "place 2", bob_cancels},
        {"a cancellation",
         [](World& world) {
             bob_reserves(world);
             world.rig.told(pay_outside(world.order, "g0", 1));
         },
         [](const World& world) { return cancel(world.order); }, "order cancelled, 1 for 300",
         [](World& world) { world.rig.told(pay_outside(world.order, "g1", price_fen)); }},
        {"a refund",
         [](World& world) {
             bob_reserves(world);
             bob_pays(world);
         },
         [](const World& world) { return cancel(world.order); }, "order refunded, 1 for 300",
         [](World& world) { world.rig.told(pay_outside(world.order, "g1", price_fen)); }},
        {"a payment", bob_reserves, [](const World& world) { return pay(world.order); },
         "order paid, 1 for 300", bob_cancels},
    };
}

std::vector<Case> cases_of_gateways() {
    const auto of = [](domain::Fen amount_fen) {
        return
            [amount_fen](const World& world) { return pay_outside(world.order, "g", amount_fen); };
    };
    return {
        {"a wrong payment", bob_reserves, of(1), "wrong_amount: order reserved, 1 for 300",
         bob_pays},
        {"a gateway's payment", bob_reserves, of(price_fen), "order_paid: order paid, 1 for 300",
         bob_cancels},
        {"a payment of a paid order",
         [](World& world) {
             bob_reserves(world);
             bob_pays(world);
         },
         of(price_fen), "order_final: order paid, 1 for 300", bob_cancels},
        {"a payment of a cancelled order",
         [](World& world) {
             bob_reserves(world);
             bob_cancels(world);
         },
         of(price_fen), "order_final: order cancelled, 1 for 300",
         [](World& world) { world.rig.told(pay_outside(world.order, "g1", 1)); }},
    };
}

std::vector<Case> all_cases() {
    auto all = cases_of_accounts_and_packets();
    for (auto& more : {cases_of_sales(), cases_of_gateways()}) {
        all.insert(all.end(), more.begin(), more.end());
    }
    return all;
}

std::size_t records_with_keys(const World& world) {
    std::size_t count = 0;
    for (const domain::Record& record : world.rig.journal.records()) {
        count += record.idempotency ? 1U : 0U;
    }
    return count;
}

TEST(KeysEverywhere, TheFirstAnswerComesAgainThoughTheWorldHasMovedOn) {
    RigOptions sleepless;
    RigOptions sleeping;
    sleeping.awake_bytes_max = 1;
    for (const RigOptions& options : {sleepless, sleeping}) {
        for (const Case& one : all_cases()) {
            SCOPED_TRACE(one.name);
            World world(options);
            one.before(world);
            EXPECT_EQ(world.rig.told(keyed("k", one.asked(world))), one.first);
            one.later(world);
            const auto records = world.rig.journal.records().size();
            const std::string again = std::string(one.first) + ", replayed";
            EXPECT_EQ(world.rig.told(keyed("k", one.asked(world))), again);
            EXPECT_EQ(world.rig.told(keyed("k", one.asked(world), "other")),
                      "idempotency_key_reused");
            EXPECT_EQ(world.rig.told(keyed("k", deposit("ann", 1), "other")),
                      "idempotency_key_reused");
            world.rig.restart();
            EXPECT_EQ(world.rig.told(keyed("k", one.asked(world))), again);
            EXPECT_EQ(world.rig.told(keyed("k", one.asked(world), "other")),
                      "idempotency_key_reused");
            EXPECT_EQ(world.rig.journal.records().size(), records);
            EXPECT_EQ(world.rig.engine().pressure().idempotency_keys, 1U);
        }
    }
}

TEST(KeysEverywhere, TwinsHaveOneEffectAndOneAnswerUnderEverySchedule) {
    std::puts("schedules with seeds 1 to 30 for each request");
    for (const Case& one : all_cases()) {
        for (std::uint64_t seed = 1; seed <= 30; ++seed) {
            SCOPED_TRACE(one.name + std::string(", seed ") + std::to_string(seed));
            std::mt19937_64 choice(seed);
            World world;
            one.before(world);
            std::vector<Token> twins;
            for (int n = 0; n < 5; ++n) {
                twins.push_back(world.rig.ask(keyed("k", one.asked(world))));
                for (auto steps = choice() % 12; steps > 0; --steps) {
                    world.rig.step(choice);
                }
            }
            world.rig.settle_in_any_order(choice);
            std::size_t first = 0;
            for (const Token token : twins) {
                const std::string said = world.rig.said(token);
                first += said == one.first ? 1U : 0U;
                EXPECT_TRUE(said == one.first || said == one.first + std::string(", replayed"))
                    << said;
            }
            EXPECT_EQ(first, 1U);
            EXPECT_EQ(records_with_keys(world), 1U);
            EXPECT_EQ(world.rig.engine().pressure().idempotency_keys, 1U);
        }
    }
}

/// A request that is refused or changes nothing, and which actor says so.
struct Refusal {
    const char* told;
    std::function<void(World&)> before;
    std::function<Body(const World&)> asked;
};

std::vector<Refusal> refusals_of_packets_and_campaigns() {
    const auto opened_by_two = [](World& world) {
        world.rig.told(open(packet, "bob"));
        world.rig.told(open(packet, "cat"));
    };
    return {
        {"packet_not_found", nothing, [](const World&) { return open(packet_number(9), "bob"); }},
        {"account_not_found", nothing, [](const World&) { return open(packet, "nobody"); }},
        {"packet_exhausted", opened_by_two, [](const World&) { return open(packet, "dan"); }},
        {"share 10 again", opened_by_two, [](const World&) { return open(packet, "bob"); }},
        {"account_exists", nothing,
         [](const World&) {
             return command(domain::OpenAccount{"bob", "other", "", {}});
         }},
        {"bob 3000", nothing, [](const World&) { return open_account("bob"); }},
        {"campaign_not_found", nothing,
         [](const World&) { return shake(campaign_number(9), "bob"); }},
        {"round_not_running", [](World& world) { world.rig.clock.advance(round_ms); },
         [](const World&) { return shake(rain, "bob"); }},
        {"won 10 in round 1 again", [](World& world) { world.rig.told(shake(rain, "bob")); },
         [](const World&) { return shake(rain, "bob"); }},
        {"budget_spent",
         [](World& world) {
             for (int n = 0; n < 100; ++n) { // ten for each
                 world.rig.told(
                     shake(rain, users(10)[static_cast<std::size_t>(n) % 10], std::to_string(n)));
             }
         },
         [](const World&) { return shake(rain, "bob"); }},
    };
}

std::vector<Refusal> refusals_of_sales() {
    const auto sold_out = [](World& world) {
        bob_reserves(world);
        world.rig.reserved("cat");
        world.rig.told(join(tickets, "dan"));
    };
    return {
        {"sale_not_found", nothing, [](const World&) { return reserve(sale_number(9), "bob"); }},
        {"sold_out", sold_out, [](const World&) { return reserve(tickets, "eve"); }},
        {"already_reserved: order reserved, 1 for 300", bob_reserves,
         [](const World&) { return reserve(tickets, "bob"); }},
        {"stock_left", nothing, [](const World&) { return join(tickets, "bob"); }},
        {"place 1 again", sold_out, [](const World&) { return join(tickets, "dan"); }},
        {"order_not_found", nothing, [](const World&) { return cancel({77}); }},
        {"order cancelled, 1 for 300",
         [](World& world) {
             bob_reserves(world);
             bob_cancels(world);
         },
         [](const World& world) { return cancel(world.order); }},
        {"order_final: order cancelled, 1 for 300",
         [](World& world) {
             bob_reserves(world);
             bob_cancels(world);
         },
         [](const World& world) { return pay(world.order); }},
        {"insufficient_funds",
         [](World& world) {
             bob_reserves(world);
             world.rig.told(withdraw("bob", 10 * price_fen));
         },
         [](const World& world) { return pay(world.order); }},
        {"wrong_amount: order reserved, 1 for 300, again",
         [](World& world) {
             bob_reserves(world);
             world.rig.told(pay_outside(world.order, "g", 1));
         },
         [](const World& world) { return pay_outside(world.order, "g", 1); }},
        {"gateway_ref_reused",
         [](World& world) {
             bob_reserves(world);
             world.rig.told(pay_outside(world.order, "g", 1));
         },
         [](const World& world) { return pay_outside(world.order, "g", 2); }},
        {"reference_reused", [](World& world) { world.rig.told(deposit_of("r", "bob", 5)); },
         [](const World&) { return deposit_of("r", "bob", 6); }},
        {"account_not_found", nothing, [](const World&) { return deposit_of("r", "nobody", 6); }},
    };
}

TEST(KeysEverywhere, AKeyIsFreeWhenItsRequestHasComeToNothingWhoeverEndsIt) {
    std::puts("schedules with seeds 1 to 10 for each refusal");
    auto all = refusals_of_packets_and_campaigns();
    for (const Refusal& more : refusals_of_sales()) {
        all.push_back(more);
    }
    for (const Refusal& one : all) {
        for (std::uint64_t seed = 1; seed <= 10; ++seed) {
            SCOPED_TRACE(one.told + std::string(", seed ") + std::to_string(seed));
            std::mt19937_64 choice(seed);
            World world;
            world.rig.open_accounts(users(10), 0);
            one.before(world);
            const auto records = world.rig.journal.records().size();
            std::vector<Token> twins;
            for (int n = 0; n < 4; ++n) {
                twins.push_back(world.rig.ask(keyed("k", one.asked(world))));
                for (auto steps = choice() % 12; steps > 0; --steps) {
                    world.rig.step(choice);
                }
            }
            world.rig.settle_in_any_order(choice);
            for (const Token token : twins) {
                EXPECT_EQ(world.rig.said(token), one.told);
            }
            EXPECT_EQ(world.rig.journal.records().size(), records);
            EXPECT_EQ(world.rig.engine().pressure().idempotency_keys, 0U);
            EXPECT_TRUE(
                world.rig.told(keyed("k", deposit("ann", 1), "other")).starts_with("trade"));
        }
    }
}

TEST(KeysEverywhere, WhatIsOnItsWayAtTheStopHarmsNobody) {
    for (std::size_t steps = 0; steps < 40; ++steps) {
        World world;
        world.order = world.rig.reserved("bob");
        for (const Case& one : all_cases()) {
            world.rig.ask(keyed(one.name, one.asked(world)));
            world.rig.ask(keyed(one.name, one.asked(world)));
        }
        std::mt19937_64 choice(steps);
        for (std::size_t n = 0; n < steps; ++n) {
            world.rig.step(choice);
        }
    }
}

// ---- batches ----

TEST(KeysOfBatches, AreClaimedWhileTheItemsRunAndThenStandForTheWholeAnswer) {
    World world;
    const auto asked = [] { return keyed("b", claim_key()); };
    const Token first = world.rig.ask(asked());
    const Token twin = world.rig.ask(asked());
    const Token other = world.rig.ask(keyed("b", claim_key(), "other"));
    world.rig.settle();
    EXPECT_EQ(world.rig.said(first), "claimed b");
    EXPECT_EQ(world.rig.said(twin), "waiting");
    world.rig.told(open(packet, "bob"));
    EXPECT_EQ(world.rig.said(twin), "waiting");
    auto claim = world.rig.log.take<actors::RequestKey>(first);
    const Token kept = world.rig.ask(keep_answer(std::move(claim), "all of it"));
    world.rig.run();
    EXPECT_EQ(world.rig.said(kept), "waiting") << "for its record";
    world.rig.settle();
    EXPECT_EQ(world.rig.said(kept), "is kept");
    EXPECT_EQ(world.rig.said(twin), "kept 200 all of it");
    EXPECT_EQ(world.rig.said(other), "idempotency_key_reused");
    world.rig.restart();
    EXPECT_EQ(world.rig.told(asked()), "kept 200 all of it");
    EXPECT_EQ(world.rig.told(keyed("b", deposit("ann", 1), "other")), "idempotency_key_reused");
    world.rig.check_books();
}

TEST(KeysOfBatches, AreFreeWhenNothingWasChanged) {
    World world;
    const Token first = world.rig.ask(keyed("b", claim_key()));
    const Token twin = world.rig.ask(keyed("b", claim_key()));
    world.rig.settle();
    world.rig.log.take<actors::RequestKey>(first).reset();
    world.rig.settle();
    EXPECT_EQ(world.rig.said(twin), "claimed b");
    world.rig.log.take<actors::RequestKey>(twin).reset();
    world.rig.settle();
    EXPECT_EQ(world.rig.engine().pressure().idempotency_keys, 0U);
}

} // namespace
} // namespace hongbao::testing
