// Role: lists of sales, and of orders: a sale's by their numbers, a user's by the records that they
// begin with.
#include "persistence/read_model/ask.hpp"
#include "persistence/read_model/lists/filters.hpp"
#include "persistence/read_model/lists/owner.hpp"
#include "persistence/read_model/lists/walk.hpp"
#include "persistence/read_model/sale/shown.hpp"

#include <utility>

namespace hongbao::persistence {

namespace {

using domain::OrderStatus;
using domain::SaleStatus;

/// Where sales that are shown like this may be.
std::vector<OpenPhase> phases_of_sales(const std::optional<SaleStatus>& shown) {
    if (!shown) {
        return {OpenPhase::open, OpenPhase::over};
    }
    return {shown == SaleStatus::closed ? OpenPhase::over : OpenPhase::open};
}

/// Of a group, whoever opened them: another merchant's are left out one by one.
std::vector<ListPart> parts_of_sales(ModelView& view, const SaleFilter& filter) {
    const auto phases = phases_of_sales(filter.status);
    if (!filter.group) {
        return parts_of_owner(view, List::sales, filter.merchant, phases);
    }
    std::vector<ListPart> parts;
    for (const OpenPhase phase : phases) {
        parts.push_back({List::sales_of_group, owner_of_group(*filter.group), phase_of(phase)});
    }
    return parts;
}

/// Two groups may have one hash.
bool is_wanted(const SaleSummary& sale, const SaleFilter& filter, domain::InstantMs now) {
    const auto status = sale.status(now);
    return filter.merchant.value_or(sale.terms.merchant) == sale.terms.merchant &&
           filter.group.value_or(sale.terms.group) == sale.terms.group &&
           filter.status.value_or(status) == status;
}

/// The same of orders: the time of one that is reserved by its records may be up.
std::vector<OrderStatus> phases_of_orders(const std::optional<OrderStatus>& shown) {
    using enum OrderStatus;
    if (!shown) {
        return {reserved, paid, cancelled, timed_out, refunded};
    }
    return shown == timed_out ? std::vector{reserved, timed_out} : std::vector{*shown};
}

/// The orders that a page wants, as they are shown at its time.
class OrdersShown {
  public:
    OrdersShown(ModelView& view, const OrderFilter& filter, const PageRequest& page,
                domain::InstantMs now)
        : view_(view), filter_(filter), page_(page), now_(now) {}

    Page<OrderSummary> of_sale(domain::SaleId sale_id) const {
        const auto row = view_.must_have(view_.get<Sales>(sale_id));
        std::vector<ListPart> parts;
        for (const OrderStatus phase : phases_of_orders(filter_.status)) {
            parts.push_back({List::orders_of_sale, sale_id.value, phase_of(phase)});
        }
        const auto reserved_at = [&](std::uint64_t order_no) {
            return view_.must_have(view_.get<Orders>({sale_id, order_no})).reserved_at;
        };
        const auto range = numbers_within(view_, page_, row.order_count, reserved_at);
        return page_of_walk<OrderSummary>(
            ListWalk(view_, parts, page_, range), page_, [&](std::uint64_t order_no) {
                return show(sale_id, view_.must_have(view_.get<Orders>({sale_id, order_no})));
            });
    }

    /// Of a sale, too, if the filter says so: a user has few orders, a sale may have millions.
    Page<OrderSummary> of_user(const domain::UserId& user_id) const {
        const auto number = view_.may_have(view_.number(user_id));
        if (!number) {
            return {};
        }
        const std::vector<ListPart> parts{{List::orders_of_account, *number, 0}};
        return page_of_walk<OrderSummary>(
            ListWalk(view_, parts, page_, sequences_within(view_, page_)), page_,
            [&](domain::Sequence sequence) { return show_begun_with(sequence); });
    }

  private:
    std::optional<OrderSummary> show_begun_with(domain::Sequence sequence) const {
        const domain::Record record = view_.must_have(view_.record(sequence));
        const auto* const reserved = std::get_if<domain::OrderReserved>(&record.event);
        if (reserved == nullptr || reserved->user_id != *filter_.user_id) {
            view_.give_up();
        }
        if (filter_.sale_id.value_or(reserved->sale_id) != reserved->sale_id) {
            return std::nullopt;
        }
        const auto place = view_.must_have(view_.get<OrderPlaces>(reserved->order_id));
        return show(place.sale_id, order_at_place(view_, place, reserved->order_id));
    }
    std::optional<OrderSummary> show(domain::SaleId sale_id, const OrderRow& row) const {
        const auto status = domain::status_at(row.status, row.pay_by, now_);
        if (!is_within(page_, row.reserved_at) || filter_.status.value_or(status) != status) {
            return std::nullopt;
        }
        OrderSummary summary = summary_of(view_, sale_id, row);
        summary.status = status;
        return summary;
    }

    ModelView& view_;
    const OrderFilter& filter_;
    const PageRequest& page_;
    const domain::InstantMs now_;
};

} // namespace

Page<SaleSummary> ReadModel::sales(const SaleFilter& filter, const PageRequest& page,
                                   domain::InstantMs now) const {
    return ask([&](ModelView& view) {
        const auto parts = parts_of_sales(view, filter);
        const auto show = [&](domain::Sequence sequence) -> std::optional<SaleSummary> {
            const SaleRow row = view.must_have(
                view.get<Sales>(made_by(view, sequence, &domain::SaleOpened::sale_id)));
            SaleSummary summary = summary_of(view, row);
            return is_wanted(summary, filter, now) && is_within(page, summary.created_at)
                       ? std::optional(std::move(summary))
                       : std::nullopt;
        };
        return page_of_walk<SaleSummary>(ListWalk(view, parts, page, sequences_within(view, page)),
                                         page, show);
    });
}

std::optional<Page<OrderSummary>>
ReadModel::orders(const OrderFilter& filter, const PageRequest& page, domain::InstantMs now) const {
    return ask([&](ModelView& view) -> std::optional<Page<OrderSummary>> {
        if (filter.sale_id && !view.may_have(view.get<Sales>(*filter.sale_id))) {
            return std::nullopt;
        }
        const OrdersShown orders(view, filter, page, now);
        return filter.user_id ? orders.of_user(*filter.user_id) : orders.of_sale(*filter.sale_id);
    });
}

} // namespace hongbao::persistence
