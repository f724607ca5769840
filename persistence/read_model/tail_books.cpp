// Role: looking up what a record touches.
#include "persistence/read_model/tail_books.hpp"

#include "persistence/read_model/sale/sleeping.hpp"
#include "persistence/read_model/sleepers.hpp"

#include "domain/touched.hpp"
#include "domain/values/overloaded.hpp"

#include <utility>

namespace hongbao::persistence {

template <typename SaleEvent>
void TouchedFromModel::add_sale_and_user(domain::Books& books, const SaleEvent& event) {
    add_sale(books, event.sale_id);
    add_account(books, event.user_id);
}

std::optional<Failure> TouchedFromModel::add(domain::Books& books, const domain::Record& record) {
    domain::for_each_touched_account(
        record.event, [&](std::string_view user_id) { add_account(books, user_id); });
    std::visit(
        domain::Overloaded{
            [&](const domain::PacketSent& sent) { add_packet(books, sent.packet_id); },
            [&](const domain::ShareOpened& share) { add_packet(books, share.packet_id); },
            [&](const domain::PacketClosed& closed) { add_packet(books, closed.packet_id); },
            [&](const domain::CampaignFunded& funded) { add_campaign(books, funded.campaign_id); },
            [&](const domain::ShakeDrawn& drawn) {
                add_campaign(books, drawn.campaign_id);
                add_account(books, drawn.user_id); // who draws a blank is not touched
            },
            [&](const domain::CampaignClosed& closed) { add_campaign(books, closed.campaign_id); },
            [&](const domain::SaleOpened& opened) {
                add_account(books, opened.merchant);
                add_sale(books, opened.sale_id);
            },
            [&](const domain::OrderReserved& reserved) {
                add_sale_and_user(books, reserved);
                add_place(books, reserved.order_id);
            },
            [&](const domain::OrderPaid& event) { add_sale_and_user(books, event); },
            [&](const domain::OrderCancelled& event) { add_sale_and_user(books, event); },
            [&](const domain::OrderTimedOut& event) { add_sale_and_user(books, event); },
            [&](const domain::OrderRefunded& event) { add_sale_and_user(books, event); },
            [&](const domain::ExternalPaymentTaken& taken) {
                add_sale_and_user(books, taken);
                add_gateway_ref(books, taken.gateway_ref);
            },
            [&](const domain::SuspendedPaymentDecided& event) { add_sale_and_user(books, event); },
            [&](const domain::WaitlistJoined& event) { add_sale_and_user(books, event); },
            [&](const domain::WaiterPassedOver& event) { add_sale_and_user(books, event); },
            [&](const domain::SaleClosed& closed) { add_sale(books, closed.sale_id); },
            domain::case_of<domain::AccountEvents, domain::AnswerEvents>(domain::do_nothing),
        },
        record.event);
    if (!wrong_.empty() || !written_->damage().empty()) {
        return Failure{written_->damage().empty() ? wrong_ : written_->damage()};
    }
    return std::nullopt;
}

void TouchedFromModel::add_account(domain::Books& books, std::string_view user_id) {
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

void TouchedFromModel::add_packet(domain::Books& books, domain::PacketId packet_id) {
    if (books.packets.contains(packet_id)) {
        return;
    }
    const auto row = written_->get<Packets>(packet_id);
    if (!row) {
        return; // sent since
    }
    auto sleeping = sleeping_packet(packet_id, *row, *written_);
    const auto waking = !sleeping
                            ? Waking::does_not_fit
                            : wake_further(
                                  *sleeping, row->claim_count,
                                  [&](auto claim_no) {
                                      return written_->get<Claims>({packet_id, claim_no});
                                  },
                                  [&](auto number) { return written_->get<Accounts>(number); });
    if (waking != Waking::whole) {
        wrong_ = "packet " + std::to_string(packet_id.value) + " does not fit its claims";
        return;
    }
    books.packets.emplace(packet_id, std::move(sleeping->packet));
}

void TouchedFromModel::add_campaign(domain::Books& books, domain::CampaignId campaign_id) {
    if (books.campaigns.contains(campaign_id)) {
        return;
    }
    const auto row = written_->get<Campaigns>(campaign_id);
    if (!row) {
        return; // funded since
    }
    auto sleeping = sleeping_campaign(campaign_id, *row,
                                      [&](auto sequence) { return written_->record(sequence); });
    const auto waking = !sleeping
                            ? Waking::does_not_fit
                            : wake_further(
                                  *sleeping, row->shake_count,
                                  [&](auto shake_no) {
                                      return written_->get<Shakes>({campaign_id, shake_no});
                                  },
                                  [&](auto number) { return written_->get<Accounts>(number); });
    if (waking != Waking::whole) {
        wrong_ = "campaign " + std::to_string(campaign_id.value) + " does not fit its shakes";
        return;
    }
    books.campaigns.emplace(campaign_id, std::move(sleeping->campaign));
}

void TouchedFromModel::add_sale(domain::Books& books, domain::SaleId sale_id) {
    if (books.sales.contains(sale_id)) {
        return;
    }
    const auto row = written_->get<Sales>(sale_id);
    if (!row) {
        return; // opened since
    }
    auto sleeping = sleeping_sale(sale_id, *row, *written_);
    const auto waking = !sleeping ? Waking::does_not_fit
                                  : wake_further(*sleeping, sleeping->row_count(), *written_);
    if (waking != Waking::whole) {
        wrong_ = "sale " + std::to_string(sale_id.value) + " does not fit its orders";
        return;
    }
    books.sales.emplace(sale_id, std::move(sleeping->sale));
}

void TouchedFromModel::add_place(domain::Books& books, domain::OrderId order_id) {
    if (const auto place = written_->get<OrderPlaces>(order_id)) {
        books.sale_of_order.emplace(order_id, place->sale_id);
    }
}

void TouchedFromModel::add_gateway_ref(domain::Books& books, const std::string& gateway_ref) {
    if (const auto row = written_->get<GatewayRefs>(gateway_ref)) {
        books.order_of_gateway_ref.emplace(gateway_ref, row->order_id);
    }
}

} // namespace hongbao::persistence
