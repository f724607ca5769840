// Role: the fold over records, with the questions that make a damaged journal show.
#include "domain/books/books.hpp"

#include "domain/books/check_sale.hpp"
#include "domain/packet/split.hpp"
#include "domain/posting.hpp"

#include <optional>

namespace hongbao::domain {

namespace {

using Complaint = std::string;

/// One overload per event: what must be true of the books before it.
struct Check {
    const Books& books;
    InstantMs at;

    const Account* account(std::string_view user_id) const {
        const auto found = books.accounts.find(user_id);
        return found == books.accounts.end() ? nullptr : &found->second;
    }
    const Packet* packet(PacketId packet_id) const {
        const auto found = books.packets.find(packet_id);
        return found == books.packets.end() ? nullptr : &found->second;
    }
    const Campaign* campaign(CampaignId campaign_id) const {
        const auto found = books.campaigns.find(campaign_id);
        return found == books.campaigns.end() ? nullptr : &found->second;
    }
    Complaint needs_account(const UserId& user_id) const {
        return account(user_id) == nullptr ? "account " + user_id + " was never opened" : "";
    }
    Complaint needs_merchant(const UserId& user_id) const {
        const Account* const found = account(user_id);
        return found != nullptr && found->profile.type != AccountType::merchant
                   ? "account " + user_id + " is no merchant's"
                   : needs_account(user_id);
    }
    Complaint needs_debit(const UserId& user_id, Fen amount_fen) const {
        if (auto complaint = needs_account(user_id); !complaint.empty()) {
            return complaint;
        }
        if (amount_fen <= 0) {
            return "the amount is not positive";
        }
        return account(user_id)->standing.balance_fen < amount_fen
                   ? "account " + user_id + " does not hold " + std::to_string(amount_fen) + " fen"
                   : "";
    }
    Complaint needs_credit(const UserId& user_id, Fen amount_fen) const {
        return amount_fen <= 0 ? "the amount is not positive" : needs_account(user_id);
    }

    /// Before the record is applied, which cannot fail.
    Complaint needs_room_for_credits(const Event& event) const {
        for (const Posting& posting : postings_of(event)) {
            Fen balance_fen = 0;
            if (posting.kind == LedgerAccountKind::user && posting.amount_fen > 0 &&
                __builtin_add_overflow(account(posting.user_id)->standing.balance_fen,
                                       posting.amount_fen, &balance_fen)) {
                return "account " + std::string(posting.user_id) + " cannot hold " +
                       std::to_string(posting.amount_fen) + " fen more";
            }
        }
        return "";
    }

