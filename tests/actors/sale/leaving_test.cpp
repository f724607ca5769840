// Role: who no longer wants to wait for a unit, one step after another.
#include "tests/actors/sale_rig.hpp"

namespace hongbao::testing {
namespace {

TEST(Sale, WhoLeavesTheWaitingListIsNotOfferedAUnit) {
    SaleRig rig;
    rig.begin(sale_of(1), {"bo", "lan", "mei", "ann"});
    const auto bo = rig.reserved("bo");
    EXPECT_EQ(rig.told(look_at_place(tickets, "lan")), "not_waiting");
    EXPECT_EQ(rig.told(look_at_place(tickets, "nobody")), "account_not_found");
    EXPECT_EQ(rig.told(leave(sale_number(9), "lan")), "sale_not_found");
    for (const char* user : {"lan", "mei", "ann"}) {
        rig.told(join(tickets, user));
    }
    EXPECT_EQ(rig.told(leave(tickets, "mei")), "left");
    EXPECT_EQ(rig.told(leave(tickets, "mei")), "not_waiting");
    EXPECT_EQ(rig.told(look_at_place(tickets, "ann")), "place 2 again");
    EXPECT_EQ(rig.seen(), "sale of 1: 1 reserved, 0 sold, 2 waiting");
    rig.restart();
    EXPECT_EQ(rig.told(look_at_place(tickets, "mei")), "not_waiting");
    EXPECT_EQ(rig.told(look_at_place(tickets, "ann")), "place 2 again");
    EXPECT_EQ(rig.told(leave(tickets, "lan")), "left");
    EXPECT_EQ(rig.told(look_at_place(tickets, "ann")), "place 1 again");
    EXPECT_EQ(rig.told(join(tickets, "lan")), "place 2");
    rig.told(cancel(bo));
    rig.settle();
    EXPECT_EQ(rig.told(reserve(tickets, "ann")), "already_reserved: order reserved, 1 for 300");
    rig.clock.advance(sale_ms);
    EXPECT_EQ(rig.told(leave(tickets, "lan")), "not_waiting");
    rig.check_books();
}

} // namespace
} // namespace hongbao::testing
