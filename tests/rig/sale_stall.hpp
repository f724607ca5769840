// Role: a sale for domain tests, used as a server does: decide, then apply what was decided.
// Each step answers in words, so that tables of cases read as text.
#pragma once

#include "domain/sale/sale.hpp"
#include "tests/rig/domain_samples.hpp"
#include "tests/rig/domain_words.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace hongbao::testing {

/// How long an order of the sample sale may be paid.
inline constexpr domain::InstantMs window_ms = 60'000;

inline std::string told(domain::Rejection rejection) {
    return std::string(domain::code_of(rejection));
}
inline std::string told(domain::StillWaiting waiting) {
    return "waits at " + std::to_string(waiting.position);
}
inline std::string told(domain::EndedAlready) {
    return "ended_already";
}
inline std::string told(domain::ExternalPaymentStatus status) {
    switch (status) {
    case domain::ExternalPaymentStatus::credited: return "";
    case domain::ExternalPaymentStatus::suspended: return " suspended";
    case domain::ExternalPaymentStatus::released: return " released";
    case domain::ExternalPaymentStatus::returned: return " returned";
    }
    return "?";
}
inline std::string told(const domain::RepeatedExternalPayment& repeated) {
    return "repeat " + repeated.payment.gateway_ref + " " +
           std::to_string(repeated.payment.amount_fen) + " " +
           WordsOfEvent::outcome(repeated.payment.outcome) + told(repeated.payment.status);
}
inline std::string told(const domain::Event& event) {
    return words_of(event);
}
template <typename... Outcomes>
std::string told(const std::variant<Outcomes...>& decision) {
    return std::visit([](const auto& outcome) { return told(outcome); }, decision);
}
template <typename SaleEvent>
std::string told(const std::optional<SaleEvent>& event) {
    return event ? told(domain::Event{*event}) : "nothing_to_do";
}

inline const char* name_of(domain::OrderStatus status) {
    switch (status) {
    case domain::OrderStatus::reserved: return "reserved";
    case domain::OrderStatus::paid: return "paid";
    case domain::OrderStatus::cancelled: return "cancelled";
    case domain::OrderStatus::timed_out: return "timed_out";
    case domain::OrderStatus::refunded: return "refunded";
    }
    return "?";
}

/// Three units at 100 fen, one for each user, to be paid within a minute. It runs for ten minutes
/// from sample_now on; five minutes later the merchant is paid.
inline domain::SaleOpened sale_terms() {
    return {.sale_id = domain::SaleId{91},
            .merchant = "shop",
            .title = "Tea",
            .price_fen = 100,
            .stock = 3,
            .starts_at = sample_now,
            .ends_at = sample_now + 600'000,
            .per_user_limit = 1,
            .payment_window_s = window_ms / domain::ms_per_s,
            .refund_period_s = 300};
}

inline domain::SaleOpened sale_terms(std::int64_t stock, std::int64_t per_user_limit) {
    domain::SaleOpened terms = sale_terms();
    terms.stock = stock;
    terms.per_user_limit = per_user_limit;
    return terms;
}

inline domain::InstantMs closing_of_sample() {
    return domain::closes_at(sale_terms());
}

/// Orders are numbered from 1 as they are reserved.
class Stall {
  public:
    static constexpr domain::UserStanding active = domain::UserStanding::active;

    explicit Stall(const domain::SaleOpened& terms = sale_terms())
        : sale(domain::opened_sale(terms, 5, sample_now)) {}

    std::string reserve(std::string user_id, std::int64_t quantity = 1,
                        domain::UserStanding standing = active) {
        const domain::ReserveUnits command{sale.terms.sale_id, std::move(user_id), quantity,
                                           standing};
        return take(decide_reserve(sale, command, next_order(), now));
    }
    std::string join(std::string user_id, domain::UserStanding standing = active) {
        const domain::JoinWaitlist command{sale.terms.sale_id, std::move(user_id), standing};
        return take(decide_join(sale, command, now));
    }
    std::string leave(std::string user_id, domain::UserStanding standing = active) {
        const domain::LeaveWaitlist command{sale.terms.sale_id, std::move(user_id), standing};
        return take(decide_leave(sale, command, now));
    }
    /// Offers a unit to the head of the waiting list, if there is one for it.
    std::string offer(domain::UserStanding standing = active) {
        return offers_possible(sale, now) == 0
                   ? "nothing_to_do"
                   : take(decide_offer(sale, standing, next_order(), now));
    }
    /// Pays from an account that has the money.
    std::string pay(std::uint64_t order_no) {
        const auto refusal = refuse_payment(order(order_no), now);
        return refusal ? told(*refusal) : take(terms_of_payment(sale, order(order_no)));
    }
    std::string pay_outside(std::uint64_t order_no, std::string gateway_ref,
                            domain::Fen amount_fen = 100, domain::UserStanding standing = active) {
        const domain::TakeExternalPayment command{domain::OrderId{order_no}, std::move(gateway_ref),
                                                  amount_fen, "", standing};
        return take(decide_external_payment(sale, order(order_no), command, now, credit_fen_max));
    }
    /// The operator decides on a payment that is suspended.
    std::string decide(std::uint64_t order_no, std::string gateway_ref,
                       domain::SuspensionEnd decision) {
        const domain::DecideSuspendedPayment command{
            0, decision, "looked into", domain::OrderId{order_no}, std::move(gateway_ref)};
        return take(decide_suspended(sale, order(order_no), command));
    }
    std::string cancel(std::uint64_t order_no) {
        return take(decide_cancel(sale, order(order_no), now));
    }
    std::string time_out(std::uint64_t order_no) {
        return take(decide_timeout(sale, order(order_no), now));
    }
    std::string close() { return take(decide_close(sale, now)); }

    const domain::Order& order(std::uint64_t order_no) const {
        const domain::Order* const found = sale.orders.find(domain::OrderId{order_no});
        domain::invariant(found != nullptr, "a test asks for orders that there are");
        return *found;
    }
    /// As its records say.
    std::string status(std::uint64_t order_no) const { return name_of(order(order_no).status); }
    std::string units() const {
        return std::to_string(sale.units_in_stock()) + " in stock, " +
               std::to_string(sale.reserved_units) + " reserved, " +
               std::to_string(sale.sold_units) + " sold, " + std::to_string(sale.users.waiting()) +
               " waiting";
    }

    domain::Sale sale;
    domain::InstantMs now = sample_now;
    domain::Fen credit_fen_max = domain::amount_fen_max; // nothing is suspended

  private:
    domain::OrderId next_order() const { return domain::OrderId{sale.orders.size() + 1}; }

    template <typename Outcome>
    void apply_if_event(const Outcome& outcome) {
        if constexpr (requires { apply(sale, outcome, now); }) {
            apply(sale, outcome, now);
        }
    }
    template <typename... Outcomes>
    std::string take(const std::variant<Outcomes...>& decision) {
        std::visit([&](const auto& outcome) { apply_if_event(outcome); }, decision);
        return told(decision);
    }
    template <typename SaleEvent>
    std::string take(const std::optional<SaleEvent>& event) {
        if (event) {
            apply_if_event(*event);
        }
        return told(event);
    }
    std::string take(const domain::OrderPaid& paid) {
        apply_if_event(paid);
        return told(domain::Event{paid});
    }
};

} // namespace hongbao::testing