    Complaint operator()(const AccountOpened& event) const {
        return account(event.user_id) != nullptr ? "account " + event.user_id + " is open already"
                                                 : "";
    }
    Complaint operator()(const AccountStatusChanged& event) const {
        return needs_account(event.user_id);
    }
    Complaint operator()(const Deposited& event) const {
        return needs_credit(event.user_id, event.amount_fen);
    }
    Complaint operator()(const Withdrawn& event) const {
        return needs_debit(event.user_id, event.amount_fen);
    }
    Complaint operator()(const Transferred& event) const {
        auto complaint = needs_debit(event.from, event.amount_fen);
        return complaint.empty() ? needs_account(event.to) : complaint;
    }
    Complaint operator()(const PacketSent& event) const {
        if (packet(event.packet_id) != nullptr) {
            return "packet " + std::to_string(event.packet_id.value) + " was sent already";
        }
        if (event.count < 1 || event.total_fen < event.count) {
            return "the packet has less than a fen for each share";
        }
        if (!can_be_split(event)) {
            return "the packet cannot be split the way that it names";
        }
        return needs_debit(event.sender, event.total_fen);
    }
    Complaint operator()(const ShareOpened& event) const {
        const Packet* found = packet(event.packet_id);
        if (found == nullptr) {
            return "packet " + std::to_string(event.packet_id.value) + " was never sent";
        }
        if (found->closed_at || found->exhausted()) {
            return "the packet has no share left";
        }
        if (found->claims.contains(event.user_id)) {
            return "user " + event.user_id + " has a share of this packet already";
        }
        const Fen left_fen = found->remaining_fen;
        const std::int64_t rest_count = found->remaining_count - 1;
        if (event.amount_fen < 1 || event.amount_fen > left_fen - rest_count ||
            (rest_count == 0 && event.amount_fen != left_fen)) {
            return "the share does not fit what is left of the packet";
        }
        if (found->terms.is_split_up_front() &&
            event.amount_fen != next_share_up_front(*found, books.sha256)) {
            return "the share is not the next that follows from the packet's seed";
        }
        return needs_account(event.user_id);
    }
    Complaint operator()(const PacketClosed& event) const {
        const Packet* found = packet(event.packet_id);
        if (found == nullptr) {
            return "packet " + std::to_string(event.packet_id.value) + " was never sent";
        }
        if (found->closed_at || found->exhausted()) {
            return "the packet is over already";
        }
        if (event.refund_fen != found->remaining_fen || event.sender != found->terms.sender ||
            event.sent_sequence != found->sent_sequence) {
            return "the refund is not what is left of the send it names";
        }
        return needs_account(event.sender);
    }
    Complaint operator()(const CampaignFunded& event) const {
        if (campaign(event.campaign_id) != nullptr) {
            return "campaign " + std::to_string(event.campaign_id.value) + " was funded already";
        }
        if (auto complaint = needs_merchant(event.merchant); !complaint.empty()) {
            return complaint;
        }
        const FundCampaign asked{event.campaign_id, event.merchant,      event.name,
                                 event.budget_fen,  event.wins_per_user, event.rounds};
        if (refuse_rounds(asked, at)) {
            return "the campaign's rounds cannot be held";
        }
        return needs_debit(event.merchant, event.budget_fen);
    }
    Complaint operator()(const ShakeDrawn& event) const {
        const Campaign* found = campaign(event.campaign_id);
        if (found == nullptr) {
            return "campaign " + std::to_string(event.campaign_id.value) + " was never funded";
        }
        if (found->closed_at) {
            return "the campaign is over already";
        }
        if (event.round < 1 || event.round != round_at(found->terms, at)) {
            return "the round it names does not run at its time";
        }
        if (found->shakes.find(event.user_id, event.request_id) != nullptr) {
            return "user " + event.user_id + " has a result for this request already";
        }
        if (event.is_win()) {
            if (auto complaint = needs_prize(*found, event); !complaint.empty()) {
                return complaint;
            }
        }
        return event.amount_fen < 0 ? "the prize is negative" : needs_account(event.user_id);
    }
    Complaint needs_prize(const Campaign& found, const ShakeDrawn& event) const {
        const CampaignRound& round = found.terms.rounds[static_cast<std::size_t>(event.round - 1)];
        if (event.amount_fen < round.share_fen_min || event.amount_fen > round.share_fen_max) {
            return "the prize is not one of its round";
        }
        if (event.amount_fen > found.remaining_fen) {
            return "the prize is more than is left of the budget";
        }
        const ShakerCounts counts = found.shakes.counts_of(event.user_id, event.round);
        return counts.wins >= found.terms.wins_per_user ||
                       counts.wins_in_round >= round.wins_per_user
                   ? "user " + event.user_id + " has won as often as the terms allow"
                   : "";
    }
    Complaint operator()(const CampaignClosed& event) const {
        const Campaign* found = campaign(event.campaign_id);
        if (found == nullptr) {
            return "campaign " + std::to_string(event.campaign_id.value) + " was never funded";
        }
        if (found->closed_at || found->remaining_fen == 0) {
            return "the campaign is over already";
        }
        if (!is_expired(at, ends_at(found->terms))) {
            return "the campaign's last round is not over";
        }
        if (event.refund_fen != found->remaining_fen || event.merchant != found->terms.merchant ||
            event.funded_sequence != found->funded_sequence) {
            return "the refund is not what is left of the budget it names";
        }
        return needs_account(event.merchant);
    }
    Complaint operator()(const SaleOpened& event) const {
        auto complaint = needs_merchant(event.merchant);
        return complaint.empty() ? what_is_wrong_in_sale(books, event, at) : complaint;
    }
    Complaint operator()(const OrderReserved& event) const {
        auto complaint = needs_account(event.user_id);
        return complaint.empty() ? what_is_wrong_in_sale(books, event, at) : complaint;
    }
    Complaint operator()(const OrderPaid& event) const {
        auto complaint = what_is_wrong_in_sale(books, event, at);
        return complaint.empty() ? needs_debit(event.user_id, event.amount_fen) : complaint;
    }
    Complaint operator()(const OrderCancelled& event) const {
        return what_is_wrong_in_sale(books, event, at);
    }
    Complaint operator()(const OrderTimedOut& event) const {
        return what_is_wrong_in_sale(books, event, at);
    }
    Complaint operator()(const OrderRefunded& event) const {
        return what_is_wrong_in_sale(books, event, at);
    }
    Complaint operator()(const ExternalPaymentTaken& event) const {
        auto complaint = what_is_wrong_in_sale(books, event, at);
        return complaint.empty() ? needs_credit(event.user_id, event.amount_fen) : complaint;
    }
    Complaint operator()(const WaitlistJoined& event) const {
        auto complaint = needs_account(event.user_id);
        return complaint.empty() ? what_is_wrong_in_sale(books, event, at) : complaint;
    }
    Complaint operator()(const WaiterPassedOver& event) const {
        return what_is_wrong_in_sale(books, event, at);
    }
    Complaint operator()(const SaleClosed& event) const {
        return what_is_wrong_in_sale(books, event, at);
    }
    Complaint operator()(const AnswerKept&) const { return {}; }
    Complaint operator()(const SuspendedPaymentDecided& event) const {
        auto complaint = what_is_wrong_in_sale(books, event, at);
        return complaint.empty() ? needs_credit(event.user_id, event.amount_fen) : complaint;
    }
};

struct Fold {
    Books& books;
    const Record& record;

    void operator()(const AccountOpened& event) const {
        books.accounts.emplace(event.user_id, opened_account(event, record.at));
    }
    void operator()(const AccountStatusChanged& event) const { touch(event.user_id); }
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
    void operator()(const AnswerKept&) const {}

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
        apply(books.accounts.at(user_id).standing, user_id, record.event, record.at);
    }
};

} // namespace

std::string what_is_wrong_with(const Books& books, const Record& record) {
    if (record.sequence != books.last_sequence + 1) {
        return "it should be record " + std::to_string(books.last_sequence + 1);
    }
    const Check check{books, record.at};
    auto complaint = std::visit(check, record.event);
    return complaint.empty() ? check.needs_room_for_credits(record.event) : complaint;
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
