// Role: a random history of a few sales, decided by the rules, with the books that it makes: a read
// model is compared with both. Every record follows from those before.
#pragma once

#include "domain/books/books.hpp"
#include "domain/sale/sale.hpp"
#include "tests/persistence/journals.hpp"
#include "tests/rig/seeded_random.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hongbao::testing {

class RandomSales {
  public:
    explicit RandomSales(std::uint64_t seed) : random_(seed) {
        for (std::uint64_t i = 0; i < 12; ++i) {
            users.push_back("u" + std::to_string(i));
        }
        users.push_back("shop");
    }

    domain::Record next() {
        domain::Record record;
        record.sequence = books.last_sequence + 1;
        std::optional<domain::Event> event;
        while (!event) {
            now_ += static_cast<domain::InstantMs>(random_.below(400));
            event = try_event();
        }
        record.at = now_;
        record.event = std::move(*event);
        const bool is_keyed = std::holds_alternative<domain::SaleOpened>(record.event) ||
                              std::holds_alternative<domain::OrderPaid>(record.event);
        if (is_keyed) {
            record.idempotency =
                domain::IdempotencyTag{std::to_string(record.sequence), sample_digest(1)};
        }
        EXPECT_EQ(domain::what_is_wrong_with(books, record), "");
        domain::apply(books, record);
        if (const auto* reserved = std::get_if<domain::OrderReserved>(&record.event)) {
            orders.push_back(reserved->order_id);
            orders_of[reserved->user_id].push_back(reserved->order_id);
        }
        return record;
    }

    domain::Books books;
    std::vector<domain::UserId> users;
    std::vector<domain::OrderId> orders; // in the order of their ids
    std::map<domain::UserId, std::vector<domain::OrderId>> orders_of;

  private:
    static constexpr domain::Fen credit_fen_max = 40; // so that some are suspended
    using Attempt = std::optional<domain::Event>;

    /// What the rules say, if that is an event.
    template <typename Event, typename... Others>
    static Attempt decided(const std::variant<Event, Others...>& decision) {
        const auto* const event = std::get_if<Event>(&decision);
        return event != nullptr ? Attempt(*event) : std::nullopt;
    }
    template <typename Event>
    static Attempt decided(const std::optional<Event>& event) {
        return event ? Attempt(*event) : std::nullopt;
    }

    Attempt try_event() {
        using namespace domain;
        if (const std::size_t opened = books.accounts.size(); opened < users.size()) {
            return AccountOpened{users[opened], users[opened], "",
                                 users[opened] == "shop" ? AccountType::merchant
                                                         : AccountType::personal};
        }
        const std::uint64_t choice = random_.below(21);
        if (choice == 0 || books.sales.size() < 2) {
            return open();
        }
        if (choice == 1) {
            return Deposited{any_user(), random_.between(1, 300), ""};
        }
        Sale& sale = any_sale();
        if (choice <= 8) {
            return try_new_order(sale, choice);
        }
        const Order* const due = sale.orders.first_due();
        if (choice == 9) {
            return decided(decide_close(sale, now_));
        }
        if (choice == 10 && due != nullptr) {
            return decided(decide_timeout(sale, *due, now_));
        }
        return orders.empty() ? std::nullopt : try_change(orders[random_.below(orders.size())]);
    }

    Attempt open() {
        const std::int64_t stock = random_.between(1, 6);
        domain::SaleOpened sale;
        sale.sale_id = {next_id_++};
        sale.merchant = "shop";
        sale.price_fen = random_.between(1, 60);
        sale.stock = stock;
        sale.starts_at = now_;
        sale.ends_at = now_ + random_.between(1'000, 60'000);
        sale.per_user_limit = random_.between(1, stock);
        sale.payment_window_s = random_.between(1, 12);
        sale.refund_period_s = random_.between(0, 12);
        sales_.push_back(sale.sale_id);
        return sale;
    }
    Attempt try_new_order(domain::Sale& sale, std::uint64_t choice) {
        using namespace domain;
        if (choice == 2) {
            return decided(decide_join(
                sale, JoinWaitlist{sale.terms.sale_id, any_user(), UserStanding::active}, now_));
        }
        if (choice == 4) {
            return decided(decide_leave(
                sale, LeaveWaitlist{sale.terms.sale_id, any_user(), UserStanding::active}, now_));
        }
        if (choice == 3) {
            if (offers_possible(sale, now_) == 0) {
                return std::nullopt;
            }
            const bool is_frozen = random_.below(4) == 0;
            const auto offer = decide_offer(
                sale, is_frozen ? UserStanding::frozen : UserStanding::active, {next_id_++}, now_);
            return std::visit([](const auto& event) { return Attempt(event); }, offer);
        }
        const ReserveUnits asked{sale.terms.sale_id, any_user(), random_.between(1, 2),
                                 UserStanding::active};
        return decided(decide_reserve(sale, asked, {next_id_++}, now_));
    }
    /// The order is paid, cancelled, or paid through a gateway, perhaps wrongly and late.
    Attempt try_change(domain::OrderId order_id) {
        using namespace domain;
        Sale& sale = books.sales.at(books.sale_of_order.at(order_id));
        const Order& order = *sale.orders.find(order_id);
        const OrderPaid due = terms_of_payment(sale, order);
        switch (random_.below(4)) {
        case 3: return try_decision(sale, order);
        case 0: {
            const bool may_pay =
                !refuse_payment(order, now_) &&
                books.accounts.at(due.user_id).standing.balance_fen >= due.amount_fen;
            return may_pay ? Attempt(due) : std::nullopt;
        }
        case 1: {
            const auto cancelled = decide_cancel(sale, order, now_);
            const auto* const refunded = std::get_if<OrderRefunded>(&cancelled);
            return refunded != nullptr ? Attempt(*refunded) : decided(cancelled);
        }
        default: break;
        }
        const Fen amount_fen = due.amount_fen + (random_.below(3) == 0 ? 1 : 0);
        const TakeExternalPayment payment{order_id, "gw-" + std::to_string(next_id_++), amount_fen,
                                          due.user_id, UserStanding::active};
        return decided(decide_external_payment(sale, order, payment, now_, credit_fen_max));
    }
    /// The operator decides on the first payment of the order that is suspended.
    Attempt try_decision(const domain::Sale& sale, const domain::Order& order) {
        using namespace domain;
        for (const ExternalPayment& payment : sale.orders.external_payments(order.order_id)) {
            if (payment.status == ExternalPaymentStatus::suspended) {
                const DecideSuspendedPayment decide{0, static_cast<SuspensionEnd>(random_.below(2)),
                                                    "looked into", order.order_id,
                                                    payment.gateway_ref};
                return decided(decide_suspended(sale, order, decide));
            }
        }
        return std::nullopt;
    }

    domain::Sale& any_sale() {
        // Mostly one of the latest: the others are over.
        const std::size_t back = random_.below(std::min<std::size_t>(sales_.size(), 5));
        const bool is_any = random_.below(8) == 0;
        return books.sales.at(is_any ? sales_[random_.below(sales_.size())]
                                     : sales_[sales_.size() - 1 - back]);
    }
    domain::UserId any_user() { return users[random_.below(users.size() - 1)]; }

    SeededRandom random_;
    domain::InstantMs now_ = story_begins;
    std::uint64_t next_id_ = 1'000;
    std::vector<domain::SaleId> sales_;
};

} // namespace hongbao::testing
