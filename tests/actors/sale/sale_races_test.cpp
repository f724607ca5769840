// Role: many users at one sale in any order: exactly the stock is taken, each order ends one way,
// and the losers are told why; by seed, with crashes and sleep in between.
#include "tests/actors/sale_rig.hpp"

#include <array>
#include <map>
#include <set>

namespace hongbao::testing {
namespace {

using Token = EngineRig::Token;

std::size_t count_of(const SaleRig& rig, const std::vector<Token>& tokens,
                     const std::string& begin) {
    return static_cast<std::size_t>(std::count_if(tokens.begin(), tokens.end(), [&](Token token) {
        return rig.said(token).starts_with(begin);
    }));
}

TEST(RacingBuyers, TakeTheStockAndNotAUnitMore) {
    std::puts("schedules with seeds 1 to 40");
    const auto names = users(400);
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 choice(seed);
        RigOptions options;
        options.awake_bytes_max = seed % 3 == 0 ? 1 : UINT64_MAX;
        options.commit_batch_bytes_max = seed % 2 == 0 ? 2'000 : 4U << 20U;
        SaleRig rig(options);
        rig.begin(sale_of(50), names);
        std::vector<Token> tokens;
        for (std::size_t n = 0; n < 1'200; ++n) {
            tokens.push_back(rig.ask(reserve(tickets, names[choice() % names.size()])));
            for (std::uint64_t steps = choice() % 4; steps > 0; --steps) {
                rig.step(choice);
            }
        }
        rig.settle_in_any_order(choice);
        EXPECT_EQ(count_of(rig, tokens, "order reserved"), 50U);
        EXPECT_EQ(count_of(rig, tokens, "order reserved") + count_of(rig, tokens, "sold_out") +
                      count_of(rig, tokens, "already_reserved: order reserved"),
                  tokens.size());
        rig.check_books();
    }
}

TEST(SaleRaces, LeavingAndAnOfferThatIsUnderWayAgreeOnTheFirst) {
    std::puts("schedules with seeds 1 to 200");
    std::size_t offered = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 choice(seed);
        RigOptions options;
        options.router_count = 1U << (seed % 3);
        SaleRig rig(options);
        rig.begin(sale_of(2), {"bo", "lan", "ann", "eve", "mei", "zoe"});
        const auto bo = rig.reserved("bo");
        const auto lan = rig.reserved("lan");
        for (const char* user : {"ann", "eve", "mei", "zoe"}) {
            rig.told(join(tickets, user));
        }
        std::vector<Token> left;
        rig.ask(cancel(bo));
        rig.ask(cancel(lan));
        for (const char* user : {"eve", "ann", "eve"}) {
            for (std::uint64_t steps = choice() % 8; steps > 0; --steps) {
                rig.step(choice);
            }
            left.push_back(rig.ask(leave(tickets, user)));
            if (choice() % 2 == 0) {
                rig.ask(join(tickets, user));
            }
        }
        rig.settle_in_any_order(choice);
        for (const Token token : left) {
            EXPECT_TRUE(rig.said(token) == "left" || rig.said(token) == "not_waiting")
                << rig.said(token);
        }
        offered += count_of(rig, left, "not_waiting");
        EXPECT_EQ(rig.count<domain::WaitlistLeft>(), count_of(rig, left, "left"));
        EXPECT_TRUE(rig.seen().starts_with("sale of 2: 2 reserved, 0 sold")) << rig.seen();
        rig.check_books();
    }
    EXPECT_GT(offered, 20U) << "an offer was never first";
}

/// Everything that can be done with an order: all of it races.
enum class Move { pay, pay_keyed, pay_outside, cancel, time_out };
constexpr std::array moves{Move::pay, Move::pay_keyed, Move::pay_outside, Move::cancel,
                           Move::time_out};

struct Raced {
    Move move;
    Token token;
};

/// Does it; nothing for the clock.
std::optional<Raced> make(SaleRig& rig, Move move, domain::OrderId order, std::uint64_t number) {
    switch (move) {
    case Move::pay: return Raced{move, rig.ask(pay(order))};
    case Move::pay_keyed:
        return Raced{move, rig.ask(keyed("k" + std::to_string(order.value), pay(order)))};
    case Move::pay_outside: {
        const std::string gateway_ref =
            std::to_string(order.value) + "-" + std::to_string(number % 2);
        return Raced{move, rig.ask(pay_outside(order, gateway_ref, price_fen))};
    }
    case Move::cancel: return Raced{move, rig.ask(cancel(order))};
    case Move::time_out: rig.clock.advance(window_ms / 8); return std::nullopt;
    }
    return std::nullopt;
}

/// The journal's events of one order: how often each, in order.
std::map<domain::OrderId, std::string> histories(const SaleRig& rig) {
    std::map<domain::OrderId, std::string> histories;
    for (const domain::Record& record : rig.journal.records()) {
        std::visit(
            domain::Overloaded{
                [&](const domain::OrderPaid& event) { histories[event.order_id] += "p"; },
                [&](const domain::ExternalPaymentTaken& event) {
                    histories[event.order_id] += event.pays_order() ? "p" : "";
                },
                [&](const domain::OrderCancelled& event) { histories[event.order_id] += "c"; },
                [&](const domain::OrderTimedOut& event) { histories[event.order_id] += "t"; },
                [&](const domain::OrderRefunded& event) { histories[event.order_id] += "r"; },
                [](const auto&) {},
            },
            record.event);
    }
    return histories;
}

