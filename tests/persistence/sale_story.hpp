// Role: a story of flash sales: one with everything that can happen to an order, closed and paid
// out; one that is running; one that nobody has touched.
#pragma once

#include "tests/persistence/journals.hpp"

namespace hongbao::testing {

/// A moment of the story, in seconds from its beginning.
constexpr domain::InstantMs story_at(std::int64_t s) {
    return story_begins + s * 1'000;
}

/// 3 phones at 1,000 fen, at most 2 for a user, to be paid within 10 s.
inline domain::SaleOpened phones() {
    return {.sale_id = {95},
            .merchant = "shop",
            .title = "Phone 手机",
            .price_fen = 1'000,
            .stock = 3,
            .starts_at = story_at(5),
            .ends_at = story_at(60),
            .per_user_limit = 2,
            .payment_window_s = 10,
            .refund_period_s = 30};
}

/// 30 records, each following from those before. Sale 95 sells one phone and closes. In sale 96 of
/// pens at 50 fen order 105 is paid, 106 is reserved, dave waits; sale 97 has not begun. Orders
/// 101, 102 and 104 of sale 95 are refunded, cancelled and timed out, 103 is paid through a
/// gateway. In the end shop holds 1,000 fen, ann 9,950, bob 6,000, carol 999, and 50 are in escrow.
inline std::vector<domain::Record> sale_story() {
    using namespace domain;
    const auto reserved = [](std::uint64_t sale, std::uint64_t order, const char* user,
                             std::int64_t quantity, InstantMs pay_by, bool is_offer = false) {
        return OrderReserved{{sale}, {order}, user, quantity, pay_by, is_offer};
    };
    const auto paid_outside = [](std::uint64_t order, const char* user, const char* gateway_ref,
                                 Fen amount_fen, ExternalPaymentOutcome outcome) {
        return ExternalPaymentTaken{{95}, {order}, user, gateway_ref, amount_fen, outcome};
    };
    const SaleOpened pens{.sale_id = {96},
                          .merchant = "shop",
                          .title = "Pen",
                          .price_fen = 50,
                          .stock = 2,
                          .starts_at = story_at(0),
                          .ends_at = story_at(3'600),
                          .per_user_limit = 1,
                          .payment_window_s = 900,
                          .refund_period_s = 0};
    SaleOpened later = pens;
    later.sale_id = {97};
    later.starts_at = story_at(100);
    later.ends_at = story_at(200);
    later.refund_period_s = 1'000;
    std::vector<Record> records = records_of({
        AccountOpened{"shop", "Shop", "", AccountType::merchant},
        AccountOpened{"ann", "Ann", "", AccountType::personal},
        AccountOpened{"bob", "Bob", "", AccountType::personal},
        AccountOpened{"carol", "Carol", "", AccountType::personal},
        AccountOpened{"dave", "Dave", "", AccountType::personal},
        Deposited{"ann", 10'000, ""},
        Deposited{"bob", 5'000, ""},
        phones(),
        reserved(95, 101, "ann", 2, story_at(18)),
        reserved(95, 102, "bob", 1, story_at(19)),
        WaitlistJoined{{95}, "carol"},
        WaitlistJoined{{95}, "dave"},
        WaitlistJoined{{95}, "bob"},
        OrderPaid{{95}, {101}, "ann", 2, 2'000, story_at(8), story_at(18)},
        OrderCancelled{{95}, {102}, "bob"},
        reserved(95, 103, "carol", 1, story_at(25), true),
        paid_outside(103, "carol", "gw-1", 999, ExternalPaymentOutcome::wrong_amount),
        paid_outside(103, "carol", "gw-2", 1'000, ExternalPaymentOutcome::order_paid),
        OrderRefunded{{95}, {101}, "ann", 2'000},
        WaiterPassedOver{{95}, "dave"},
        reserved(95, 104, "bob", 1, story_at(30), true),
        pens,
        reserved(96, 105, "ann", 1, story_at(922)),
        OrderPaid{{96}, {105}, "ann", 1, 50, story_at(22), story_at(922)},
        OrderTimedOut{{95}, {104}, "bob"},
        paid_outside(104, "bob", "gw-3", 1'000, ExternalPaymentOutcome::too_late),
        reserved(96, 106, "bob", 1, story_at(926)),
        WaitlistJoined{{96}, "dave"},
        SaleClosed{{95}, "shop", 1'000, 8},
        later,
    });
    records[7].idempotency = IdempotencyTag{"sale-1", sample_digest(0x50)};
    records[13].idempotency = IdempotencyTag{"payment-1", sample_digest(0x60)};
    records[24].at = story_at(30);
    records[25].at = story_at(31);
    records[28].at = story_at(90);
    records[29].at = story_at(91);
    return records;
}

} // namespace hongbao::testing
