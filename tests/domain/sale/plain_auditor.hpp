// Role: an auditor of sales: everybody's orders, the waiting list, and what each rule says of the
// next fact, worked out from the facts alone. It shares no code with the domain's sales.
#pragma once

#include "domain/event.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <variant>

namespace hongbao::testing {

class PlainSales {
  public:
    struct Order {
        std::string user_id;
        std::int64_t quantity = 0;
        std::int64_t pay_by = 0;
        std::string status = "reserved";
    };
    struct Sale {
        domain::SaleOpened terms;
        std::map<std::uint64_t, Order> orders;
        std::deque<std::string> waiting;
        bool is_closed = false;

        std::int64_t units(const std::string& status) const {
            std::int64_t sum = 0;
            for (const auto& [order_id, order] : orders) {
                sum += order.status == status ? order.quantity : 0;
            }
            return sum;
        }
        std::int64_t left() const { return terms.stock - units("reserved") - units("paid"); }
        std::int64_t held(const std::string& user_id) const {
            std::int64_t sum = 0;
            for (const auto& [order_id, order] : orders) {
                const bool live = order.status == "reserved" || order.status == "paid";
                sum += live && order.user_id == user_id ? order.quantity : 0;
            }
            return sum;
        }
        bool waits(const std::string& user_id) const {
            return std::find(waiting.begin(), waiting.end(), user_id) != waiting.end();
        }
        std::int64_t closing() const {
            return terms.ends_at + 1'000 * std::max(terms.payment_window_s, terms.refund_period_s);
        }
    };

    /// Takes a fact. Returns the rules that it breaks, in words; empty if it breaks none.
    std::string note(const domain::Event& event, std::int64_t at) {
        return std::visit([&](const auto& fact) { return take(fact, at); }, event);
    }

    std::map<std::uint64_t, Sale> sales;

  private:
    using Broken = std::string;

    template <typename Other>
    Broken take(const Other&, std::int64_t) {
        return "";
    }
    Broken take(const domain::AccountStatusChanged& fact, std::int64_t) {
        if (fact.status == domain::AccountStatus::frozen) {
            frozen_.insert(fact.user_id);
        } else {
            frozen_.erase(fact.user_id);
        }
        return "";
    }
    Broken take(const domain::SaleOpened& fact, std::int64_t) {
        sales[fact.sale_id.value].terms = fact;
        return frozen_.contains(fact.merchant) ? "the merchant is frozen" : "";
    }

    Broken take(const domain::OrderReserved& fact, std::int64_t at) {
        Sale& sale = sales[fact.sale_id.value];
        const std::int64_t left_for_waiters = sale.left() - fact.quantity;
        const std::int64_t held = sale.held(fact.user_id) + fact.quantity;
        Broken broken = outside_of(sale, at);
        broken += frozen_.contains(fact.user_id) ? "the buyer is frozen; " : "";
        broken += fact.quantity < 1 ? "no unit; " : "";
        broken += left_for_waiters < 0 ? "oversold; " : "";
        broken += held > sale.terms.per_user_limit ? "above the limit; " : "";
        broken += fact.pay_by != at + 1'000 * sale.terms.payment_window_s ? "not the window; " : "";
        broken += sale.orders.contains(fact.order_id.value) ? "an order twice; " : "";
        if (fact.is_offer) {
            broken += fact.quantity != 1 ? "an offer of several; " : "";
            broken += leave(sale, fact.user_id);
        } else if (left_for_waiters < static_cast<std::int64_t>(sale.waiting.size())) {
            broken += "taken from those who wait; ";
        }
        sale.orders[fact.order_id.value] = Order{fact.user_id, fact.quantity, fact.pay_by};
        return broken;
    }

    Broken take(const domain::OrderPaid& fact, std::int64_t at) {
        Sale& sale = sales[fact.sale_id.value];
        Order& order = sale.orders[fact.order_id.value];
        Broken broken = change(order, fact.user_id, "reserved", "paid");
        broken += at >= order.pay_by ? "paid too late; " : "";
        broken += frozen_.contains(fact.user_id) ? "the buyer is frozen; " : "";
        broken += fact.amount_fen != sale.terms.price_fen * order.quantity ? "not the price; " : "";
        return broken;
    }
    Broken take(const domain::OrderCancelled& fact, std::int64_t at) {
        Order& order = sales[fact.sale_id.value].orders[fact.order_id.value];
        return change(order, fact.user_id, "reserved", "cancelled") +
               (at >= order.pay_by ? "cancelled after its time; " : "");
    }
    Broken take(const domain::OrderTimedOut& fact, std::int64_t at) {
        Order& order = sales[fact.sale_id.value].orders[fact.order_id.value];
        return change(order, fact.user_id, "reserved", "timed_out") +
               (at < order.pay_by ? "timed out before its time; " : "");
    }
    Broken take(const domain::OrderRefunded& fact, std::int64_t at) {
        Sale& sale = sales[fact.sale_id.value];
        Order& order = sale.orders[fact.order_id.value];
        Broken broken = change(order, fact.user_id, "paid", "refunded");
        broken += sale.is_closed || at >= sale.closing() ? "refunded too late; " : "";
        broken += fact.amount_fen != sale.terms.price_fen * order.quantity ? "not the price; " : "";
        return broken;
    }

