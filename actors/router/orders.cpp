// Role: the orders of a router's sales: which sale an order is of, and orders answered from their
// rows.
#include "actors/router/router.hpp"

#include "actors/environment/outbox.hpp"
#include "actors/protocol/views.hpp"
#include "domain/values/overloaded.hpp"

namespace hongbao::actors {

namespace {

constexpr std::size_t orders_remembered_max = 100'000; // by one router; then it starts over

bool is_order_read(const Request& request) {
    const auto* sale = std::get_if<std::unique_ptr<SaleRequest>>(&request.body);
    return sale != nullptr && std::holds_alternative<ReadOrder>((*sale)->command);
}

/// Timed out, but not recorded as such. The sale records it before it answers, so lists of orders
/// agree with the answer.
bool is_due(const persistence::OrderSummary& order, domain::InstantMs now) {
    return domain::status_at(order.status, order.pay_by, now) != order.status;
}

} // namespace

// ---- synced records ----

void RouterState::settle_order(const SettledPlace& settled) {
    std::visit(
        domain::Overloaded{
            [&](const domain::OrderReserved& reserved) {
                if (is_mine(reserved.sale_id.shard())) {
                    remember_order(reserved.order_id, reserved.sale_id);
                }
            },
            [&](const domain::OrderPaid& paid) {
                if (is_mine(paid.sale_id.shard())) {
                    Shelf<SaleKind>& shelf = shelves_.of<SaleKind>();
                    Entry<SaleKind>* const entry = shelf.find(paid.sale_id);
                    domain::invariant(entry != nullptr && entry->awake,
                                      "a sale that holds an order is awake");
                    shelf.is_wanted(*entry);
                    entry->awake.tell(SettledNotice{settled.commit, settled.place});
                }
            },
            [&](const domain::ExternalPaymentTaken& taken) {
                const Reference reference{{}, taken.gateway_ref};
                if (is_mine(shard_of(reference))) {
                    on_reference_released(reference);
                }
            },
            domain::case_of<domain::AccountEvents, domain::AnswerEvents,
                            domain::AdministrationEvents, domain::PacketEvents,
                            domain::CampaignEvents, domain::SaleOpened, domain::OrderCancelled,
                            domain::OrderTimedOut, domain::OrderRefunded, domain::WaitlistJoined,
                            domain::WaiterPassedOver, domain::WaitlistLeft, domain::SaleClosed,
                            domain::SuspendedPaymentDecided>(domain::do_nothing),
        },
        settled.record().event);
}

// ---- requests ----

void RouterState::to_sale_request(Request&& request) {
    auto& asked = *std::get<std::unique_ptr<SaleRequest>>(request.body);
    std::visit(
        domain::Overloaded{
            [&](const domain::CancelOrder& command) {
                to_order(std::move(request), command.order_id);
            },
            [&](const ReadOrder& read) { to_order(std::move(request), read.order_id); },
            [&](const domain::TakeExternalPayment& command) {
                to_order(std::move(request), command.order_id);
            },
            [&](domain::DecideSuspendedPayment& command) {
                to_suspended(std::move(request), command);
            },
            [&](const auto& of_sale) { to_entity<SaleKind>(std::move(request), of_sale.sale_id); },
        },
        asked.command);
}

/// The record that suspended the payment says which order it was for.
void RouterState::to_suspended(Request&& request, domain::DecideSuspendedPayment& command) {
    if (command.order_id.value != 0) {
        return to_order(std::move(request), command.order_id);
    }
    if (!request.found) {
        return look_up(std::move(request));
    }
    if (!request.found->suspended) {
        return refuse(request, domain::Rejection::suspended_not_found);
    }
    command.order_id = request.found->suspended->order_id;
    command.gateway_ref = request.found->suspended->payment.gateway_ref;
    forward(std::move(request));
}

/// An order belongs to a sale, which its id does not name. If the sale is over, the order itself is
/// looked up too: the sale does not have it.
void RouterState::to_order(Request&& request, domain::OrderId order_id) {
    if (request.found) {
        return to_order_found(std::move(request), order_id);
    }
    if (const auto found = sale_of_order_.find(order_id); found != sale_of_order_.end()) {
        const Entry<SaleKind>* const entry = shelves_.of<SaleKind>().find(found->second);
        if (entry != nullptr && !entry->is_over) {
            return to_entity<SaleKind>(std::move(request), found->second);
        }
    }
    look_up(std::move(request));
}

void RouterState::to_order_found(Request&& request, domain::OrderId order_id) {
    if (!request.found->order) {
        return refuse(request, domain::Rejection::order_not_found);
    }
    const domain::SaleId sale_id = request.found->order->sale_id;
    remember_order(order_id, sale_id);
    const Entry<SaleKind>* const entry = shelves_.of<SaleKind>().find(sale_id);
    const bool has_row_alone = entry == nullptr || entry->is_over;
    if (has_row_alone && is_order_read(request) &&
        !is_due(*request.found->order, environment_.clock->now())) {
        return tell_from_row(request);
    }
    to_entity<SaleKind>(std::move(request), sale_id);
}

/// Nothing is on its way for an order whose sale is asleep or over: its row has its state, and a
/// million other orders need not be read.
void RouterState::tell_from_row(Request& request) {
    const auto& found = *request.found;
    Outbox outbox(environment_);
    outbox.rest_on(found.as_of);
    outbox.reply_settled(request.reply_to, OrderView{*found.order, false});
}

void RouterState::remember_order(domain::OrderId order_id, domain::SaleId sale_id) {
    if (sale_of_order_.size() >= orders_remembered_max) {
        sale_of_order_.clear();
    }
    sale_of_order_.emplace(order_id, sale_id);
}

} // namespace hongbao::actors
