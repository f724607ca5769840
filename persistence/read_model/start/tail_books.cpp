// Role: looks up what a record touches, each entity once.
#include "persistence/read_model/start/tail_books.hpp"

#include "persistence/read_model/kinds.hpp"

#include "domain/touched.hpp"
#include "domain/values/overloaded.hpp"

#include <string>
#include <utility>

namespace hongbao::persistence {

std::optional<Failure> TailBooks::add(domain::Books& books, const domain::Record& record) {
    domain::for_each_touched_account(
        record.event, [&](std::string_view user_id) { add_account(books, user_id); });
    const auto add_sale_and_user = [&](const auto& event) {
        add_entity<domain::Sale>(books, event.sale_id);
        add_account(books, event.user_id);
    };
    std::visit(
        domain::Overloaded{
            domain::case_of<domain::PacketEvents>(
                [&](const auto& event) { add_entity<domain::Packet>(books, event.packet_id); }),
            domain::case_of<domain::CampaignFunded, domain::CampaignClosed>(
                [&](const auto& event) { add_entity<domain::Campaign>(books, event.campaign_id); }),
            [&](const domain::ShakeDrawn& drawn) {
                add_entity<domain::Campaign>(books, drawn.campaign_id);
                add_account(books, drawn.user_id); // a blank touches no account
            },
            [&](const domain::SaleOpened& opened) {
                add_entity<domain::Sale>(books, opened.sale_id);
                add_account(books, opened.merchant);
            },
            [&](const domain::OrderReserved& reserved) {
                add_sale_and_user(reserved);
                add_place(books, reserved.order_id);
            },
            [&](const domain::ExternalPaymentTaken& taken) {
                add_sale_and_user(taken);
                add_gateway_ref(books, taken.gateway_ref);
            },
            domain::case_of<domain::OrderPaid, domain::OrderCancelled, domain::OrderTimedOut,
                            domain::OrderRefunded, domain::SuspendedPaymentDecided,
                            domain::WaitlistJoined, domain::WaiterPassedOver>(add_sale_and_user),
            [&](const domain::SaleClosed& closed) {
                add_entity<domain::Sale>(books, closed.sale_id);
            },
            domain::case_of<domain::AccountEvents, domain::AnswerEvents>(domain::do_nothing),
        },
        record.event);
    if (!wrong_.empty() || !written_->damage().empty()) {
        return Failure{written_->damage().empty() ? wrong_ : written_->damage()};
    }
    return std::nullopt;
}

void TailBooks::add_account(domain::Books& books, std::string_view user_id) {
    if (books.accounts.contains(user_id)) {
        return;
    }
    const auto number = written_->get<Numbers>(user_id);
    if (!number) {
        return; // opened since
    }
    auto row = written_->get<Accounts>(number->number);
    if (!row || row->account.profile.user_id != user_id) {
        wrong_ = "an account number leads to no account, or to another";
        return;
    }
    books.accounts.emplace(user_id, std::move(row->account));
}

template <typename Entity, typename Id>
void TailBooks::add_entity(domain::Books& books, Id id) {
    using K = Kind<Entity>;
    auto& there = books.*K::books;
    if (there.contains(id)) {
        return;
    }
    const auto row = written_->get<typename K::Rows>(id);
    if (!row) {
        return; // made since
    }
    auto sleeping = sleeping_of(id, *row, *written_);
    const auto waking =
        sleeping ? wake_further(*sleeping, sleeping->row_count(), *written_) : Waking::does_not_fit;
    if (waking != Waking::whole) {
        wrong_ = std::string(K::name) + " " + std::to_string(id.value) + " does not fit its " +
                 K::child_names;
        return;
    }
    there.emplace(id, std::move((*sleeping).*K::entity));
}

void TailBooks::add_place(domain::Books& books, domain::OrderId order_id) {
    if (const auto place = written_->get<OrderPlaces>(order_id)) {
        books.sale_of_order.emplace(order_id, place->sale_id);
    }
}

void TailBooks::add_gateway_ref(domain::Books& books, const std::string& gateway_ref) {
    if (const auto row = written_->get<GatewayRefs>(gateway_ref)) {
        books.order_of_gateway_ref.emplace(gateway_ref, row->order_id);
    }
}

} // namespace hongbao::persistence