    Broken take(const domain::ExternalPaymentTaken& fact, std::int64_t at) {
        using enum domain::ExternalPaymentOutcome;
        Sale& sale = sales[fact.sale_id.value];
        Order& order = sale.orders[fact.order_id.value];
        const bool reserved = order.status == "reserved";
        const bool exact = fact.amount_fen == sale.terms.price_fen * order.quantity;
        auto expected = frozen_.contains(fact.user_id) ? account_frozen : order_paid;
        expected = exact ? expected : wrong_amount;
        expected = reserved && at < order.pay_by ? expected : too_late;
        expected = reserved || order.status == "timed_out" ? expected : order_final;
        Broken broken = fact.outcome == expected ? "" : "not what becomes of it; ";
        broken += gateway_refs_.insert(fact.gateway_ref).second ? "" : "a payment twice; ";
        broken += order.user_id == fact.user_id ? "" : "another's order; ";
        broken +=
            fact.is_suspended && fact.outcome == order_paid ? "suspended, though exact; " : "";
        order.status = fact.outcome == order_paid ? "paid" : order.status;
        if (fact.is_suspended) {
            suspended_[fact.gateway_ref] = fact;
        }
        return broken;
    }
    Broken take(const domain::SuspendedPaymentDecided& fact, std::int64_t) {
        const auto found = suspended_.find(fact.gateway_ref);
        if (found == suspended_.end()) {
            return "decided what is not suspended; ";
        }
        const domain::ExternalPaymentTaken taken = found->second;
        suspended_.erase(found);
        Broken broken = taken.amount_fen == fact.amount_fen ? "" : "another amount; ";
        broken += taken.user_id == fact.user_id && taken.order_id == fact.order_id
                      ? ""
                      : "another's payment; ";
        return broken;
    }

    Broken take(const domain::WaitlistJoined& fact, std::int64_t at) {
        Sale& sale = sales[fact.sale_id.value];
        Broken broken = outside_of(sale, at);
        broken += frozen_.contains(fact.user_id) ? "the waiter is frozen; " : "";
        broken += sale.waits(fact.user_id) ? "waits twice; " : "";
        broken += sale.held(fact.user_id) >= sale.terms.per_user_limit ? "above the limit; " : "";
        broken +=
            sale.left() > static_cast<std::int64_t>(sale.waiting.size()) ? "stock left; " : "";
        sale.waiting.push_back(fact.user_id);
        return broken;
    }
    Broken take(const domain::WaitlistLeft& fact, std::int64_t at) {
        Sale& sale = sales[fact.sale_id.value];
        Broken broken = outside_of(sale, at);
        broken += sale.waits(fact.user_id) ? "" : "leaves without waiting; ";
        std::erase(sale.waiting, fact.user_id);
        return broken;
    }
    Broken take(const domain::WaiterPassedOver& fact, std::int64_t at) {
        Sale& sale = sales[fact.sale_id.value];
        const bool may_have_it =
            !frozen_.contains(fact.user_id) && sale.held(fact.user_id) < sale.terms.per_user_limit;
        return outside_of(sale, at) + leave(sale, fact.user_id) +
               (may_have_it ? "passed over without a reason; " : "") +
               (sale.left() < 1 ? "passed over for nothing; " : "");
    }
    Broken take(const domain::SaleClosed& fact, std::int64_t at) {
        Sale& sale = sales[fact.sale_id.value];
        Broken broken = sale.is_closed ? "closed twice; " : "";
        broken += at < sale.closing() ? "closed too soon; " : "";
        broken += sale.units("reserved") > 0 ? "closed with an order to be paid; " : "";
        broken +=
            fact.payout_fen != sale.terms.price_fen * sale.units("paid") ? "not paid out; " : "";
        broken += fact.merchant != sale.terms.merchant ? "paid to another; " : "";
        sale.is_closed = true;
        return broken;
    }

    static Broken outside_of(const Sale& sale, std::int64_t at) {
        const bool runs = at >= sale.terms.starts_at && at < sale.terms.ends_at;
        return runs && !sale.is_closed ? "" : "outside of its time; ";
    }
    static Broken change(Order& order, const std::string& user_id, const char* from,
                         const char* to) {
        const bool right = order.status == from && order.user_id == user_id;
        order.status = to;
        return right ? "" : std::string("not ") + from + " by this user; ";
    }
    static Broken leave(Sale& sale, const std::string& user_id) {
        if (sale.waiting.empty() || sale.waiting.front() != user_id) {
            return "not the head of the waiting list; ";
        }
        sale.waiting.pop_front();
        return "";
    }

    std::set<std::string> frozen_;
    std::set<std::string> gateway_refs_;
    std::map<std::string, domain::ExternalPaymentTaken> suspended_; // and not decided on
};

} // namespace hongbao::testing