/// The answers about an order do not contradict what the journal says of it.
void check_told(const SaleRig& rig, const std::string& history, const std::vector<Raced>& raced) {
    std::size_t paid = 0;
    std::size_t cancelled = 0;
    for (const Raced& one : raced) {
        const std::string said = rig.said(one.token);
        const bool replayed = said.ends_with(", replayed") || said.ends_with(", again");
        paid += !replayed && (said.starts_with("order paid") || said.starts_with("order_paid"));
        cancelled += said.starts_with("order cancelled") ? 1 : 0;
        if (said.starts_with("order refunded")) {
            EXPECT_EQ(history, "pr") << said;
        }
        if (said.starts_with("payment_too_late") || said.starts_with("too_late")) {
            EXPECT_TRUE(history == "t" || history.empty()) << said;
        }
        EXPECT_NE(said, "insufficient_funds");
    }
    EXPECT_LE(paid, 1U) << "paid twice";
    EXPECT_TRUE(paid == 0 || history.starts_with("p")) << history;
    EXPECT_TRUE(cancelled == 0 || history == "c") << history;
    EXPECT_TRUE((std::set<std::string>{"", "p", "pr", "c", "t"}.contains(history))) << history;
}

TEST(RacingEnds, OfAnOrderHaveOneWinner) {
    std::puts("schedules with seeds 1 to 150");
    std::map<std::string, std::size_t> outcomes;
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 choice(seed);
        RigOptions options;
        options.awake_bytes_max = seed % 3 == 0 ? 1 : UINT64_MAX;
        options.commit_batch_bytes_max = seed % 2 == 0 ? 2'000 : 4U << 20U;
        SaleRig rig(options);
        const auto names = users(12);
        rig.begin(sale_of(8), names);
        std::vector<domain::OrderId> orders;
        for (std::size_t n = 0; n < 8; ++n) {
            orders.push_back(rig.reserved(names[n]));
        }
        for (std::size_t n = 8; n < names.size(); ++n) {
            rig.told(join(tickets, names[n]));
        }
        std::map<domain::OrderId, std::vector<Raced>> raced;
        for (std::uint64_t n = 0; n < 60; ++n) {
            const domain::OrderId order = orders[choice() % orders.size()];
            if (const auto made = make(rig, moves[choice() % moves.size()], order, n)) {
                raced[order].push_back(*made);
            }
            if (choice() % 16 == 0) {
                rig.tick();
            }
            for (std::uint64_t steps = choice() % 12; steps > 0; --steps) {
                rig.step(choice);
            }
            if (seed % 5 == 0 && choice() % 20 == 0) {
                rig.restart(); // what was not synced is gone, and whoever asked for it waits for
                               // ever
            }
        }
        rig.settle_in_any_order(choice);
        auto history = histories(rig);
        for (const auto& [order, made] : raced) {
            if (seed % 5 != 0) {
                for (const Raced& one : made) {
                    EXPECT_NE(rig.said(one.token), "waiting");
                }
            }
            check_told(rig, history[order], made);
            outcomes[history[order]] += 1;
        }
        rig.tick_and_settle();
        rig.check_books();
    }
    for (const std::string outcome : {"p", "pr", "c", "t"}) {
        EXPECT_GT(outcomes[outcome], 10U) << outcome << ": the race has only some of its winners";
    }
}

/// A crash after each number of steps: nothing is half done, and the rest can be done again.
TEST(Crashes, BetweenReserveAndPayLeaveNothingHalfDone) {
    const auto tell = [](SaleRig& rig, std::uint64_t steps_until_crash) {
        std::mt19937_64 choice(steps_until_crash);
        rig.ask(reserve(tickets, "bo"));
        std::uint64_t steps = 0;
        const auto run_some = [&] {
            while (steps < steps_until_crash && rig.step(choice)) {
                ++steps;
            }
        };
        run_some();
        const domain::OrderId order =
            steps < steps_until_crash ? rig.newest_order("bo") : domain::OrderId{};
        if (order.value != 0) {
            rig.ask(keyed("k", pay(order)));
            run_some();
        }
        return steps;
    };
    std::uint64_t crashes = 0;
    for (std::uint64_t steps = 0; steps < 60; ++steps) {
        SCOPED_TRACE("crash after " + std::to_string(steps) + " steps");
        SaleRig rig;
        rig.begin(sale_of(1), {"bo", "lan"});
        crashes += tell(rig, steps) == steps ? 1 : 0;
        rig.restart();
        rig.check_books();
        domain::OrderId order = rig.newest_order("bo");
        if (order.value == 0) {
            EXPECT_EQ(rig.balance_of("bo"), 10 * price_fen);
            order = rig.reserved("bo"); // no unit was lost
        }
        const std::string before = rig.seen(order);
        EXPECT_EQ(rig.balance_of("bo"), (before.starts_with("order paid") ? 9 : 10) * price_fen);
        EXPECT_TRUE(rig.told(keyed("k", pay(order))).starts_with("order paid, 1 for 300"));
        EXPECT_EQ(rig.balance_of("bo"), 9 * price_fen);
        EXPECT_EQ(rig.count<domain::OrderPaid>(), 1U);
        EXPECT_EQ(rig.told(reserve(tickets, "lan")), "sold_out");
        rig.check_books();
    }
    EXPECT_GT(crashes, 10U);
}

} // namespace
} // namespace hongbao::testing
