// Role: the fold over records. check_* asks beforehand whether a record follows from the books.
#include "domain/books/books.hpp"

#include "domain/books/check_account.hpp"
#include "domain/books/check_administration.hpp"
#include "domain/books/check_campaign.hpp"
#include "domain/books/check_packet.hpp"
#include "domain/books/check_sale.hpp"

#include <algorithm>

namespace hongbao::domain {

namespace {

Complaint what_is_wrong(const Books&, const AnswerKept&, InstantMs) {
    return "";
}

struct Fold {
    Books& books;
    const Record& record;

    void operator()(const AccountOpened& event) const {
        books.accounts.emplace(event.user_id, opened_account(event, record.at));
    }
    void operator()(const AccountStatusChanged& event) const { touch(event.user_id); }
    void operator()(const AccountProfileChanged& event) const { touch(event.user_id); }
    void operator()(const Deposited& event) const {
        books.deposited_fen += event.amount_fen;
        touch(event.user_id);
    }
    void operator()(const Withdrawn& event) const {
        books.withdrawn_fen += event.amount_fen;
        touch(event.user_id);
    }
    void operator()(const Transferred& event) const {
        touch(event.from);
        touch(event.to);
    }
    void operator()(const PacketSent& event) const {
        touch(event.sender);
        books.packets.emplace(event.packet_id, sent_packet(event, record.sequence, record.at));
        books.largest_id = std::max(books.largest_id, event.packet_id.value);
    }
    void operator()(const ShareOpened& event) const {
        apply(books.packets.at(event.packet_id), event, record.at);
        touch(event.user_id);
    }
    void operator()(const PacketClosed& event) const {
        apply(books.packets.at(event.packet_id), event, record.at);
        touch(event.sender);
    }
    void operator()(const CampaignFunded& event) const {
        touch(event.merchant);
        books.campaigns.emplace(event.campaign_id,
                                funded_campaign(event, record.sequence, record.at));
        books.largest_id = std::max(books.largest_id, event.campaign_id.value);
    }
    void operator()(const ShakeDrawn& event) const {
        apply(books.campaigns.at(event.campaign_id), event, record.at);
        if (event.is_win()) {
            touch(event.user_id);
        }
    }
    void operator()(const CampaignClosed& event) const {
        apply(books.campaigns.at(event.campaign_id), event, record.at);
        touch(event.merchant);
    }
    void operator()(const SaleOpened& event) const {
        books.sales.emplace(event.sale_id, opened_sale(event, record.sequence, record.at));
        books.largest_id = std::max(books.largest_id, event.sale_id.value);
    }
    void operator()(const OrderReserved& event) const {
        apply(books.sales.at(event.sale_id), event, record.at);
        books.sale_of_order.emplace(event.order_id, event.sale_id);
        books.largest_id = std::max(books.largest_id, event.order_id.value);
    }
    void operator()(const ExternalPaymentTaken& event) const {
        books.deposited_fen += event.amount_fen;
        books.order_of_gateway_ref.emplace(event.gateway_ref, event.order_id);
        apply(books.sales.at(event.sale_id), event, record.at);
        if (!event.pays_order() && !event.is_suspended) {
            touch(event.user_id);
        }
    }
    void operator()(const SuspendedPaymentDecided& event) const {
        apply(books.sales.at(event.sale_id), event, record.at);
        if (event.is_release()) {
            touch(event.user_id);
        } else {
            books.withdrawn_fen += event.amount_fen;
        }
    }
    void operator()(const SaleClosed& event) const {
        apply(books.sales.at(event.sale_id), event, record.at);
        if (event.payout_fen > 0) {
            touch(event.merchant);
        }
    }
    void operator()(const OrderPaid& event) const { apply_and_touch(event); }
    void operator()(const OrderRefunded& event) const { apply_and_touch(event); }
    void operator()(const OrderCancelled& event) const { apply_to_sale(event); }
    void operator()(const OrderTimedOut& event) const { apply_to_sale(event); }
    void operator()(const WaitlistJoined& event) const { apply_to_sale(event); }
    void operator()(const WaiterPassedOver& event) const { apply_to_sale(event); }
    void operator()(const WaitlistLeft& event) const { apply_to_sale(event); }
    void operator()(const AnswerKept&) const {}
    template <typename Event>
    void operator()(const Event& event) const requires IsAmong<Event, AdministrationEvents>::value {
        apply(books.administration, AdministrationEvent(event), record.at, record.operation.get());
    }

    template <typename SaleEvent>
    void apply_to_sale(const SaleEvent& event) const {
        apply(books.sales.at(event.sale_id), event, record.at);
    }
    template <typename SaleEvent>
    void apply_and_touch(const SaleEvent& event) const {
        apply(books.sales.at(event.sale_id), event, record.at);
        touch(event.user_id);
    }
    void touch(const UserId& user_id) const {
        apply(books.accounts.at(user_id), record.event, record.at);
    }
};

} // namespace

std::string what_is_wrong_with(const Books& books, const Record& record) {
    if (record.sequence != books.last_sequence + 1) {
        return "it should be record " + std::to_string(books.last_sequence + 1);
    }
    auto complaint = std::visit(
        [&](const auto& event) { return what_is_wrong(books, event, record.at); }, record.event);
    return complaint.empty() ? needs_room_for_credits(books, record.event) : complaint;
}

void apply(Books& books, const Record& record) {
    std::visit(Fold{books, record}, record.event);
    books.last_sequence = record.sequence;
}

MoneyHeld money_held(const Books& books) {
    MoneyHeld held;
    for (const auto& [user_id, account] : books.accounts) {
        held.accounts_fen += account.standing.balance_fen;
    }
    for (const auto& [packet_id, packet] : books.packets) {
        const Fen in_escrow_fen = packet.closed_at ? 0 : packet.remaining_fen;
        held.escrow_fen += in_escrow_fen;
    }
    for (const auto& [campaign_id, campaign] : books.campaigns) {
        held.escrow_fen += campaign.remaining_fen;
    }
    for (const auto& [sale_id, sale] : books.sales) {
        held.escrow_fen += sale.escrow_fen();
        held.suspended_fen += sale.orders.suspended_fen();
    }
    return held;
}

} // namespace hongbao::domain
