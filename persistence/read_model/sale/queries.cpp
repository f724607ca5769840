// Role: answers questions about sales, orders and suspended payments.
#include "persistence/event_group.hpp"
#include "persistence/read_model/ask.hpp"
#include "persistence/read_model/lists/walk.hpp"
#include "persistence/read_model/sale/shown.hpp"

#include "domain/values/invariant.hpp"
#include "domain/values/overloaded.hpp"

#include <utility>

namespace hongbao::persistence {

namespace {

using domain::OrderId;
using domain::Record;
using domain::SaleId;
using domain::Sequence;

/// The sale and order of a record that a client's request about an order has made.
std::pair<domain::SaleId, domain::OrderId> order_named_in(const domain::Event& event) {
    std::optional<std::pair<domain::SaleId, domain::OrderId>> named;
    take_if_of<domain::SaleEvents>(
        event,
        domain::Overloaded{
            domain::case_of<domain::OrderReserved, domain::OrderPaid, domain::OrderCancelled,
                            domain::OrderRefunded, domain::ExternalPaymentTaken>(
                [&named](const auto& of_order) {
                    named.emplace(of_order.sale_id, of_order.order_id);
                }),
            domain::case_of<domain::SaleOpened, domain::OrderTimedOut, domain::WaitlistJoined,
                            domain::WaiterPassedOver, domain::WaitlistLeft, domain::SaleClosed,
                            domain::SuspendedPaymentDecided>(domain::do_nothing),
        });
    domain::invariant(named.has_value(), "only a client's record about an order names one");
    return *named;
}

/// The order's status by its records up to this one.
domain::OrderStatus status_after(ModelView& view, const OrderRow& row, const Record& record) {
    using domain::OrderStatus;
    if (std::holds_alternative<domain::OrderReserved>(record.event)) {
        return OrderStatus::reserved;
    }
    if (std::holds_alternative<domain::OrderPaid>(record.event)) {
        return OrderStatus::paid;
    }
    if (!std::holds_alternative<domain::ExternalPaymentTaken>(record.event)) {
        return row.status; // it ended with this record
    }
    for (std::uint64_t no = 1; no <= row.external_payment_count; ++no) {
        const auto payment = view.must_have(view.get<ExternalPayments>({row.order_id, no}));
        if (payment.sequence == record.sequence) {
            return payment.status_after;
        }
    }
    view.give_up();
}

SuspendedPayment suspended_at(ModelView& view, OrderId order_id,
                              const ExternalPaymentRow& payment) {
    const OrderPlace place = view.must_have(view.get<OrderPlaces>(order_id));
    const OrderRow order = order_at_place(view, place, order_id);
    return SuspendedPayment{
        .taken_sequence = payment.sequence,
        .sale_id = place.sale_id,
        .order_id = order_id,
        .user_id = view.must_have(view.get<Accounts>(order.account)).account.profile.user_id,
        .payment = payment.payment()};
}

std::optional<SuspendedPayment> find_suspended(ModelView& view, OrderId order_id,
                                               const std::string& gateway_ref) {
    const auto place = view.may_have(view.get<OrderPlaces>(order_id));
    const OrderRow order = place ? order_at_place(view, *place, order_id) : OrderRow();
    for (std::uint64_t no = 1; no <= order.external_payment_count; ++no) {
        const auto payment = view.must_have(view.get<ExternalPayments>({order_id, no}));
        if (payment.gateway_ref == gateway_ref && payment.payment().was_suspended()) {
            return suspended_at(view, order_id, payment);
        }
    }
    return std::nullopt;
}

OrderSummary summary_after(ModelView& view, const Record& record) {
    const auto [sale_id, order_id] = order_named_in(record.event);
    const auto place = view.must_have(view.get<OrderPlaces>(order_id));
    const OrderRow row = order_at_place(view, place, order_id);
    OrderSummary summary = summary_of(view, sale_id, row, record.sequence);
    summary.status = status_after(view, row, record);
    // An order is paid once and ends once, so the row's times hold, if it had come that far by
    // then.
    if (summary.status == domain::OrderStatus::reserved) {
        summary.paid_at.reset();
    }
    if (summary.status == domain::OrderStatus::reserved ||
        summary.status == domain::OrderStatus::paid) {
        summary.ended_at.reset();
    }
    // Its time may have been up before that was recorded.
    summary.status = domain::status_at(summary.status, summary.pay_by, record.at);
    return summary;
}

/// By the records that took the payments.
class SuspendedWalk {
  public:
    SuspendedWalk(ModelView& view, const PageRequest& page)
        : view_(view), order_(page.order), range_(sequences_within(view, page)),
          from_(page.cursor.value_or(order_ == ListOrder::asc ? range_.first : range_.last)) {}

