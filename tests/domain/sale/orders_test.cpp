// Role: the orders of a sale: found by id, and due in the order of their pay_by.
#include "domain/sale/orders.hpp"
#include "tests/rig/seeded_random.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace hongbao::domain {
namespace {

using hongbao::testing::SeededRandom;

Order order_due(std::uint64_t order_id, InstantMs pay_by,
                OrderStatus status = OrderStatus::reserved) {
    Order order;
    order.order_id = OrderId{order_id};
    order.status = status;
    order.quantity = 1;
    order.pay_by = pay_by;
    return order;
}

std::uint64_t first_due(Orders& orders) {
    const Order* const due = orders.first_due();
    return due == nullptr ? 0 : due->order_id.value;
}

TEST(Orders, AreFoundByIdAmongMany) {
    Orders orders;
    EXPECT_EQ(orders.find(OrderId{1}), nullptr);
    for (std::uint64_t id = 1; id <= 10'000; ++id) {
        orders.add(order_due(id << 12U, static_cast<InstantMs>(id))); // ids as shards make them
    }
    EXPECT_EQ(orders.size(), 10'000U);
    for (std::uint64_t id = 1; id <= 10'000; id += 7) {
        const Order* const found = orders.find(OrderId{id << 12U});
        ASSERT_NE(found, nullptr);
        EXPECT_EQ(found->pay_by, static_cast<InstantMs>(id));
    }
    EXPECT_EQ(orders.find(OrderId{1}), nullptr);
    EXPECT_EQ(orders.find(OrderId{10'001ULL << 12U}), nullptr);
}

TEST(Orders, AreDueInTheOrderOfTheirTimeNotOfTheirComing) {
    Orders orders;
    EXPECT_EQ(first_due(orders), 0U);
    orders.add(order_due(1, 300));
    orders.add(order_due(2, 100));
    orders.add(order_due(3, 200));
    EXPECT_EQ(first_due(orders), 2U);
    orders.at(OrderId{3}).status = OrderStatus::paid;
    EXPECT_EQ(first_due(orders), 2U);
    orders.at(OrderId{2}).status = OrderStatus::timed_out;
    EXPECT_EQ(first_due(orders), 1U) << "the paid one is not due any more";
    EXPECT_EQ(first_due(orders), 1U) << "asking changes nothing";
    orders.at(OrderId{1}).status = OrderStatus::cancelled;
    EXPECT_EQ(first_due(orders), 0U);
    orders.add(order_due(4, 400));
    EXPECT_EQ(first_due(orders), 4U);
}

TEST(Orders, ThatCameEndedOrPaidAreNeverDue) {
    Orders orders;
    orders.add(order_due(1, 100, OrderStatus::paid));
    orders.add(order_due(2, 100, OrderStatus::cancelled));
    orders.add(order_due(3, 100, OrderStatus::timed_out));
    orders.add(order_due(4, 100, OrderStatus::refunded));
    EXPECT_EQ(first_due(orders), 0U);
    EXPECT_EQ(orders.size(), 4U);
}

TEST(Orders, AreDueLikeInAPlainListWhateverHappens) {
    SeededRandom random(20'261'127);
    Orders orders;
    std::map<std::uint64_t, InstantMs> reserved;
    for (std::uint64_t id = 1; id <= 3'000; ++id) {
        const InstantMs pay_by = random.between(1, 500);
        orders.add(order_due(id, pay_by));
        reserved[id] = pay_by;
        while (!reserved.empty() && random.below(2) == 0) {
            auto ends = reserved.lower_bound(1 + random.below(id));
            ends = ends == reserved.end() ? reserved.begin() : ends;
            orders.at(OrderId{ends->first}).status = OrderStatus::cancelled;
            reserved.erase(ends);
        }
        std::optional<InstantMs> earliest;
        for (const auto& [order_id, due] : reserved) {
            earliest = std::min(due, earliest.value_or(due));
        }
        const Order* const due = orders.first_due();
        ASSERT_EQ(due != nullptr, earliest.has_value());
        if (due != nullptr) {
            ASSERT_EQ(due->pay_by, *earliest);
            ASSERT_TRUE(reserved.contains(due->order_id.value));
        }
    }
}

TEST(Orders, AreLiveWhileTheyHoldUnits) {
    using enum OrderStatus;
    for (const auto& [status, live] : std::map<OrderStatus, bool>{{reserved, true},
                                                                  {paid, true},
                                                                  {cancelled, false},
                                                                  {timed_out, false},
                                                                  {refunded, false}}) {
        EXPECT_EQ(order_due(1, 1, status).is_live(), live);
    }
}

TEST(OrdersDeathTest, SomethingThatHappensToAnUnknownOrderEndsTheProcess) {
    Orders orders;
    EXPECT_DEATH(orders.at(OrderId{1}), "an order that something happens to is there");
}

} // namespace
} // namespace hongbao::domain
