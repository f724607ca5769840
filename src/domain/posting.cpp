// Role: which account each event takes its money from, and which one gets it.
#include "domain/posting.hpp"

namespace hongbao::domain {

namespace {

Posting outside() {
    return Posting{LedgerAccountKind::outside, {}, 0, 0};
}

Posting user(std::string_view user_id) {
    return Posting{LedgerAccountKind::user, user_id, 0, 0};
}

/// One account for everything that gateways paid and the operator has yet to decide about.
Posting suspended() {
    return Posting{LedgerAccountKind::suspended, {}, 0, 0};
}

template <typename Kind>
Posting escrow(EntityId<Kind> id) {
    return Posting{LedgerAccountKind::escrow, {}, id.value, 0};
}

struct PostingsOf {
    Postings operator()(const AccountOpened&) const { return {}; }
    Postings operator()(const AccountStatusChanged&) const { return {}; }
    Postings operator()(const AccountProfileChanged&) const { return {}; }
    Postings operator()(const Deposited& event) const {
        return {outside(), user(event.user_id), event.amount_fen};
    }
    Postings operator()(const Withdrawn& event) const {
        return {user(event.user_id), outside(), event.amount_fen};
    }
    Postings operator()(const Transferred& event) const {
        return {user(event.from), user(event.to), event.amount_fen};
    }
    Postings operator()(const PacketSent& event) const {
        return {user(event.sender), escrow(event.packet_id), event.total_fen};
    }
    Postings operator()(const ShareOpened& event) const {
        return {escrow(event.packet_id), user(event.user_id), event.amount_fen};
    }
    Postings operator()(const PacketClosed& event) const {
        return {escrow(event.packet_id), user(event.sender), event.refund_fen};
    }
    Postings operator()(const CampaignFunded& event) const {
        return {user(event.merchant), escrow(event.campaign_id), event.budget_fen};
    }
    Postings operator()(const ShakeDrawn& event) const {
        if (!event.is_win()) {
            return {};
        }
        return {escrow(event.campaign_id), user(event.user_id), event.amount_fen};
    }
    Postings operator()(const CampaignClosed& event) const {
        return {escrow(event.campaign_id), user(event.merchant), event.refund_fen};
    }
    Postings operator()(const SaleOpened&) const { return {}; }
    Postings operator()(const OrderReserved&) const { return {}; }
    Postings operator()(const OrderPaid& event) const {
        return {user(event.user_id), escrow(event.sale_id), event.amount_fen};
    }
    Postings operator()(const OrderCancelled&) const { return {}; }
    Postings operator()(const OrderTimedOut&) const { return {}; }
    Postings operator()(const OrderRefunded& event) const {
        return {escrow(event.sale_id), user(event.user_id), event.amount_fen};
    }
    Postings operator()(const ExternalPaymentTaken& event) const {
        if (event.is_suspended) {
            return {outside(), suspended(), event.amount_fen};
        }
        return {outside(), event.pays_order() ? escrow(event.sale_id) : user(event.user_id),
                event.amount_fen};
    }
    Postings operator()(const SuspendedPaymentDecided& event) const {
        return {suspended(), event.is_release() ? user(event.user_id) : outside(),
                event.amount_fen};
    }
    Postings operator()(const WaitlistJoined&) const { return {}; }
    Postings operator()(const WaiterPassedOver&) const { return {}; }
    Postings operator()(const WaitlistLeft&) const { return {}; }
    Postings operator()(const SaleClosed& event) const {
        if (event.payout_fen == 0) {
            return {};
        }
        return {escrow(event.sale_id), user(event.merchant), event.payout_fen};
    }
    Postings operator()(const AnswerKept&) const { return {}; }
    template <typename Event>
    Postings operator()(const Event&) const requires IsAmong<Event, AdministrationEvents>::value {
        return {};
    }
};

} // namespace

std::string Posting::account_name() const {
    switch (kind) {
    case LedgerAccountKind::outside: return "outside";
    case LedgerAccountKind::user: return "user:" + std::string(user_id);
    case LedgerAccountKind::escrow: return "escrow:" + std::to_string(escrow_id);
    case LedgerAccountKind::suspended: return "suspended";
    }
    invariant(false, "a posting is of a known kind");
    return {};
}

Postings::Postings(Posting from, Posting to, Fen amount_fen) : postings_{from, to}, size_(2) {
    invariant(amount_fen > 0, "a posting moves a positive amount");
    postings_[0].amount_fen = -amount_fen;
    postings_[1].amount_fen = amount_fen;
}

Postings postings_of(const Event& event) {
    return std::visit(PostingsOf{}, event);
}

Fen brought_in_fen(const Event& event) {
    Fen brought_in = 0;
    for (const Posting& posting : postings_of(event)) {
        brought_in -= posting.kind == LedgerAccountKind::outside ? posting.amount_fen : 0;
    }
    return brought_in;
}

} // namespace hongbao::domain
