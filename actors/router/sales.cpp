// Role: a router's sales and their orders: opened, woken, asked, timed, and let go.
#include "actors/router/router.hpp"

#include "actors/environment/outbox.hpp"
#include "actors/environment/weight.hpp"
#include "actors/protocol/views.hpp"
#include "actors/sale/sale_actor.hpp"
#include "domain/values/overloaded.hpp"

namespace hongbao::actors {

namespace {

constexpr std::size_t orders_remembered_max = 100'000; // of one router; then it begins anew

bool is_order_read(const Request& request) {
    const auto* sale = std::get_if<std::unique_ptr<SaleRequest>>(&request.body);
    return sale != nullptr && std::holds_alternative<ReadOrder>((*sale)->command);
}

/// Its time is up, and that is not recorded. The sale does so before it says so, and then no list
/// of orders says otherwise.
bool is_due(const persistence::OrderSummary& order, domain::InstantMs now) {
    return domain::status_at(order.status, order.pay_by, now) != order.status;
}

} // namespace

// ---- synced records ----

void RouterState::settle_sale(const SettledPlace& settled) {
    std::visit(
        domain::Overloaded{
            [&](const domain::SaleOpened&) { settle_opened(settled); },
            [&](const domain::OrderReserved& reserved) {
                if (is_mine(reserved.sale_id.shard())) {
                    remember_order(reserved.order_id, reserved.sale_id);
                }
            },
            [&](const domain::OrderPaid& paid) {
                if (is_mine(paid.sale_id.shard())) {
                    SaleEntry* const entry = sales_.find(paid.sale_id);
                    domain::invariant(entry != nullptr && entry->awake,
                                      "a sale that holds an order is awake");
                    is_wanted(*entry);
                    caf::anon_send(entry->awake, SettledNotice{settled.commit, settled.place});
                }
            },
            [&](const domain::ExternalPaymentTaken& taken) {
                const Reference reference{{}, taken.gateway_ref};
                if (is_mine(shard_of(reference))) {
                    on_reference_released(reference);
                }
            },
            domain::case_of<domain::AccountEvents, domain::AnswerEvents, domain::PacketEvents,
                            domain::CampaignEvents, domain::OrderCancelled, domain::OrderTimedOut,
                            domain::OrderRefunded, domain::WaitlistJoined, domain::WaiterPassedOver,
                            domain::SaleClosed, domain::SuspendedPaymentDecided>(
                domain::do_nothing),
        },
        settled.record().event);
}

void RouterState::settle_opened(const SettledPlace& settled) {
    const auto& opened = std::get<domain::SaleOpened>(settled.record().event);
    if (!is_mine(opened.sale_id.shard())) {
        return;
    }
    expect_due(opened.sale_id, domain::closes_at(opened));
    SaleEntry* entry = sales_.find(opened.sale_id);
    if (entry == nullptr) {
        entry = &sales_.add(opened.sale_id);
        entry->sale_id = opened.sale_id;
        begin_to_rest(*entry, settled.record());
    } else if (entry->waking) { // somebody guessed its id
        entry->waking->settled.push_back(settled);
    }
}

void RouterState::begin_to_rest(SaleEntry& entry, const domain::Record& record) {
    entry.as_of = record.sequence;
    entry.at_rest = std::make_unique<domain::Sale>(domain::opened_sale(
        std::get<domain::SaleOpened>(record.event), record.sequence, record.at));
    weigh(entry, weight_of(*entry.at_rest));
}

// ---- time ----

/// Each sale is expected at one time; what was said before and is later counts no more.
void RouterState::expect_due(domain::SaleId sale_id, domain::InstantMs at) {
    const auto [found, is_new] = sales_due_.try_emplace(sale_id, at);
    if (is_new || at < found->second) {
        found->second = at;
        expiries_.push(Expiry{at, sale_id});
    }
}

void RouterState::on_sale_due(const SaleDue& due) {
    expect_due(due.sale_id, due.at);
}

// ---- requests ----

void RouterState::to_sale_request(Request&& request) {
    auto& asked = *std::get<std::unique_ptr<SaleRequest>>(request.body);
    std::visit(domain::Overloaded{
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
                   [&](const auto& of_sale) { to_sale(std::move(request), of_sale.sale_id); },
               },
               asked.command);
}

/// Whose payment it is, the record that suspended it says.
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

/// An order is its sale's, which its id does not name. Of a sale that is over, the order itself is
/// looked up, too: the sale does not have it.
void RouterState::to_order(Request&& request, domain::OrderId order_id) {
    if (request.found) {
        return to_order_found(std::move(request), order_id);
    }
    if (const auto found = sale_of_order_.find(order_id); found != sale_of_order_.end()) {
        const SaleEntry* const entry = sales_.find(found->second);
        if (entry != nullptr && !entry->is_over) {
            return to_sale(std::move(request), found->second);
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
    const SaleEntry* const entry = sales_.find(sale_id);
    const bool has_row_alone = entry == nullptr || entry->is_over;
    if (has_row_alone && is_order_read(request) &&
        !is_due(*request.found->order, environment_.clock->now())) {
        return tell_from_row(request);
    }
    to_sale(std::move(request), sale_id);
}

/// Nothing is on its way for an order whose sale is asleep or over: its row says how it stands, and
/// a million other orders need not be read for it.
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

void RouterState::to_sale(Request&& request, domain::SaleId sale_id) {
    SaleEntry& entry = sale_entry(sale_id, std::holds_alternative<TimeSale>(request.body));
    if (entry.waking) {
        entry.waking->requests.push_back(std::move(request));
        return;
    }
    if (entry.is_missing()) {
        return refuse(request, domain::Rejection::sale_not_found);
    }
    if (order_in(request) && has_to_be_looked_up(entry, request)) {
        return look_up(std::move(request));
    }
    make_awake(entry);
    is_wanted(entry);
    if (entry.gathered.empty()) {
        sales_with_requests_.push_back(&entry);
    }
    entry.gathered.push_back(std::move(request));
}

// ---- waking and sleeping ----

SaleEntry& RouterState::sale_entry(domain::SaleId sale_id, bool only_if_open) {
    SaleEntry* entry = sales_.find(sale_id);
    if (entry == nullptr) {
        entry = &sales_.add(sale_id);
        entry->sale_id = sale_id;
        weigh(*entry, actor_bytes);
        ask_to_wake(*entry, only_if_open);
    }
    entry->used = true;
    return *entry;
}

void RouterState::make_awake(SaleEntry& entry) {
    if (entry.awake) {
        return;
    }
    std::shared_ptr<domain::Sale> sale = std::move(entry.at_rest);
    entry.awake = self_->system().spawn<caf::lazy_init>(sale_actor, &environment_, std::move(sale),
                                                        entry.as_of, entry.is_over);
}

void RouterState::forget(SaleEntry& entry) {
    let_go_of_what_rests(entry);
    weigh(entry, 0);
    sales_.remove(entry);
}

} // namespace hongbao::actors
