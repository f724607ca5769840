// Role: for each event that moves money, its type, the other side and its memo.
#include "persistence/read_model/account/movement_words.hpp"

#include "domain/posting.hpp"
#include "domain/values/invariant.hpp"
#include "domain/values/overloaded.hpp"

#include <string_view>
#include <utility>

namespace hongbao::persistence {

namespace {

using domain::Record;

constexpr std::string_view outside = "outside";

void name_packet(const Record& record, Entry& entry) {
    const auto name = [&entry](domain::PacketId packet_id) {
        entry.packet_id = packet_id;
        entry.counterparty = "packet:" + std::to_string(packet_id.value);
    };
    if (const auto* sent = std::get_if<domain::PacketSent>(&record.event)) {
        name(sent->packet_id);
        entry.memo = sent->blessing;
    } else if (const auto* share = std::get_if<domain::ShareOpened>(&record.event)) {
        name(share->packet_id);
    } else if (const auto* closed = std::get_if<domain::PacketClosed>(&record.event)) {
        name(closed->packet_id);
    }
}

void name_campaign(const Record& record, Entry& entry) {
    const auto name = [&entry](domain::CampaignId campaign_id) {
        entry.campaign_id = campaign_id;
        entry.counterparty = "campaign:" + std::to_string(campaign_id.value);
    };
    if (const auto* funded = std::get_if<domain::CampaignFunded>(&record.event)) {
        name(funded->campaign_id);
        entry.memo = funded->name;
    } else if (const auto* drawn = std::get_if<domain::ShakeDrawn>(&record.event)) {
        name(drawn->campaign_id);
    } else if (const auto* closed = std::get_if<domain::CampaignClosed>(&record.event)) {
        name(closed->campaign_id);
    }
}

/// The buyer's lines are about an order, the merchant's about all.
void name_sale(const Record& record, Entry& entry) {
    const auto name_order = [&entry](domain::SaleId sale_id, domain::OrderId order_id) {
        entry.sale_id = sale_id;
        entry.order_id = order_id;
        entry.counterparty = "order:" + std::to_string(order_id.value);
    };
    if (const auto* paid = std::get_if<domain::OrderPaid>(&record.event)) {
        name_order(paid->sale_id, paid->order_id);
    } else if (const auto* refunded = std::get_if<domain::OrderRefunded>(&record.event)) {
        name_order(refunded->sale_id, refunded->order_id);
    } else if (const auto* taken = std::get_if<domain::ExternalPaymentTaken>(&record.event)) {
        name_order(taken->sale_id, taken->order_id);
        entry.memo = taken->gateway_ref;
    } else if (const auto* decided = std::get_if<domain::SuspendedPaymentDecided>(&record.event)) {
        name_order(decided->sale_id, decided->order_id);
        entry.memo = decided->gateway_ref;
    } else if (const auto* closed = std::get_if<domain::SaleClosed>(&record.event)) {
        entry.sale_id = closed->sale_id;
        entry.counterparty = "sale:" + std::to_string(closed->sale_id.value);
    }
}

/// Between the outside and accounts, or two accounts.
void name_movement(const Record& record, Entry& entry) {
    if (const auto* deposited = std::get_if<domain::Deposited>(&record.event)) {
        entry.counterparty = outside;
        entry.memo = deposited->reference;
    } else if (const auto* withdrawn = std::get_if<domain::Withdrawn>(&record.event)) {
        entry.counterparty = outside;
        entry.memo = withdrawn->reference;
    } else if (const auto* moved = std::get_if<domain::Transferred>(&record.event)) {
        entry.memo = moved->memo;
    }
}

} // namespace

EntryType entry_type_of(const domain::Event& event) {
    return std::visit(
        domain::Overloaded{
            [](const domain::Deposited&) { return EntryType::deposit; },
            [](const domain::Withdrawn&) { return EntryType::withdrawal; },
            [](const domain::Transferred&) { return EntryType::transfer; },
            [](const domain::PacketSent&) { return EntryType::packet_send; },
            [](const domain::ShareOpened&) { return EntryType::share_open; },
            [](const domain::PacketClosed&) { return EntryType::refund; },
            [](const domain::CampaignFunded&) { return EntryType::campaign_fund; },
            [](const domain::ShakeDrawn&) { return EntryType::shake_win; },
            [](const domain::CampaignClosed&) { return EntryType::refund; },
            [](const domain::OrderPaid&) { return EntryType::order_payment; },
            [](const domain::OrderRefunded&) { return EntryType::refund; },
            domain::case_of<domain::ExternalPaymentTaken, domain::SuspendedPaymentDecided>(
                [](const auto&) { return EntryType::external_payment; }),
            [](const domain::SaleClosed&) { return EntryType::sale_payout; },
            domain::case_of<domain::AccountOpened, domain::AccountStatusChanged,
                            domain::AccountProfileChanged, domain::SaleOpened,
                            domain::OrderReserved, domain::OrderCancelled, domain::OrderTimedOut,
                            domain::WaitlistJoined, domain::WaiterPassedOver, domain::WaitlistLeft,
                            domain::AnswerKept, domain::AdministrationEvents>([](const auto&) {
                domain::invariant(false, "an event with postings has a type of entry");
                return EntryType::deposit;
            }),
        },
        event);
}

Entry words_of_movement(const Record& record) {
    Entry entry;
    entry.sequence = record.sequence;
    entry.at = record.at;
    name_movement(record, entry);
    name_packet(record, entry);
    name_campaign(record, entry);
    name_sale(record, entry);
    return entry;
}

Trade trade_of(const Record& record) {
    Entry words = words_of_movement(record);
    Trade trade;
    trade.sequence = record.sequence;
    trade.type = entry_type_of(record.event);
    trade.at = record.at;
    trade.memo = std::move(words.memo);
    trade.packet_id = words.packet_id;
    trade.campaign_id = words.campaign_id;
    trade.order_id = words.order_id;
    trade.sale_id = words.sale_id;
    const auto postings = domain::postings_of(record.event);
    domain::invariant(postings.size() == 2, "a movement has two sides");
    for (const domain::Posting& posting : postings) {
        std::string& side = posting.amount_fen < 0 ? trade.from : trade.to;
        switch (posting.kind) {
        case domain::LedgerAccountKind::outside: side = outside; break;
        case domain::LedgerAccountKind::user: side = posting.user_id; break;
        case domain::LedgerAccountKind::escrow: side = words.counterparty; break;
        case domain::LedgerAccountKind::suspended: side = "suspended"; break;
        }
        if (posting.amount_fen > 0) {
            trade.amount_fen = posting.amount_fen;
        }
    }
    return trade;
}

} // namespace hongbao::persistence
