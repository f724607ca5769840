// Role: whatever front ends are told about sold-out sales is true by the synced records.
#include "actors/environment/environment.hpp"
#include "tests/actors/sale_rig.hpp"

namespace hongbao::testing {
namespace {

using Token = EngineRig::Token;

TEST(SoldOut, IsSoldOutAtTheFrontExactlyWhileItIs) {
    SaleRig rig;
    rig.begin(sale_of(1), {"bo", "lan"});
    const auto certain = [&rig](const std::string& user, std::int64_t quantity = 1) {
        return rig.engine().sold_out().is_certainly_sold_out(
            domain::ReserveUnits{tickets, user, quantity, domain::UserStanding::missing},
            rig.clock.now());
    };
    EXPECT_FALSE(certain("lan"));
    const Token token = rig.ask(reserve(tickets, "bo"));
    rig.ask(reserve(tickets, "lan"));
    rig.run();
    EXPECT_FALSE(certain("lan")) << "what makes it sold out is not synced";
    rig.settle();
    EXPECT_EQ(rig.told(reserve(tickets, "lan")), "sold_out");
    EXPECT_TRUE(certain("lan"));
    EXPECT_FALSE(certain("bo")) << "the holder of a unit is told so by the sale";
    EXPECT_FALSE(certain("lan", 2)) << "more than is allowed is another answer";
    rig.ask(cancel(rig.order_of(token)));
    rig.run();
    EXPECT_FALSE(certain("lan")) << "a cancellation reopens it before anybody is told";
    rig.settle();
    rig.reserved("lan");
    rig.told(reserve(tickets, "bo"));
    EXPECT_TRUE(certain("nobody"));
    rig.clock.advance(window_ms - 1);
    EXPECT_TRUE(certain("nobody"));
    rig.clock.advance(1);
    EXPECT_FALSE(certain("nobody")) << "the unit is back, although the timer has not gone off";
    const auto bo = rig.reserved("bo");
    rig.told(pay(bo));
    rig.told(reserve(tickets, "lan"));
    EXPECT_TRUE(certain("nobody"));
    rig.clock.advance(sale_ms);
    EXPECT_FALSE(certain("nobody")) << "after the end that is another answer";
}

/// A user whose order has ended by an unsynced record still holds a unit by everything that anybody
/// may be told.
class EndNotSynced : public ::testing::TestWithParam<std::string> {
  protected:
    /// Bo has the only unit, lan waits for it, and no front end knows that yet.
    void begin() {
        rig.begin(sale_of(1), {"bo", "lan", "eve"});
        const EngineRig::Token reserved = rig.ask(reserve(tickets, "bo"));
        rig.run();
        rig.ask(join(tickets, "lan"));
        rig.settle();
        order = rig.order_of(reserved);
    }
    void end_order() {
        if (GetParam() == "Refunded") {
            rig.told(pay(order));
        }
        if (GetParam() == "TimedOut") {
            rig.clock.advance(window_ms);
            rig.ask(reserve(tickets, "eve")); // makes the sale look at the clock
        } else {
            rig.ask(cancel(order));
        }
        rig.run();
    }
    bool is_certain(const std::string& user) const {
        return rig.engine().sold_out().is_certainly_sold_out(
            domain::ReserveUnits{tickets, user, 1, domain::UserStanding::missing}, rig.clock.now());
    }

    mutable SaleRig rig;
    domain::OrderId order;
};

TEST_P(EndNotSynced, IsNotHeardOfFromTheFront) {
    begin();
    end_order();
    EXPECT_FALSE(is_certain("bo")) << "by the synced records bo holds the unit";
    const EngineRig::Token refused = rig.ask(reserve(tickets, "bo"));
    rig.run();
    EXPECT_EQ(rig.said(refused), "waiting");
    rig.restart(); // a crash before the sync
    EXPECT_EQ(rig.said(refused), "waiting");
    const std::string said = rig.told(reserve(tickets, "bo"));
    EXPECT_EQ(said.substr(0, said.find(':')),
              GetParam() == "TimedOut" ? "sold_out" : "already_reserved");
}

TEST_P(EndNotSynced, IsHeardOfFromTheFrontOnceItIsSynced) {
    begin();
    end_order();
    rig.settle();
    rig.told(reserve(tickets, "eve"));
    EXPECT_TRUE(is_certain("eve"));
    EXPECT_FALSE(is_certain("lan")) << "the unit was offered to the waiter";
}

INSTANTIATE_TEST_SUITE_P(SoldOut, EndNotSynced,
                         ::testing::Values("Cancelled", "Refunded", "TimedOut"),
                         [](const auto& end) { return end.param; });

TEST(SoldOut, AHolderIsNotForgottenWhenTheFrontsListIsMadeAnew) {
    SaleRig rig;
    rig.begin(sale_of(1), {"bo", "lan", "eve"});
    const auto is_certain = [&rig](const std::string& user) {
        return rig.engine().sold_out().is_certainly_sold_out(
            domain::ReserveUnits{tickets, user, 1, domain::UserStanding::missing}, rig.clock.now());
    };
    std::vector<std::string> names{"bo", "eve"};
    for (std::size_t n = 0; n < 1'100; ++n) { // more than the list was made for
        const std::string& name = names[n % 2];
        const auto order = rig.reserved(name);
        EXPECT_EQ(rig.told(reserve(tickets, "lan")), "sold_out");
        rig.ask(join(tickets, "lan"));
        rig.ask(cancel(order));
        rig.run();
        ASSERT_FALSE(is_certain(name)) << "by the synced records, round " << n;
        rig.settle();
        rig.told(cancel(rig.newest_order("lan")));
    }
}

TEST(SoldOut, TheFrontsListOfVeryManyHoldersIsMadeWhileOthersAreAnswered) {
    SaleRig rig;
    auto names = users(actors::rows_at_once_max + 1); // one more than a message looks at
    const auto stock = static_cast<std::int64_t>(names.size());
    names.emplace_back("late");
    rig.begin(sale_of(stock), names);
    names.pop_back();
    const auto is_certain = [&rig](const std::string& user) {
        return rig.engine().sold_out().is_certainly_sold_out(
            domain::ReserveUnits{tickets, user, 1, domain::UserStanding::missing}, rig.clock.now());
    };
    std::vector<Body> rush;
    for (const std::string& name : names) {
        rush.push_back(reserve(tickets, name));
    }
    rig.ask_all(std::move(rush));
    rig.settle();
    const auto given_back = rig.newest_order(names.back());
    const Token first = rig.ask(reserve(tickets, "late"));
    while (rig.said(first) == "waiting") {
        ASSERT_TRUE(rig.run_one());
    }
    EXPECT_EQ(rig.said(first), "sold_out");
    EXPECT_FALSE(is_certain("nobody")) << "all were looked at before anybody was answered";
    rig.ask(cancel(given_back));
    const Token second = rig.ask(reserve(tickets, "late"));
    rig.run();
    EXPECT_FALSE(is_certain(names.back())) << "by the synced records";
    rig.settle();
    EXPECT_TRUE(rig.said(second).starts_with("order reserved")) << rig.said(second);
    EXPECT_EQ(rig.told(reserve(tickets, names.back())), "sold_out");
    EXPECT_TRUE(is_certain("nobody"));
    EXPECT_FALSE(is_certain("late"));
    names.pop_back();
    for (const std::string& name : names) {
        ASSERT_FALSE(is_certain(name)) << name;
    }
}

} // namespace
} // namespace hongbao::testing