    std::optional<Sequence> next() {
        const auto found = view_.may_have(view_.suspended_from(from_, order_));
        if (!found || found->first < range_.first || found->first > range_.last) {
            return std::nullopt;
        }
        if (looks_left_ == 0) {
            rest_ = found->first;
            return std::nullopt;
        }
        looks_left_ -= 1;
        row_ = found->second;
        from_ = order_ == ListOrder::asc ? found->first + 1 : found->first - 1;
        return found->first;
    }
    std::optional<Sequence> rest() const { return rest_; }
    /// Of the payment that next() has come to.
    const SuspendedRow& row() const { return row_; }

  private:
    ModelView& view_;
    const ListOrder order_;
    const ItemRange range_;
    Sequence from_;
    SuspendedRow row_;
    std::optional<Sequence> rest_;
    std::uint32_t looks_left_ = looks_a_page_max;
};

Page<SuspendedPayment> page_of_suspended(ModelView& view, const PageRequest& page) {
    SuspendedWalk walk(view, page);
    return page_of_walk<SuspendedPayment>(
        walk, page, [&](Sequence) -> std::optional<SuspendedPayment> {
            const auto& [order_id, payment_no, amount_fen] = walk.row();
            const auto payment = view.must_have(view.get<ExternalPayments>({order_id, payment_no}));
            if (!is_within(page, payment.at)) {
                return std::nullopt;
            }
            return suspended_at(view, order_id, payment);
        });
}

} // namespace

std::optional<SaleSummary> ReadModel::sale_summary(SaleId sale_id) const {
    return ask([&](ModelView& view) {
        const auto row = view.may_have(view.get<Sales>(sale_id));
        return row ? std::optional(summary_of(view, *row)) : std::nullopt;
    });
}

std::optional<OrderSummary> ReadModel::order(OrderId order_id) const {
    return ask([&](ModelView& view) {
        const auto place = view.may_have(view.get<OrderPlaces>(order_id));
        return place ? std::optional(
                           summary_of(view, place->sale_id, order_at_place(view, *place, order_id)))
                     : std::nullopt;
    });
}

OrderSummary ReadModel::order_at(const Record& record) const {
    return ask([&](ModelView& view) { return summary_after(view, record); });
}

std::optional<SaleId> ReadModel::sale_of(OrderId order_id) const {
    return ask([&](ModelView& view) {
        const auto place = view.may_have(view.get<OrderPlaces>(order_id));
        return place ? std::optional(place->sale_id) : std::nullopt;
    });
}

std::optional<OrderId> ReadModel::order_of_gateway_ref(const std::string& gateway_ref) const {
    return ask([&](ModelView& view) {
        const auto row = view.may_have(view.get<GatewayRefs>(gateway_ref));
        return row ? std::optional(row->order_id) : std::nullopt;
    });
}

Page<SuspendedPayment> ReadModel::suspended_payments(const PageRequest& page) const {
    return ask([&](ModelView& view) { return page_of_suspended(view, page); });
}

std::optional<SuspendedPayment> ReadModel::suspended_payment(Sequence taken_sequence) const {
    return ask([&](ModelView& view) {
        const auto record = view.may_have(view.record(taken_sequence));
        const auto* taken =
            record ? std::get_if<domain::ExternalPaymentTaken>(&record->event) : nullptr;
        return taken != nullptr && taken->is_suspended
                   ? find_suspended(view, taken->order_id, taken->gateway_ref)
                   : std::nullopt;
    });
}

std::optional<SuspendedPayment> ReadModel::suspended_payment(OrderId order_id,
                                                             const std::string& gateway_ref) const {
    return ask([&](ModelView& view) { return find_suspended(view, order_id, gateway_ref); });
}

} // namespace hongbao::persistence
