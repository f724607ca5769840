// Role: one sale from its opening to its payout, one step after another.
#include "tests/actors/sale_rig.hpp"

namespace hongbao::testing {
namespace {

using Token = EngineRig::Token;

TEST(Sale, FromOpeningToPayout) {
    SaleRig rig;
    rig.begin(sale_of(2), {"bo", "lan", "mei"});
    const auto bo = rig.reserved("bo");
    const std::string again = "already_reserved: order reserved, 1 for 300";
    EXPECT_EQ(rig.told(reserve(tickets, "bo")), again);
    const auto lan = rig.reserved("lan");
    EXPECT_EQ(rig.told(reserve(tickets, "mei")), "sold_out");
    EXPECT_EQ(rig.told(reserve(tickets, "bo")), again) << "although it is sold out";
    EXPECT_EQ(rig.told(pay(bo)), "order paid, 1 for 300");
    EXPECT_EQ(rig.told(reserve(tickets, "bo")), "already_reserved: order paid, 1 for 300");
    EXPECT_EQ(rig.balance_of("bo"), 9 * price_fen);
    EXPECT_EQ(rig.told(pay(bo)), "order_final: order paid, 1 for 300");
    EXPECT_EQ(rig.told(cancel(lan)), "order cancelled, 1 for 300");
    EXPECT_EQ(rig.told(cancel(lan)), "order cancelled, 1 for 300");
    EXPECT_EQ(rig.told(pay(lan)), "order_final: order cancelled, 1 for 300");
    EXPECT_EQ(rig.seen(), "sale of 2: 0 reserved, 1 sold, 0 waiting");
    EXPECT_EQ(rig.seen(bo), "order paid, 1 for 300");
    const auto mei = rig.reserved("mei");
    EXPECT_EQ(rig.told(pay_outside(mei, "gw-1", price_fen)), "order_paid: order paid, 1 for 300");
    EXPECT_EQ(rig.balance_of("mei"), 10 * price_fen);
    EXPECT_EQ(rig.told(cancel(bo)), "order refunded, 1 for 300");
    EXPECT_EQ(rig.balance_of("bo"), 10 * price_fen);
    rig.clock.advance(sale_ms);
    EXPECT_EQ(rig.told(reserve(tickets, "lan")), "sale_ended");
    rig.tick_and_settle();
    EXPECT_EQ(rig.count<domain::SaleClosed>(), 0U) << "refunds are possible still";
    rig.clock.advance(7 * domain::ms_per_day);
    rig.tick_and_settle();
    EXPECT_EQ(rig.seen(), "sale of 2: 0 reserved, 1 sold, 0 waiting, payout 300");
    EXPECT_EQ(rig.balance_of("shop"), price_fen);
    EXPECT_EQ(rig.told(cancel(mei)), "order_final: order paid, 1 for 300");
    EXPECT_EQ(rig.told(pay_outside(mei, "gw-2", price_fen)), "order_final: order paid, 1 for 300");
    EXPECT_EQ(rig.balance_of("mei"), 11 * price_fen);
    rig.check_books();
}

TEST(Sale, SaysFiveDifferentThingsToWhoCannotReserve) {
    SaleRig rig;
    auto later = sale_of(1);
    later.starts_at = rig_begins + 1;
    rig.begin(later, {"bo", "lan"});
    EXPECT_EQ(rig.told(reserve(sale_number(9), "bo")), "sale_not_found");
    EXPECT_EQ(rig.told(reserve(tickets, "bo")), "sale_not_started");
    EXPECT_EQ(rig.told(join(tickets, "bo")), "sale_not_started");
    rig.clock.advance(1);
    EXPECT_EQ(rig.told(reserve(tickets, "bo", 2)), "quantity_too_large");
    rig.reserved("bo");
    EXPECT_EQ(rig.told(reserve(tickets, "bo")), "already_reserved: order reserved, 1 for 300");
    EXPECT_EQ(rig.told(reserve(tickets, "lan")), "sold_out");
    EXPECT_EQ(rig.told(reserve(tickets, "nobody")), "sold_out");
    rig.clock.advance(sale_ms);
    EXPECT_EQ(rig.told(reserve(tickets, "lan")), "sale_ended");
    EXPECT_EQ(rig.told(pay(domain::OrderId{77})), "order_not_found");
    EXPECT_EQ(rig.told(cancel(domain::OrderId{77})), "order_not_found");
    EXPECT_EQ(rig.told(pay_outside(domain::OrderId{77}, "g", 1)), "order_not_found");
    EXPECT_EQ(rig.count<domain::OrderReserved>(), 1U);
}

TEST(Sale, AskOfAccountsThatAreMissingOrFrozen) {
    SaleRig rig;
    rig.begin(sale_of(2), {"bo", "lan"});
    EXPECT_EQ(rig.told(reserve(tickets, "nobody")), "account_not_found");
    const auto order = rig.reserved("bo");
    rig.told(freeze("bo"));
    rig.told(freeze("lan"));
    EXPECT_EQ(rig.told(reserve(tickets, "lan")), "account_frozen");
    EXPECT_EQ(rig.told(pay(order)), "account_frozen");
    EXPECT_EQ(rig.told(pay_outside(order, "gw", price_fen)),
              "account_frozen: order reserved, 1 for 300");
    EXPECT_EQ(rig.balance_of("bo"), 11 * price_fen) << "what the gateway took is credited";
    EXPECT_EQ(rig.told(cancel(order)), "order cancelled, 1 for 300");
    EXPECT_EQ(rig.told(command(sale_of(1, 1, sale_number(2)))),
              "sale of 1: 0 reserved, 0 sold, 0 waiting");
    rig.told(freeze("shop"));
    EXPECT_EQ(rig.told(command(sale_of(1, 1, sale_number(3)))), "account_frozen");
    rig.check_books();
}

TEST(Sale, AnOrderIsPaidStrictlyBeforeItsTime) {
    for (const std::int64_t offset_ms : {-1, 0, 1}) {
        SCOPED_TRACE(offset_ms);
        SaleRig rig;
        rig.begin(sale_of(3), {"bo", "lan", "mei", "ann"});
        const auto by_account = rig.reserved("bo");
        const auto by_gateway = rig.reserved("lan");
        const auto cancelled = rig.reserved("mei");
        rig.clock.advance(window_ms + offset_ms);
        const bool in_time = offset_ms < 0;
        EXPECT_EQ(rig.told(pay(by_account)), in_time
                                                 ? "order paid, 1 for 300"
                                                 : "payment_too_late: order timed_out, 1 for 300");
        EXPECT_EQ(rig.told(pay_outside(by_gateway, "gw", price_fen)),
                  in_time ? "order_paid: order paid, 1 for 300"
                          : "too_late: order timed_out, 1 for 300");
        EXPECT_EQ(rig.told(cancel(cancelled)),
                  in_time ? "order cancelled, 1 for 300" : "order timed_out, 1 for 300");
        EXPECT_EQ(rig.seen(), in_time ? "sale of 3: 0 reserved, 2 sold, 0 waiting"
                                      : "sale of 3: 0 reserved, 0 sold, 0 waiting");
        rig.reserved("ann"); // the stock is back immediately, without the timer
        EXPECT_EQ(rig.balance_of("lan"), (in_time ? 10 : 11) * price_fen);
        rig.check_books();
    }
}

TEST(Sale, TimesOutByTheTimerAloneAndAgainAfterARestart) {
    for (const bool restarts : {false, true}) {
        SaleRig rig;
        rig.begin(sale_of(1), {"bo"});
        rig.reserved("bo");
        rig.clock.advance(window_ms - 1);
        if (restarts) {
            rig.restart();
        }
        rig.tick_and_settle();
        EXPECT_EQ(rig.count<domain::OrderTimedOut>(), 0U);
        rig.clock.advance(1);
        rig.tick_and_settle();
        EXPECT_EQ(rig.count<domain::OrderTimedOut>(), 1U);
        rig.tick_and_settle();
        EXPECT_EQ(rig.count<domain::OrderTimedOut>(), 1U);
        const auto again = rig.reserved("bo"); // reserves again
        EXPECT_EQ(rig.told(pay(again)), "order paid, 1 for 300");
        rig.clock.advance(window_ms);
        rig.tick_and_settle();
        EXPECT_EQ(rig.seen(again), "order paid, 1 for 300") << "a timeout after payment is nothing";
        rig.check_books();
    }
}

TEST(Sale, AManyThatAreDueAtOnceAllTimeOut) {
    SaleRig rig;
    const auto names = users(2'500);
    rig.begin(sale_of(2'500), names);
    for (const auto& name : names) {
        rig.ask(reserve(tickets, name));
    }
    rig.settle();
    rig.clock.advance(window_ms);
    rig.tick_and_settle();
    EXPECT_EQ(rig.count<domain::OrderTimedOut>(), 2'500U);
}

TEST(Sale, AnOrderThatIsBeingPaidKeepsNoOtherFromTimingOut) {
    SaleRig rig;
    rig.begin(sale_of(2), {"bo", "lan", "mei"});
    const auto bo = rig.reserved("bo");
    const auto lan = rig.reserved("lan");
    rig.clock.advance(window_ms - 1);
    const Token paid = rig.ask(pay(bo));
    rig.run(); // its record is on the way to the disk
    rig.clock.advance(1);
    const Token seen = rig.ask(sale_request(actors::ReadOrder{lan}));
    const Token again = rig.ask(reserve(tickets, "lan"));
    const Token other = rig.ask(reserve(tickets, "mei"));
    rig.run();
    EXPECT_EQ(rig.said(paid), "waiting");
    rig.settle();
    EXPECT_EQ(rig.said(paid), "order paid, 1 for 300");
    EXPECT_EQ(rig.said(seen), "order timed_out, 1 for 300");
    EXPECT_EQ(rig.said(again), "order reserved, 1 for 300");
    EXPECT_EQ(rig.said(other), "sold_out");
    EXPECT_EQ(rig.count<domain::OrderTimedOut>(), 1U);
    rig.check_books();
}

TEST(Sale, AnOrderWhosePaymentIsRefusedAfterItsTimeTimesOutAtOnce) {
    SaleRig rig;
    rig.begin(sale_of(1), {"bo"});
    rig.told(withdraw("bo", 10 * price_fen));
    const auto bo = rig.reserved("bo");
    const Token unsynced = rig.ask(deposit("bo", 1)); // the refusal waits for it
    const Token refused = rig.ask(pay(bo));
    rig.clock.advance(window_ms - 1);
    rig.run();
    rig.clock.advance(1);
    rig.tick_and_settle();
    EXPECT_NE(rig.said(unsynced), "waiting");
    EXPECT_EQ(rig.said(refused), "insufficient_funds");
    EXPECT_EQ(rig.count<domain::OrderTimedOut>(), 1U);
    rig.reserved("bo");
}

TEST(Sale, WhoWaitsIsServedAfterTheClockWasSetBackBeforeTheStart) {
    SaleRig rig;
    rig.begin(sale_of(1), {"bo", "lan"});
    const auto bo = rig.reserved("bo");
    rig.told(join(tickets, "lan"));
    rig.clock.advance(-1);
    EXPECT_EQ(rig.told(cancel(bo)), "order cancelled, 1 for 300");
    EXPECT_EQ(rig.count<domain::OrderReserved>(), 1U) << "nothing is offered before the start";
    rig.clock.advance(1);
    rig.tick_and_settle();
    EXPECT_EQ(rig.seen(rig.newest_order("lan")), "order reserved, 1 for 300");
}

TEST(Sale, ThatHasEndedIsLeftAloneUntilItClosesWhoeverWaits) {
    SaleRig rig;
    rig.begin(sale_of(1), {"bo", "lan"});
    const auto bo = rig.reserved("bo");
    rig.told(join(tickets, "lan"));
    rig.told(pay(bo));
    rig.clock.advance(sale_ms);
    EXPECT_EQ(rig.told(cancel(bo)), "order refunded, 1 for 300");
    rig.tick_and_settle();
    rig.tick();
    std::size_t messages = 0;
    while (rig.run_one()) {
        messages += 1;
    }
    EXPECT_EQ(messages, RigOptions{}.router_count)
        << "the timer's own, and nobody is asked anything";
    EXPECT_EQ(rig.count<domain::OrderReserved>(), 1U);
}

TEST(Sale, KeepsBoundedCountsOfOrdersAndPayments) {
    SaleRig rig;
    rig.begin(sale_of(1), {"bo", "lan"});
    domain::OrderId order;
    for (std::int64_t n = 0; n < domain::orders_per_user_and_sale_max; ++n) {
        order = rig.reserved("bo");
        rig.told(cancel(order));
    }
    EXPECT_EQ(rig.told(reserve(tickets, "bo")), "order_limit_reached");
    const auto lan = rig.reserved("lan");
    EXPECT_EQ(rig.told(reserve(tickets, "bo")), "sold_out");
    EXPECT_EQ(rig.told(join(tickets, "bo")), "order_limit_reached");
    for (std::size_t n = 0; n < domain::external_payments_per_order_max; ++n) {
        rig.told(pay_outside(lan, "gw-" + std::to_string(n), 1));
    }
    EXPECT_EQ(rig.told(pay_outside(lan, "gw", 1)), "too_many_external_payments");
    EXPECT_EQ(rig.told(pay_outside(lan, "gw-7", 1)),
              "wrong_amount: order reserved, 1 for 300, again");
    EXPECT_EQ(rig.told(pay_outside(order, "gw", 1)), "order_final: order cancelled, 1 for 300")
        << "its reference is free";
    rig.check_books();
}

TEST(Sale, APaymentIsOnePartOfOneRecord) {
    SaleRig rig;
    rig.begin(sale_of(1), {"bo"});
    const auto order = rig.reserved("bo");
    const Token paid = rig.ask(pay(order));
    const Token cancelled = rig.ask(cancel(order));
    rig.run();
    EXPECT_EQ(rig.said(paid), "waiting");
    EXPECT_EQ(rig.said(cancelled), "waiting") << "it waits for what becomes of the payment";
    rig.restart(); // before the record is synced: nothing of it is left
    EXPECT_EQ(rig.seen(order), "order reserved, 1 for 300");
    EXPECT_EQ(rig.balance_of("bo"), 10 * price_fen);
    const Token again = rig.ask(pay(order));
    rig.run();
    rig.commit(); // synced, and the sale is not told yet
    EXPECT_EQ(rig.said(again), "order paid, 1 for 300");
    rig.restart();
    EXPECT_EQ(rig.seen(order), "order paid, 1 for 300");
    EXPECT_EQ(rig.balance_of("bo"), 9 * price_fen);
    rig.check_books();
}

TEST(Sale, ARefusedPaymentLetsGoOfTheOrder) {
    SaleRig rig;
    rig.begin(sale_of(1), {"bo"});
    rig.told(withdraw("bo", 10 * price_fen));
    const auto order = rig.reserved("bo");
    EXPECT_EQ(rig.told(keyed("k", pay(order))), "insufficient_funds");
    rig.told(deposit("bo", price_fen));
    EXPECT_EQ(rig.told(keyed("k", pay(order))), "order paid, 1 for 300") << "the key was free";
    EXPECT_EQ(rig.told(keyed("k", pay(order))), "order paid, 1 for 300, replayed");
    rig.restart();
    EXPECT_EQ(rig.told(keyed("k", pay(order))), "order paid, 1 for 300, replayed");
    EXPECT_EQ(rig.told(cancel(order)), "order refunded, 1 for 300");
    EXPECT_EQ(rig.told(keyed("k", pay(order))), "order paid, 1 for 300, replayed");
    EXPECT_EQ(rig.count<domain::OrderPaid>(), 1U);
}

TEST(Sale, AGatewaysReferenceStandsForOnePaymentForEver) {
    SaleRig rig;
    rig.begin(sale_of(2), {"bo", "lan"});
    const auto bo = rig.reserved("bo");
    const auto lan = rig.reserved("lan");
    EXPECT_EQ(rig.told(pay_outside(bo, "gw", price_fen - 1)),
              "wrong_amount: order reserved, 1 for 300");
    for (int times = 0; times < 2; ++times) {
        EXPECT_EQ(rig.told(pay_outside(bo, "gw", price_fen - 1)),
                  "wrong_amount: order reserved, 1 for 300, again");
        EXPECT_EQ(rig.told(pay_outside(bo, "gw", price_fen)), "gateway_ref_reused");
        EXPECT_EQ(rig.told(pay_outside(lan, "gw", price_fen - 1)), "gateway_ref_reused");
        rig.restart();
        rig.clock.advance(60'000);
    }
    EXPECT_EQ(rig.balance_of("bo"), 11 * price_fen - 1);
    EXPECT_EQ(rig.count<domain::ExternalPaymentTaken>(), 1U);
    // Many at once, for two orders: one of them gets it.
    std::vector<Token> tokens;
    for (int n = 0; n < 5; ++n) {
        tokens.push_back(rig.ask(pay_outside(bo, "new", price_fen)));
        tokens.push_back(rig.ask(pay_outside(lan, "new", price_fen)));
    }
    rig.settle();
    EXPECT_EQ(rig.count<domain::ExternalPaymentTaken>(), 2U);
    for (const Token token : tokens) {
        EXPECT_NE(rig.said(token), "waiting");
    }
    rig.check_books();
}

/// A client that is told that a reference is another payment's finds that payment in every view.
TEST(Sale, AReusedReferenceIsToldOnceTheOtherPaymentIsToldToAll) {
    for (std::uint32_t n = 0; n < 24; ++n) { // routers in any order
        SaleRig rig;
        const std::string payer = "payer" + std::to_string(n);
        rig.begin(sale_of(2), {payer, "eve"});
        const auto order = rig.reserved(payer);
        const auto other = rig.reserved("eve");
        const std::string gateway_ref = "ref" + std::to_string(n * 5);
        rig.ask(pay_outside(order, gateway_ref, 1)); // the wrong amount: credited to the payer
        rig.run();
        const EngineRig::Token reused = rig.ask(pay_outside(other, gateway_ref, price_fen));
        rig.run();
        std::optional<EngineRig::Token> seen;
        rig.log.on_reply = [&](EngineRig::Token token) {
            if (token == reused) {
                seen = rig.ask(read(payer));
            }
        };
        rig.handle_at_once();
        rig.commit();
        rig.handle_in_turn();
        rig.settle();
        EXPECT_EQ(rig.said(reused), "gateway_ref_reused");
        ASSERT_TRUE(seen.has_value());
        EXPECT_EQ(rig.said(*seen), payer + " 3001");
    }
}

TEST(Sale, AFreeUnitIsOfferedToTheHeadOfTheWaitingList) {
    SaleRig rig;
    rig.begin(sale_of(1), {"bo", "lan", "mei", "ann"});
    EXPECT_EQ(rig.told(join(tickets, "lan")), "stock_left");
    const auto bo = rig.reserved("bo");
    EXPECT_EQ(rig.told(join(tickets, "bo")), "already_reserved: order reserved, 1 for 300");
    EXPECT_EQ(rig.told(join(tickets, "lan")), "place 1");
    EXPECT_EQ(rig.told(join(tickets, "mei")), "place 2");
    EXPECT_EQ(rig.told(join(tickets, "ann")), "place 3");
    EXPECT_EQ(rig.told(join(tickets, "mei")), "place 2 again");
    EXPECT_EQ(rig.told(join(tickets, "nobody")), "account_not_found");
    rig.told(freeze("lan"));
    rig.clock.advance(60'000);
    EXPECT_EQ(rig.told(cancel(bo)), "order cancelled, 1 for 300");
    EXPECT_EQ(rig.count<domain::WaiterPassedOver>(), 1U) << "lan is frozen";
    const auto mei = rig.newest_order("mei");
    EXPECT_EQ(rig.seen(mei), "order reserved, 1 for 300");
    EXPECT_EQ(rig.seen(), "sale of 1: 1 reserved, 0 sold, 1 waiting");
    EXPECT_EQ(rig.told(reserve(tickets, "bo")), "sold_out");
    EXPECT_EQ(rig.told(join(tickets, "ann")), "place 1 again");
    rig.clock.advance(window_ms - 1);
    rig.tick_and_settle();
    EXPECT_EQ(rig.seen(mei), "order reserved, 1 for 300") << "the window is a fresh one";
    rig.clock.advance(1);
    rig.tick_and_settle();
    EXPECT_EQ(rig.seen(mei), "order timed_out, 1 for 300");
    EXPECT_EQ(rig.told(pay(rig.newest_order("ann"))), "order paid, 1 for 300");
    rig.check_books();
}

TEST(Sale, AnOfferThatACrashCameBeforeIsMadeAfterTheRestart) {
    SaleRig rig;
    rig.begin(sale_of(1), {"bo", "lan"});
    const auto bo = rig.reserved("bo");
    rig.told(join(tickets, "lan"));
    rig.ask(cancel(bo));
    while (rig.count<domain::OrderCancelled>() == 0) {
        rig.run_one();
        rig.commit();
    }
    const bool was_offered = rig.count<domain::OrderReserved>() == 2;
    EXPECT_FALSE(was_offered);
    rig.restart();
    rig.tick_and_settle();
    EXPECT_EQ(rig.seen(rig.newest_order("lan")), "order reserved, 1 for 300");
}

} // namespace
} // namespace hongbao::testing
