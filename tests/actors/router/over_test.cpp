// Role: entities that are over answer from their rows exactly as before they fell asleep, and
// without their claims, shakes or orders in memory.
#include "actors/environment/weight.hpp"
#include "tests/actors/sale_rig.hpp"

#include <map>

namespace hongbao::testing {
namespace {

using Token = EngineRig::Token;
const auto one_packet = packet_number(1);
const auto past_rain = campaign_number(1);

/// No row is in memory, whatever was asked: each entity weighs only its fixed part.
void expect_no_row_in_memory(EngineRig& rig) {
    EXPECT_LE(rig.engine().awake_bytes(), rig.engine().awake_entities() * actors::actor_bytes);
}

/// Sent by ann: five shares of ten, opened by u0 to u4. Everything sleeps.
void begin_exhausted(EngineRig& rig) {
    rig.open_accounts(users(7), 0);
    rig.open_accounts({"ann"}, 100);
    rig.told(send(one_packet, "ann", 50, 5, domain::PacketKind::equal));
    for (std::size_t n = 0; n < 5; ++n) {
        rig.told(open(one_packet, "u" + std::to_string(n)));
    }
    rig.restart();
}

TEST(Over, AnExhaustedPacketIsReadAndRefusedAndRepeatedFromItsRow) {
    EngineRig rig;
    begin_exhausted(rig);
    EXPECT_EQ(rig.told(read(one_packet)), "packet exhausted, 0 in 0, luckiest u0");
    expect_no_row_in_memory(rig);
    EXPECT_EQ(rig.told(open(one_packet, "u3")), "share 10 again");
    EXPECT_EQ(rig.told(grab(one_packet, "u4")), "openable") << "it is there to be looked at again";
    EXPECT_EQ(rig.told(open(one_packet, "u5")), "packet_exhausted");
    EXPECT_EQ(rig.told(grab(one_packet, "u5")), "packet_exhausted");
    EXPECT_EQ(rig.told(open(one_packet, "nobody")), "account_not_found");
    EXPECT_EQ(rig.told(read(one_packet)), "packet exhausted, 0 in 0, luckiest u0");
    expect_no_row_in_memory(rig);
    rig.clock.advance(packet_life_ms);
    EXPECT_EQ(rig.told(open(one_packet, "u0")), "share 10 again");
    EXPECT_EQ(rig.told(open(one_packet, "u5")), "packet_expired");
    EXPECT_EQ(rig.count<domain::ShareOpened>(), 5U);
}

TEST(Over, ManyAtOnceAreAnsweredInOneBatch) {
    EngineRig rig;
    begin_exhausted(rig);
    std::vector<Body> opens;
    for (int n = 0; n < 7; ++n) {
        opens.push_back(open(one_packet, "u" + std::to_string(n)));
    }
    const auto tokens = rig.ask_all(std::move(opens));
    rig.settle();
    for (std::size_t n = 0; n < 7; ++n) {
        EXPECT_EQ(rig.said(tokens[n]), n < 5 ? "share 10 again" : "packet_exhausted") << n;
    }
}

TEST(Over, APacketThatExpiredAsleepIsRefundedWithoutItsClaims) {
    EngineRig rig;
    rig.open_accounts({"ann", "bob", "eve"}, 100);
    rig.told(send(one_packet, "ann", 50, 5, domain::PacketKind::equal));
    rig.told(open(one_packet, "bob"));
    rig.restart();
    rig.clock.advance(packet_life_ms);
    const Token first = rig.ask(open(one_packet, "bob"));
    const Token late = rig.ask(open(one_packet, "eve"));
    rig.tick_and_settle();
    EXPECT_EQ(rig.said(first), "share 10 again");
    EXPECT_EQ(rig.said(late), "packet_expired");
    EXPECT_EQ(rig.count<domain::PacketClosed>(), 1U);
    EXPECT_EQ(rig.told(read(one_packet)), "packet expired, 0 in 4, refund 40");
    EXPECT_EQ(rig.balance_of("ann"), 90);
}

TEST(Over, AClockThatIsSetBackOpensNothingAgain) {
    EngineRig rig;
    rig.open_accounts({"ann", "bob", "eve"}, 100);
    rig.told(send(one_packet, "ann", 50, 5, domain::PacketKind::equal));
    rig.told(open(one_packet, "bob"));
    rig.restart();
    rig.clock.advance(packet_life_ms);
    EXPECT_EQ(rig.told(open(one_packet, "eve")), "packet_expired");
    rig.clock.advance(rig_begins - rig.clock.now()); // the timer has not come yet
    EXPECT_EQ(rig.told(open(one_packet, "eve")), "packet_expired");
    EXPECT_EQ(rig.told(open(one_packet, "bob")), "share 10 again");
    EXPECT_EQ(rig.count<domain::ShareOpened>(), 1U);
}

TEST(Over, AStrangerToADirectedPacketIsToldSo) {
    EngineRig rig;
    rig.open_accounts({"ann", "bob", "eve"}, 100);
    Body body = send(one_packet, "ann", 10, 1);
    auto& asked = *std::get<std::unique_ptr<actors::AccountRequest>>(body.asked);
    std::get<domain::SendPacket>(asked.command).recipients = {"zoe", "bob"};
    rig.told(std::move(body));
    rig.told(open(one_packet, "bob"));
    rig.restart();
    EXPECT_EQ(rig.told(open(one_packet, "eve")), "not_a_recipient");
    EXPECT_EQ(rig.told(open(one_packet, "bob")), "share 10 again");
}

TEST(Over, AnOpenPacketIsStillWokenWithAllItsClaims) {
    EngineRig rig;
    rig.open_accounts({"ann", "bob", "eve"}, 100);
    rig.told(send(one_packet, "ann", 50, 5, domain::PacketKind::equal));
    rig.told(open(one_packet, "bob"));
    rig.restart();
    EXPECT_EQ(rig.told(read(one_packet)), "packet open, 40 in 4");
    EXPECT_EQ(rig.engine().awake_bytes(), actors::actor_bytes + actors::claim_bytes);
    EXPECT_EQ(rig.told(open(one_packet, "bob")), "share 10 again");
    EXPECT_EQ(rig.told(open(one_packet, "eve")), "share 10");
}

TEST(Over, AClosedCampaignStillKnowsEachShake) {
    EngineRig rig;
    rig.told(open_merchant("shop"));
    rig.told(deposit("shop", 1'000));
    const auto names = users(20);
    rig.open_accounts(names, 0);
    rig.told(command(domain::FundCampaign{past_rain,
                                          "shop",
                                          "Rain",
                                          1'000,
                                          5,
                                          {{rig_begins, rig_begins + 60'000, 1'000, 10, 20, 5}}}));
    std::map<std::string, std::string> results;
    for (const std::string& name : names) {
        results[name] = rig.told(shake(past_rain, name));
    }
    rig.clock.advance(60'000);
    rig.tick_and_settle();
    ASSERT_EQ(rig.count<domain::CampaignClosed>(), 1U);
    rig.restart();
    for (const auto& [name, result] : results) {
        EXPECT_EQ(rig.told(shake(past_rain, name)), result + " again");
        EXPECT_EQ(rig.told(shake(past_rain, name, "another")), "round_not_running");
    }
    EXPECT_EQ(rig.told(shake(past_rain, "nobody")), "account_not_found");
    rig.clock.advance(rig_begins - rig.clock.now()); // the round would still run
    EXPECT_EQ(rig.told(shake(past_rain, "u0", "late")), "round_not_running");
    EXPECT_LE(rig.engine().awake_bytes(), (2 + names.size() + 1) * actors::actor_bytes)
        << "no shake is in memory";
}

TEST(Over, ACampaignThatEndedAsleepGivesItsRestBackWithoutItsShakes) {
    EngineRig rig;
    rig.told(open_merchant("shop"));
    rig.told(deposit("shop", 1'000));
    rig.open_accounts({"bo"}, 0);
    rig.told(command(domain::FundCampaign{past_rain,
                                          "shop",
                                          "Rain",
                                          1'000,
                                          5,
                                          {{rig_begins, rig_begins + 60'000, 1'000, 10, 20, 5}}}));
    const std::string result = rig.told(shake(past_rain, "bo"));
    rig.restart();
    rig.clock.advance(60'000);
    const Token again = rig.ask(shake(past_rain, "bo"));
    rig.tick_and_settle();
    EXPECT_EQ(rig.said(again), result + " again");
    EXPECT_EQ(rig.count<domain::CampaignClosed>(), 1U);
    const auto held = rig.audited();
    EXPECT_EQ(held.deposited_fen, PlainLedger::sum(held.users));
}

/// A closed sale: u0 has paid an order, u1 has cancelled one, u2's has timed out.
struct ClosedSale : SaleRig {
    domain::OrderId paid, cancelled, timed_out;

    explicit ClosedSale(const RigOptions& options = {}) : SaleRig(options) {
        begin(sale_of(10), users(4));
        paid = reserved("u0");
        cancelled = reserved("u1");
        timed_out = reserved("u2");
        EXPECT_TRUE(told(pay(paid)).starts_with("order paid"));
        EXPECT_TRUE(told(cancel(cancelled)).starts_with("order cancelled"));
        clock.advance(window_ms);
        tick_and_settle();
        clock.advance(sale_ms + domain::SendLimits{}.sale_refund_period_s * domain::ms_per_s);
        tick_and_settle();
        EXPECT_EQ(count<domain::SaleClosed>(), 1U);
        restart();
    }
};

TEST(Over, AnOrderIsReadWithoutWakingAnything) {
    ClosedSale rig;
    EXPECT_EQ(rig.seen(rig.paid), "order paid, 1 for 300");
    EXPECT_EQ(rig.seen(rig.cancelled), "order cancelled, 1 for 300");
    EXPECT_EQ(rig.seen(rig.timed_out), "order timed_out, 1 for 300");
    EXPECT_EQ(rig.seen(domain::OrderId{77}), "order_not_found");
    EXPECT_EQ(rig.engine().awake_entities(), 0U);
}

TEST(Over, AnOrderOfASleepingSaleWhoseTimeIsUpIsRecordedAsSuchBeforeItIsReadSo) {
    SaleRig rig;
    rig.begin(sale_of(10), users(1));
    const auto order = rig.reserved("u0");
    rig.restart();
    const std::size_t awake_before = rig.engine().awake_entities();
    EXPECT_EQ(rig.seen(order), "order reserved, 1 for 300");
    EXPECT_EQ(rig.engine().awake_entities(), awake_before);
    rig.clock.advance(window_ms);
    EXPECT_EQ(rig.seen(order), "order timed_out, 1 for 300") << "though no timer has gone off";
    const Token list =
        rig.query(actors::ReadOrders{{.sale_id = {}, .user_id = "u0", .status = {}}, {}});
    rig.settle();
    const auto* page = rig.log.get<actors::OrderPage>(list);
    ASSERT_NE(page, nullptr);
    EXPECT_EQ(page->items.at(0).status, domain::OrderStatus::timed_out) << "in a list, too";
    EXPECT_EQ(rig.told(pay(order)).substr(0, 16), "payment_too_late");
}

TEST(Over, NothingCanBeHadOfAClosedSale) {
    ClosedSale rig;
    EXPECT_EQ(rig.told(reserve(tickets, "u3")), "sale_ended");
    EXPECT_EQ(rig.told(reserve(tickets, "u0")), "sale_ended");
    EXPECT_EQ(rig.told(join(tickets, "u3")), "sale_ended");
    EXPECT_EQ(rig.told(pay(rig.paid)), "order_final: order paid, 1 for 300");
    EXPECT_EQ(rig.told(pay(rig.timed_out)), "payment_too_late: order timed_out, 1 for 300");
    EXPECT_EQ(rig.told(cancel(rig.paid)), "order_final: order paid, 1 for 300");
    EXPECT_EQ(rig.told(cancel(rig.cancelled)), "order cancelled, 1 for 300");
    rig.clock.advance(rig_begins - rig.clock.now()); // it would still be running
    EXPECT_EQ(rig.told(reserve(tickets, "u3")), "sale_ended");
    rig.check_books();
}

TEST(Over, AGatewayThatPaysLateIsTakenOncePerReference) {
    ClosedSale rig;
    const std::string late = "too_late: order timed_out, 1 for 300";
    EXPECT_EQ(rig.told(pay_outside(rig.timed_out, "g1", 300)), late);
    EXPECT_EQ(rig.told(pay_outside(rig.timed_out, "g1", 300)), late + ", again");
    const Token second = rig.ask(pay_outside(rig.timed_out, "g2", 5));
    const Token same = rig.ask(pay_outside(rig.timed_out, "g2", 5));
    const Token other = rig.ask(pay_outside(rig.paid, "g1", 300));
    rig.settle();
    EXPECT_EQ(rig.said(second), late);
    EXPECT_EQ(rig.said(same), late + ", again");
    EXPECT_EQ(rig.said(other), "gateway_ref_reused");
    rig.restart();
    EXPECT_EQ(rig.told(pay_outside(rig.timed_out, "g2", 5)), late + ", again");
    EXPECT_EQ(rig.told(pay_outside(rig.timed_out, "g2", 6)), "gateway_ref_reused");
    EXPECT_EQ(rig.told(pay_outside(rig.paid, "g3", 300)), "order_final: order paid, 1 for 300");
    EXPECT_EQ(rig.count<domain::ExternalPaymentTaken>(), 3U);
    rig.check_books();
}

TEST(Over, ASuspendedPaymentIsDecidedOnAlsoOfAClosedSale) {
    ClosedSale rig;
    rig.options().limits.external_credit_fen_max = 299;
    rig.restart();
    EXPECT_EQ(rig.told(pay_outside(rig.timed_out, "g1", 300)),
              "too_late, suspended: order timed_out, 1 for 300");
    const domain::Sequence taken = rig.journal.records().back().sequence;
    rig.restart();
    EXPECT_EQ(rig.told(decide(taken - 1, domain::SuspensionEnd::released)), "suspended_not_found");
    const Token one = rig.ask(decide(taken, domain::SuspensionEnd::released));
    const Token other = rig.ask(decide(taken, domain::SuspensionEnd::returned));
    rig.settle();
    EXPECT_EQ(rig.said(one), "g1 released 'looked into'");
    EXPECT_EQ(rig.said(other), "already_decided: g1 released 'looked into'");
    EXPECT_EQ(rig.told(pay_outside(rig.timed_out, "g1", 300)),
              "too_late, released: order timed_out, 1 for 300, again");
    rig.restart();
    EXPECT_EQ(rig.told(decide(taken, domain::SuspensionEnd::returned)),
              "already_decided: g1 released 'looked into'");
    EXPECT_EQ(rig.count<domain::SuspendedPaymentDecided>(), 1U);
    rig.check_books();
}

TEST(Over, ASaleThatIsDueToCloseAsleepPaysTheShopWithoutItsOrders) {
    SaleRig rig;
    rig.begin(sale_of(10), users(3));
    rig.told(pay(rig.reserved("u0")));
    rig.restart();
    rig.clock.advance(sale_ms + domain::SendLimits{}.sale_refund_period_s * domain::ms_per_s);
    rig.tick_and_settle();
    EXPECT_EQ(rig.count<domain::SaleClosed>(), 1U);
    EXPECT_EQ(rig.balance_of("shop"), price_fen);
    EXPECT_EQ(rig.seen(), "sale of 10: 0 reserved, 1 sold, 0 waiting, payout 300");
    rig.check_books();
}

} // namespace
} // namespace hongbao::testing
