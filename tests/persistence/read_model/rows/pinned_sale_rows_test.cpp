// Role: the rows of sales in the read model, each spelled byte by byte (pinned_rows_test.cpp says
// how): no change of code may change them unnoticed.
#include "tests/persistence/read_model/rows/pinned_rows.hpp"

#include <gtest/gtest.h>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

TEST(PinnedSaleRows, OfASale) {
    expect_pinned(SaleRow{.opened_sequence = 1'001,
                          .merchant = "shop",
                          .price_fen = 1'002,
                          .stock = 1'003,
                          .reserved_units = 1'004,
                          .sold_units = 1'005,
                          .order_count = 1'006,
                          .waiters_joined = 1'007,
                          .waiters_left = 1'008,
                          .waiter_gaps = 1'012,
                          .closes_at = 1'009,
                          .closed_sequence = 1'010,
                          .as_of = 1'011,
                          .group = 1'013},
                  std::uint64_t{95},
                  "0000000000000000 e907 0473686f70 d40f d60f d80f da0f ee07 ef07 f007 f407 e20f "
                  "f207 f307 f507 e3f443e235d7b474");
    expect_pinned(SaleRow{}, std::uint64_t{0},
                  "0000000000000000 00 00 00 00 00 00 00 00 00 00 00 00 00 00 7af97318d9556641");
    expect_pinned(SaleRow{uint_max, std::string(64, 'm'), int_max, int_min, int_max, int_min,
                          uint_max, uint_max, uint_max, uint_max, int_min, uint_max, uint_max,
                          uint_max},
                  uint_max,
                  "0000000000000000 ffffffffffffffffff01 "
                  "406d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d "
                  "6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d feffffffffffffffff01 "
                  "ffffffffffffffffff01 feffffffffffffffff01 ffffffffffffffffff01 "
                  "ffffffffffffffffff01 ffffffffffffffffff01 ffffffffffffffffff01 "
                  "ffffffffffffffffff01 ffffffffffffffffff01 ffffffffffffffffff01 "
                  "ffffffffffffffffff01 ffffffffffffffffff01 b1144ccc30da474b");
}

OrderRow order() {
    return {.order_id = {1'001},
            .account = 1'002,
            .quantity = 1'003,
            .status = domain::OrderStatus::refunded,
            .reserved_at = 1'004,
            .pay_by = 1'005,
            .paid_at = 1'006,
            .ended_at = 1'007,
            .external_payment_count = 1'008,
            .reserved_sequence = 1'009};
}

TEST(PinnedSaleRows, OfAnOrder) {
    const PairKey key = order_key({0x0102030405060708}, 0x1112131415161718);
    EXPECT_EQ(hex_of(key), "01020304050607081112131415161718");
    expect_pinned(order(), key, "e907 ea07 d60f 04 d80f da0f dc0f de0f f007 f107 f3d4f52d1aef7ebb");
    expect_pinned(OrderRow{}, order_key({}, 0), "00 00 00 00 00 00 00 00 00 00 cb357d80f7972894");
    expect_pinned(OrderRow{{uint_max},
                           uint_max,
                           int_max,
                           domain::OrderStatus::paid,
                           int_min,
                           int_max,
                           int_min,
                           int_max,
                           uint_max,
                           uint_max},
                  order_key({uint_max}, uint_max),
                  "ffffffffffffffffff01 ffffffffffffffffff01 feffffffffffffffff01 01 "
                  "ffffffffffffffffff01 feffffffffffffffff01 ffffffffffffffffff01 "
                  "feffffffffffffffff01 ffffffffffffffffff01 ffffffffffffffffff01 "
                  "031e7bb3e7ea4205");
}

TEST(PinnedSaleRows, OfAnOrderOfEveryStatus) {
    using enum domain::OrderStatus;
    const std::string front = "e907 ea07 d60f";
    const std::string back = "d80f da0f dc0f de0f f007 f107";
    const auto expect = [&](domain::OrderStatus status, const std::string& hex) {
        OrderRow row = order();
        row.status = status;
        expect_pinned_body(row, order_key({95}, 1), front + hex + back);
    };
    expect(reserved, "00");
    expect(paid, "01");
    expect(cancelled, "02");
    expect(timed_out, "03");
    expect(refunded, "04");
}

TEST(PinnedSaleRows, OfWhereAnOrderIs) {
    expect_pinned(OrderPlace{{1'001}, 1'002}, std::uint64_t{101},
                  "0000000000000000 e907 ea07 d00f80bed9cc4901");
    expect_pinned(OrderPlace{}, std::uint64_t{0}, "0000000000000000 00 00 ccfb3728fbfc9f4a");
    expect_pinned(OrderPlace{{uint_max}, uint_max}, uint_max,
                  "0000000000000000 ffffffffffffffffff01 ffffffffffffffffff01 96fd0ad55fa1257f");
}

TEST(PinnedSaleRows, OfWhoWaits) {
    const PairKey key = waiter_key({0x0102030405060708}, 0x1112131415161718);
    EXPECT_EQ(hex_of(key), "01020304050607081112131415161718");
    expect_pinned(WaiterRow{1'001, 1'002}, key, "e907 ea07 629a562d213f1cf9");
    expect_pinned(WaiterRow{}, waiter_key({}, 0), "00 00 45501f32f71c3af2");
    expect_pinned(WaiterRow{uint_max, uint_max}, waiter_key({uint_max}, uint_max),
                  "ffffffffffffffffff01 ffffffffffffffffff01 c9f7c17a9a8aacdb");
}

ExternalPaymentRow payment() {
    return {.gateway_ref = "gw-1",
            .amount_fen = 1'001,
            .outcome = domain::ExternalPaymentOutcome::account_frozen,
            .at = 1'002,
            .sequence = 1'003,
            .status_after = domain::OrderStatus::timed_out,
            .status = domain::ExternalPaymentStatus::released,
            .decided_sequence = 1'004,
            .decided_at = 1'005,
            .decision_reason = "hers"};
}

TEST(PinnedSaleRows, OfAnExternalPayment) {
    const PairKey key = external_payment_key({0x0102030405060708}, 0x1112131415161718);
    EXPECT_EQ(hex_of(key), "01020304050607081112131415161718");
    expect_pinned(payment(), key,
                  "0467772d31 d20f 04 d40f eb07 03 02 ec07 da0f 0468657273 c26fd28bd8248f26");
    expect_pinned(ExternalPaymentRow{}, external_payment_key({}, 0),
                  "00 00 00 00 00 00 00 00 00 00 cb357d80f7972894");
    expect_pinned(ExternalPaymentRow{std::string(128, 'g'), int_max,
                                     domain::ExternalPaymentOutcome::wrong_amount, int_min,
                                     uint_max, domain::OrderStatus::cancelled,
                                     domain::ExternalPaymentStatus::returned, uint_max, int_min,
                                     "说明"},
                  external_payment_key({uint_max}, uint_max),
                  "8001676767676767676767676767676767676767676767676767676767676767676767676767 "
                  "6767676767676767676767676767676767676767676767676767676767676767676767676767 "
                  "6767676767676767676767676767676767676767676767676767676767676767676767676767 "
                  "67676767676767676767676767676767 feffffffffffffffff01 03 "
                  "ffffffffffffffffff01 ffffffffffffffffff01 02 03 ffffffffffffffffff01 "
                  "ffffffffffffffffff01 06e8afb4e6988e 9a0bf48647f11cd1");
}

TEST(PinnedSaleRows, OfAnExternalPaymentOfEveryOutcomeAndStatus) {
    const std::string front = "0467772d31 d20f";
    const std::string middle = "d40f eb07";
    const std::string back = "ec07 da0f 0468657273";
    const auto expect = [&](const ExternalPaymentRow& row, const std::string& outcome,
                            const std::string& status_after, const std::string& status) {
        expect_pinned_body(row, external_payment_key({103}, 2),
                           front + outcome + middle + status_after + status + back);
    };
    ExternalPaymentRow row = payment();
    using Outcome = domain::ExternalPaymentOutcome;
    for (const auto& [outcome, hex] : {std::pair{Outcome::order_paid, "00"},
                                       {Outcome::too_late, "01"},
                                       {Outcome::order_final, "02"},
                                       {Outcome::wrong_amount, "03"},
                                       {Outcome::account_frozen, "04"}}) {
        row.outcome = outcome;
        expect(row, hex, "03", "02");
    }
    using After = domain::OrderStatus;
    for (const auto& [after, hex] : {std::pair{After::reserved, "00"},
                                     {After::paid, "01"},
                                     {After::cancelled, "02"},
                                     {After::timed_out, "03"},
                                     {After::refunded, "04"}}) {
        row.status_after = after;
        expect(row, "04", hex, "02");
    }
    using Status = domain::ExternalPaymentStatus;
    for (const auto& [status, hex] : {std::pair{Status::credited, "00"},
                                      {Status::suspended, "01"},
                                      {Status::released, "02"},
                                      {Status::returned, "03"}}) {
        row.status = status;
        expect(row, "04", "04", hex);
    }
}

TEST(PinnedSaleRows, OfAPaymentThatIsSuspended) {
    expect_pinned(SuspendedRow{{1'001}, 1'002, 1'003}, std::uint64_t{33},
                  "e907 ea07 d60f a05858b27b4f49d0");
    expect_pinned(SuspendedRow{}, std::uint64_t{0}, "00 00 00 6b282fb28b655deb");
    expect_pinned(SuspendedRow{{uint_max}, uint_max, int_max}, uint_max,
                  "ffffffffffffffffff01 ffffffffffffffffff01 feffffffffffffffff01 "
                  "cf53acaa16fecfe3");
}

TEST(PinnedSaleRows, OfAGatewaysReference) {
    expect_pinned(GatewayRefRow{{1'001}}, std::string("gw-1"),
                  "0000000000000000 e907 b026275d75d2c41e");
    expect_pinned(GatewayRefRow{}, std::string(), "0000000000000000 00 77d54b12772854ae");
    expect_pinned(GatewayRefRow{{uint_max}}, std::string(128, 'g'),
                  "0000000000000000 ffffffffffffffffff01 64c7726205840fc5");
}

} // namespace
} // namespace hongbao::persistence
