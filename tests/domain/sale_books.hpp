// Role: books with sales in every state, and records of sales, for the tests of what books
// refuse (check_sale_test.cpp, check_orders_test.cpp).
#pragma once

#include "domain/books/books.hpp"
#include "tests/rig/sale_stall.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace hongbao::testing {

using namespace hongbao::domain;

inline constexpr InstantMs now = sample_now;
inline constexpr InstantMs s = 1'000;

inline SaleOpened sale_with(std::uint64_t sale_id, std::int64_t stock, InstantMs starts_at,
                            InstantMs ends_at) {
    SaleOpened terms = sale_terms(stock, stock == 1 ? 1 : 2);
    terms.sale_id = SaleId{sale_id};
    terms.starts_at = starts_at;
    terms.ends_at = ends_at;
    return terms;
}

inline OrderReserved reserved(std::uint64_t sale_id, std::uint64_t order_id, const char* user_id,
                              InstantMs at, std::int64_t quantity = 1) {
    return {SaleId{sale_id}, OrderId{order_id}, user_id, quantity, at + 60 * s, false};
}

inline OrderReserved offered(std::uint64_t sale_id, std::uint64_t order_id, const char* user_id,
                             InstantMs at, std::int64_t quantity = 1) {
    OrderReserved offer = reserved(sale_id, order_id, user_id, at, quantity);
    offer.is_offer = true;
    return offer;
}

inline OrderPaid paid(std::uint64_t sale_id, std::uint64_t order_id, const char* user_id,
                      InstantMs reserved_at) {
    return {SaleId{sale_id}, OrderId{order_id}, user_id, 1, 100, reserved_at, reserved_at + 60 * s};
}

template <typename Fact>
Fact of(std::uint64_t sale_id, std::uint64_t order_id, const char* user_id) {
    return {SaleId{sale_id}, OrderId{order_id}, user_id};
}

inline OrderRefunded refunded(std::uint64_t sale_id, std::uint64_t order_id, const char* user_id,
                              Fen amount_fen = 100) {
    return {SaleId{sale_id}, OrderId{order_id}, user_id, amount_fen};
}

inline ExternalPaymentTaken gateway(std::uint64_t order_id, const char* user_id, const char* ref,
                                    Fen amount_fen, ExternalPaymentOutcome outcome) {
    return {SaleId{91}, OrderId{order_id}, user_id, ref, amount_fen, outcome};
}

inline WaitlistJoined joined(std::uint64_t sale_id, const char* user_id) {
    return {SaleId{sale_id}, user_id};
}

inline WaiterPassedOver passed(std::uint64_t sale_id, const char* user_id) {
    return {SaleId{sale_id}, user_id};
}

inline void add(Books& books, InstantMs at, Event event) {
    const Record record{books.last_sequence + 1, at, std::move(event), {}};
    ASSERT_EQ(what_is_wrong_with(books, record), "");
    apply(books, record);
}

/// Everybody holds 800 to 1,000 fen, and each order is for one unit at 100 fen, with a minute to
/// pay.
/// Sale 91, 6 units, 2 for each user: bo's 1 is reserved, lan's 2 paid, bo's 3 cancelled, mei's 4
/// timed out, lan's 5 refunded; bo's payment "known" of a fen was credited.
/// Sale 92, 1 unit: bo's 21 is reserved; lan and mei wait.
/// Sale 93 has not started. Sale 94 is closed, with lan's 41 paid. Sale 95 has ended and can be
/// closed: mei's 51 is paid. Sale 96, 1 unit, is free, and bo and mei wait for it.
inline Books sample_books() {
    Books books;
    add(books, now, AccountOpened{"shop", "Shop", "", AccountType::merchant});
    for (const char* user_id : {"bo", "lan", "mei"}) {
        add(books, now, AccountOpened{user_id, "name", "", AccountType::personal});
        add(books, now, Deposited{user_id, 1'000, ""});
    }
    const InstantMs early = now - 2'000 * s;
    add(books, early, sale_with(94, 1, early, early + 100 * s)); // record 8
    add(books, early, reserved(94, 41, "lan", early));
    add(books, early, paid(94, 41, "lan", early));
    add(books, early + 400 * s, SaleClosed{SaleId{94}, "shop", 100, 8});
    add(books, early, sale_with(95, 2, early, early + 100 * s)); // record 12
    add(books, early, reserved(95, 51, "mei", early));
    add(books, early, paid(95, 51, "mei", early));

    add(books, early, sale_with(91, 6, early, now + 600 * s)); // record 15
    add(books, early, reserved(91, 4, "mei", early));
    add(books, early + 60 * s, of<OrderTimedOut>(91, 4, "mei"));
    add(books, now, reserved(91, 1, "bo", now));
    add(books, now, reserved(91, 2, "lan", now));
    add(books, now, paid(91, 2, "lan", now));
    add(books, now, reserved(91, 3, "bo", now));
    add(books, now, of<OrderCancelled>(91, 3, "bo"));
    add(books, now, reserved(91, 5, "lan", now));
    add(books, now, paid(91, 5, "lan", now));
    add(books, now, refunded(91, 5, "lan"));
    add(books, now, gateway(1, "bo", "known", 1, ExternalPaymentOutcome::wrong_amount));

    for (const std::uint64_t sale_id : {92U, 93U, 96U}) {
        add(books, now, sale_with(sale_id, 1, sale_id == 93 ? now + 300 * s : now, now + 600 * s));
    }
    add(books, now, reserved(92, 21, "bo", now));
    add(books, now, joined(92, "lan"));
    add(books, now, joined(92, "mei"));
    add(books, now, reserved(96, 61, "lan", now));
    add(books, now, joined(96, "bo"));
    add(books, now, joined(96, "mei"));
    add(books, now, of<OrderCancelled>(96, 61, "lan"));
    return books;
}

inline std::string complaint_of(const Books& books, InstantMs at, Event event) {
    return what_is_wrong_with(books, Record{books.last_sequence + 1, at, std::move(event), {}});
}

struct WrongCase {
    const char* name;
    InstantMs at;
    Event event;
    const char* complaint;
};

template <std::size_t size>
inline void expect_complaints(const WrongCase (&cases)[size]) {
    const Books books = sample_books();
    for (const WrongCase& one : cases) {
        EXPECT_EQ(complaint_of(books, one.at, one.event), one.complaint) << one.name;
    }
}

} // namespace hongbao::testing
