// Role: long random histories of sales: several users and sales, and a clock that also steps back;
// facts are decided by the rules, folded into books, and judged by auditors that know only facts.
// Every history can be repeated from its seed.
#include "domain/books/books.hpp"

#include "tests/domain/sale/plain_auditor.hpp"
#include "tests/rig/audited_books.hpp"
#include "tests/rig/sale_stall.hpp"
#include "tests/rig/seeded_random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace hongbao::domain {
namespace {

using namespace hongbao::testing;

/// Asks for random things, keeps what the rules allow, and counts what was decided, so that the
/// test can prove that the rare paths were reached.
class SaleHistory {
  public:
    explicit SaleHistory(std::uint64_t seed) : random_(seed) {
        limits_.sale_refund_period_s = random_.between(0, 20);
        take(AccountOpened{"shop", "Shop", "", AccountType::merchant});
        for (int i = 0; i < users - 1; ++i) { // the last one never opens an account
            take(AccountOpened{"user" + std::to_string(i), "name", "", AccountType::personal});
        }
    }

    void step() {
        now_ += random_.between(0, 300);
        if (random_.below(500) == 0) {
            now_ -= random_.between(0, 60'000); // somebody sets the clock
        }
        switch (random_.below(20)) {
        case 0: return any_of_account();
        case 1: return open_sale();
        case 2:
        case 3: return pay();
        case 4: return cancel();
        case 5: return random_.below(4) == 0 ? decide() : pay_outside();
        case 6: return close();
        case 7:
        case 8: return time_out();
        case 9:
        case 10: return offer();
        case 11:
        case 12:
        case 13: return join();
        case 14: return random_.below(4) == 0 ? leave() : reserve();
        default: return reserve();
        }
    }

    AuditedBooks audited;
    PlainSales sales;
    std::map<std::string, int> decisions; // how often each was made

  private:
    static constexpr int users = 9;

    UserId any_user() { return "user" + std::to_string(random_.below(users)); }
    const Account* account(const UserId& user_id) const {
        const auto found = audited.books.accounts.find(user_id);
        return found == audited.books.accounts.end() ? nullptr : &found->second;
    }
    UserStanding standing_of(const UserId& user_id) const {
        const Account* const found = account(user_id);
        if (found == nullptr) {
            return UserStanding::missing;
        }
        return found->standing.status == AccountStatus::frozen ? UserStanding::frozen
                                                               : UserStanding::active;
    }
    /// Mostly a recent one; null while there is none.
    const Sale* any_sale() {
        if (sale_ids_.empty()) {
            return nullptr;
        }
        const std::uint64_t recent = std::min<std::uint64_t>(sale_ids_.size(), 3);
        const std::uint64_t back =
            random_.below(8) == 0 ? random_.below(sale_ids_.size()) : random_.below(recent);
        return &audited.books.sales.at(sale_ids_[sale_ids_.size() - 1 - back]);
    }
    /// Mostly a recent one of a sale, with that sale; null while there is none.
    std::pair<const Sale*, const Order*> any_order() {
        const Sale* const sale = any_sale();
        const auto found = sale == nullptr ? orders_.end() : orders_.find(sale->terms.sale_id);
        if (found == orders_.end()) {
            return {nullptr, nullptr};
        }
        const std::vector<OrderId>& ids = found->second;
        const std::uint64_t recent = std::min<std::uint64_t>(ids.size(), 6);
        const std::uint64_t back =
            random_.below(8) == 0 ? random_.below(ids.size()) : random_.below(recent);
        return {sale, sale->orders.find(ids[ids.size() - 1 - back])};
    }

    void take(const Event& event) {
        const Record record{audited.books.last_sequence + 1, now_, event, {}};
        ASSERT_NO_FATAL_FAILURE(audited.take(record));
        ASSERT_EQ(sales.note(event, now_), "") << words_of(event);
        if (const auto* reserved = std::get_if<OrderReserved>(&event)) {
            orders_[reserved->sale_id].push_back(reserved->order_id);
        } else if (const auto* opened = std::get_if<SaleOpened>(&event)) {
            sale_ids_.push_back(opened->sale_id);
        }
    }
    void count(const std::string& words) {
        decisions[words.substr(0, words.find(' '))] += 1;
        decisions[words.substr(words.rfind(' ') + 1)] += 1;
    }
    /// What was decided, if it is a fact.
    template <typename... Outcomes>
    void take_decision(const std::variant<Outcomes...>& decision) {
        count(told(decision));
        std::visit(
            [&](const auto& outcome) {
                if constexpr (requires { Event{outcome}; }) {
                    take(outcome);
                }
            },
            decision);
    }
    template <typename Fact>
    void take_decision(const std::optional<Fact>& decision) {
        count(told(decision));
        if (decision) {
            take(*decision);
        }
    }
    void ask_account(const AccountCommand& command) {
        const AccountDecision decision =
            domain::decide(account(owner_of(command)), command, now_, limits_);
        count(words_of(decision));
        if (const auto* event = std::get_if<Event>(&decision)) {
            take(*event);
        }
    }

    void any_of_account() {
        const auto status = random_.below(3) == 0 ? AccountStatus::frozen : AccountStatus::active;
        switch (random_.below(3)) {
        case 0:
            return ask_account(ChangeAccountStatus{
                random_.below(9) == 0 ? UserId{"shop"} : any_user(), status, ""});
        case 1: return ask_account(Withdraw{any_user(), random_.between(1, 500), ""});
        default: return ask_account(Deposit{any_user(), random_.between(1, 1'500), ""});
        }
    }
    void open_sale() {
        if (random_.below(4) != 0) {
            return;
        }
        const std::int64_t stock = random_.between(1, 6);
        const InstantMs starts_at = now_ + random_.between(-1'000, 3'000);
        ask_account(OpenSale{.sale_id = SaleId{next_id()},
                             .merchant = random_.below(9) == 0 ? any_user() : "shop",
                             .title = "Tea",
                             .price_fen = random_.between(1, 200),
                             .stock = stock,
                             .starts_at = starts_at,
                             .ends_at = starts_at + random_.between(1, 60'000),
                             .per_user_limit = random_.between(1, 3),
                             .payment_window_s = random_.between(1, 15)});
    }

    void reserve() {
        const Sale* const sale = any_sale();
        if (sale != nullptr) {
            const UserId user_id = any_user();
            const ReserveUnits command{sale->terms.sale_id, user_id,
                                       random_.below(5) == 0 ? random_.between(2, 4) : 1,
                                       standing_of(user_id)};
            take_decision(decide_reserve(*sale, command, OrderId{next_id()}, now_));
        }
    }
    void join() {
        const Sale* const sale = any_sale();
        if (sale != nullptr) {
            const UserId user_id = any_user();
            const JoinWaitlist command{sale->terms.sale_id, user_id, standing_of(user_id)};
            take_decision(decide_join(*sale, command, now_));
        }
    }
    void leave() {
        const Sale* const sale = any_sale();
        if (sale != nullptr) {
            const UserId user_id = any_user();
            const LeaveWaitlist command{sale->terms.sale_id, user_id, standing_of(user_id)};
            take_decision(decide_leave(*sale, command, now_));
        }
    }
    void offer() {
        const Sale* const sale = any_sale();
        if (sale != nullptr && offers_possible(*sale, now_) > 0) {
            const UserStanding standing = standing_of(sale->users.waiter(0));
            take_decision(decide_offer(*sale, standing, OrderId{next_id()}, now_));
        }
    }
    void pay() {
        const auto [sale, order] = any_order();
        if (order == nullptr) {
            return;
        }
        if (const auto refusal = refuse_payment(*order, now_)) {
            return count(told(*refusal));
        }
        const PayOrder command{order->order_id, terms_of_payment(*sale, *order)};
        now_ += random_.below(5) == 0 ? random_.between(0, 5'000) : 0; // on the way to the account
        ask_account(command);
    }
    void cancel() {
        const auto [sale, order] = any_order();
        if (order != nullptr) {
            take_decision(decide_cancel(*sale, *order, now_));
        }
    }
    void time_out() {
        const auto [sale, order] = any_order();
        if (order != nullptr) {
            take_decision(decide_timeout(*sale, *order, now_));
        }
    }
    void pay_outside() {
        const auto [sale, order] = any_order();
        if (order == nullptr) {
            return;
        }
        TakeExternalPayment command;
        command.order_id = order->order_id;
        command.gateway_ref =
            std::to_string(order->order_id.value % 50) + "/" + std::to_string(random_.below(3));
        command.amount_fen = amount_of(sale->terms, order->quantity) +
                             (random_.below(4) == 0 ? random_.between(0, 9) : 0);
        command.buyer = standing_of(sale->users.user_id(order->buyer));
        const auto known = audited.books.order_of_gateway_ref.find(command.gateway_ref);
        if (known != audited.books.order_of_gateway_ref.end() &&
            known->second != order->order_id) { // the server checks that before it asks
            return;
        }
        take_decision(decide_external_payment(*sale, *order, command, now_, 250));
    }
    /// On any payment: one that is suspended, one that was, or one that never was.
    void decide() {
        const auto [sale, order] = any_order();
        if (order == nullptr || sale->orders.external_payments(order->order_id).empty()) {
            return;
        }
        const auto& payments = sale->orders.external_payments(order->order_id);
        const DecideSuspendedPayment command{0, static_cast<SuspensionEnd>(random_.below(2)),
                                             "reason", order->order_id,
                                             payments[random_.below(payments.size())].gateway_ref};
        take_decision(decide_suspended(*sale, *order, command));
    }
    void close() {
        if (const Sale* const sale = any_sale()) {
            take_decision(decide_close(*sale, now_));
        }
    }

    std::uint64_t next_id() { return ++last_id_; }

    SeededRandom random_;
    SendLimits limits_;
    InstantMs now_ = sample_now;
    std::uint64_t last_id_ = 0;
    std::vector<SaleId> sale_ids_;
    std::map<SaleId, std::vector<OrderId>> orders_;
};

void expect_same_sale(const Sale& sale, const PlainSales::Sale& plain) {
    ASSERT_EQ(sale.units_in_stock(), plain.left());
    ASSERT_GE(sale.units_in_stock(), 0);
    ASSERT_EQ(sale.reserved_units, plain.units("reserved"));
    ASSERT_EQ(sale.sold_units, plain.units("paid"));
    ASSERT_EQ(sale.closed_at.has_value(), plain.is_closed);
    ASSERT_EQ(sale.users.waiting(), plain.waiting.size());
    for (std::size_t place = 0; place < plain.waiting.size(); ++place) {
        ASSERT_EQ(sale.users.waiter(place), plain.waiting[place]);
        ASSERT_EQ(sale.users.position(plain.waiting[place]), place + 1);
    }
    ASSERT_EQ(sale.orders.size(), plain.orders.size());
    for (const auto& [order_id, order] : plain.orders) {
        const Order* const found = sale.orders.find(OrderId{order_id});
        ASSERT_NE(found, nullptr) << order_id;
        ASSERT_EQ(name_of(found->status), order.status) << order_id;
        ASSERT_EQ(found->quantity, order.quantity) << order_id;
        ASSERT_EQ(sale.users.user_id(found->buyer), order.user_id) << order_id;
        ASSERT_EQ(sale.users.held_units(order.user_id), plain.held(order.user_id)) << order_id;
    }
}

void expect_same_state(const Books& books, const PlainLedger& ledger, const PlainSales& plain) {
    ASSERT_NO_FATAL_FAILURE(expect_same_balances(books, ledger));
    ASSERT_EQ(books.sales.size(), plain.sales.size());
    for (const auto& [sale_id, sale] : plain.sales) {
        SCOPED_TRACE("sale " + std::to_string(sale_id));
        ASSERT_NO_FATAL_FAILURE(expect_same_sale(books.sales.at(SaleId{sale_id}), sale));
        ASSERT_EQ(books.sales.at(SaleId{sale_id}).escrow_fen(), ledger.escrow.at(sale_id));
    }
}

TEST(SaleHistory, WhateverHappensNothingIsOversoldAndMoneyIsConserved) {
    std::map<std::string, int> decisions;
    for (const std::uint64_t seed : {1ULL, 2ULL, 3ULL, 4ULL, 5ULL, 6ULL, 7ULL, 20'261'125ULL}) {
        SCOPED_TRACE(seed);
        SaleHistory history{seed};
        const AuditedBooks& audited = history.audited;
        for (int turn = 0; turn < 10'000 && !HasFatalFailure(); ++turn) {
            history.step();
            if (turn % 50 == 0) {
                ASSERT_NO_FATAL_FAILURE(
                    expect_same_state(audited.books, audited.ledger, history.sales));
            }
        }
        ASSERT_FALSE(HasFatalFailure());
        audited.expect_postings_add_up();
        Books again;
        ASSERT_NO_FATAL_FAILURE(audited.replay(again));
        ASSERT_NO_FATAL_FAILURE(expect_same_state(again, audited.ledger, history.sales));
        for (const auto& [words, times] : history.decisions) {
            decisions[words] += times;
        }
    }
    for (const char* rare : {"sale_opened",
                             "order_reserved",
                             "offered",
                             "order_paid",
                             "order_cancelled",
                             "order_timed_out",
                             "order_refunded",
                             "external_payment_taken",
                             "suspended",
                             "suspended_payment_decided",
                             "suspended_not_found",
                             "already_decided",
                             "waitlist_joined",
                             "waiter_passed_over",
                             "waitlist_left",
                             "not_waiting",
                             "sale_closed",
                             "waits",
                             "ended_already",
                             "repeat",
                             "nothing_to_do",
                             "gateway_ref_reused",
                             "sale_not_started",
                             "sale_ended",
                             "quantity_too_large",
                             "already_reserved",
                             "sold_out",
                             "stock_left",
                             "order_final",
                             "payment_too_late",
                             "too_late",
                             "wrong_amount",
                             "account_not_found",
                             "account_frozen",
                             "not_a_merchant",
                             "invalid_sale",
                             "insufficient_funds"}) {
        EXPECT_GE(decisions[rare], 5) << "the histories never tried: " << rare;
    }
}

} // namespace
} // namespace hongbao::domain
