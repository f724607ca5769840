// Role: memory is bounded by the weight of entities with all their rows, not by their number.
#include "actors/environment/weight.hpp"
#include "tests/actors/sale_rig.hpp"

namespace hongbao::testing {
namespace {

using actors::account_at_rest_bytes;
using actors::actor_bytes;
using actors::claim_bytes;
const auto packet = packet_number(1);

void let_sleep(EngineRig& rig) {
    for (int ticks = 0; ticks < 20; ++ticks) {
        rig.tick_and_settle();
    }
}

Body send_to(const std::vector<domain::UserId>& recipients) {
    Body body = send(packet, "ann", 100, 1);
    auto& request = *std::get<std::unique_ptr<actors::AccountRequest>>(body.asked);
    std::get<domain::SendPacket>(request.command).recipients = recipients;
    return body;
}

TEST(Weight, APacketWeighsWithItsRecipientsAndItsClaims) {
    EngineRig rig;
    rig.open_accounts({"ann", "u7"}, 100);
    const auto before = rig.engine().awake_bytes();
    rig.told(send_to(users(1'000)));
    EXPECT_EQ(rig.engine().awake_bytes(), before + actor_bytes + 1'000 * actors::recipient_bytes);
    rig.restart();
    EXPECT_EQ(rig.engine().awake_bytes(), 0U);
    rig.told(read(packet));
    EXPECT_EQ(rig.engine().awake_bytes(), actor_bytes + 1'000 * actors::recipient_bytes);
}

TEST(Weight, WhatGrowsIsToldOfByTheWay) {
    RigOptions options;
    options.limits.shares_max_personal = 2'000;
    EngineRig rig(options);
    const auto names = users(1'500);
    rig.open_accounts({"ann"}, 2'000);
    for (const std::string& name : names) {
        rig.ask(open_account(name));
    }
    rig.settle();
    rig.told(send(packet, "ann", 2'000, 2'000));
    const auto before = rig.engine().awake_bytes();
    for (const std::string& name : names) {
        rig.ask(open(packet, name));
    }
    rig.settle();
    const auto grown = rig.engine().awake_bytes() - before;
    EXPECT_LE(grown, 1'500 * claim_bytes);
    EXPECT_GE(grown, 1'500 * claim_bytes / 2) << "not each time, but before it is much";
}

TEST(Weight, AnOrderAndWhoWaitsAddToASale) {
    RigOptions options;
    SaleRig rig(options);
    rig.begin(sale_of(1), users(3));
    rig.reserved("u0");
    rig.told(join(tickets, "u1"));
    rig.restart();
    rig.told(join(tickets, "u1")); // wakes it
    EXPECT_EQ(rig.engine().awake_bytes(), actor_bytes + actors::order_bytes +
                                              2 * actors::sale_user_bytes + account_at_rest_bytes);
}

TEST(Weight, AHeavyOneThatIsIdleGoesAndOneThatIsHeavierThanTheBudgetWorksAlone) {
    RigOptions options;
    options.router_count = 1;
    options.awake_bytes_max = 20 * actor_bytes;
    EngineRig rig(options);
    rig.open_accounts({"ann", "bob", "u7"}, 100);
    rig.told(send_to(users(1'000)));
    EXPECT_GT(rig.engine().awake_bytes(), options.awake_bytes_max);
    let_sleep(rig);
    EXPECT_LE(rig.engine().awake_bytes(), options.awake_bytes_max);
    EXPECT_EQ(rig.told(open(packet, "bob")), "not_a_recipient");
    EXPECT_EQ(rig.told(open(packet, "u7")), "share 100");
    EXPECT_EQ(rig.told(read("bob")), "bob 100");
    EXPECT_EQ(rig.told(open(packet, "u7")), "share 100 again");
    let_sleep(rig);
    EXPECT_LE(rig.engine().awake_bytes(), options.awake_bytes_max);
    EXPECT_EQ(rig.balance_of("u7"), 200);
}

TEST(Weight, OneThatIsAskedToGoSparesTheOthers) {
    RigOptions options;
    options.router_count = 1;
    options.awake_bytes_max = 60 * actor_bytes;
    EngineRig rig(options);
    const auto names = users(50);
    rig.open_accounts(names, 0);
    rig.open_accounts({"ann"}, 1'000);
    rig.told(send_to(users(2'000))); // as heavy as fifty others
    let_sleep(rig);
    EXPECT_LE(rig.engine().awake_bytes(), options.awake_bytes_max);
    EXPECT_GT(rig.engine().awake_entities(), 10U) << "not everybody had to go for one";
}

} // namespace
} // namespace hongbao::testing
