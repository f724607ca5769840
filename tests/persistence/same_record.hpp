// Role: compares records by every field, without the code under test.
#pragma once

#include "domain/record.hpp"

#include <array>
#include <tuple>
#include <vector>

namespace hongbao::testing {

struct FieldsOf {
    auto operator()(const domain::AccountOpened& e) const {
        return std::tie(e.user_id, e.username, e.avatar_url, e.account_type);
    }
    auto operator()(const domain::AccountStatusChanged& e) const {
        return std::tie(e.user_id, e.status, e.reason);
    }
    auto operator()(const domain::AccountProfileChanged& e) const {
        return std::tie(e.user_id, e.username, e.avatar_url);
    }
    auto operator()(const domain::Deposited& e) const {
        return std::tie(e.user_id, e.amount_fen, e.reference);
    }
    auto operator()(const domain::Withdrawn& e) const {
        return std::tie(e.user_id, e.amount_fen, e.reference);
    }
    auto operator()(const domain::Transferred& e) const {
        return std::tie(e.from, e.to, e.amount_fen, e.memo);
    }
    auto operator()(const domain::PacketSent& e) const {
        return std::tie(e.packet_id, e.sender, e.kind, e.total_fen, e.count, e.blessing,
                        e.recipients, e.passphrase_digest, e.sender_may_open, e.share_fen_max,
                        e.expires_at, e.split_algorithm, e.seed, e.cover);
    }
    auto operator()(const domain::ShareOpened& e) const {
        return std::tie(e.packet_id, e.user_id, e.amount_fen);
    }
    auto operator()(const domain::PacketClosed& e) const {
        return std::tie(e.packet_id, e.sender, e.refund_fen, e.sent_sequence);
    }
    auto operator()(const domain::CampaignFunded& e) const {
        std::vector<std::array<std::int64_t, 6>> rounds;
        for (const domain::CampaignRound& r : e.rounds) {
            rounds.push_back({r.starts_at, r.ends_at, r.win_permille, r.share_fen_min,
                              r.share_fen_max, r.wins_per_user});
        }
        return std::make_tuple(e.campaign_id, e.merchant, e.name, e.budget_fen, e.wins_per_user,
                               rounds, e.picture, e.text);
    }
    auto operator()(const domain::ShakeDrawn& e) const {
        return std::tie(e.campaign_id, e.user_id, e.shake_key, e.round, e.amount_fen);
    }
    auto operator()(const domain::CampaignClosed& e) const {
        return std::tie(e.campaign_id, e.merchant, e.refund_fen, e.funded_sequence);
    }
    auto operator()(const domain::SaleOpened& e) const {
        return std::tie(e.sale_id, e.merchant, e.title, e.price_fen, e.stock, e.starts_at,
                        e.ends_at, e.per_user_limit, e.payment_window_s, e.refund_period_s,
                        e.group);
    }
    auto operator()(const domain::OrderReserved& e) const {
        return std::tie(e.sale_id, e.order_id, e.user_id, e.quantity, e.pay_by, e.is_offer);
    }
    auto operator()(const domain::OrderPaid& e) const {
        return std::tie(e.sale_id, e.order_id, e.user_id, e.quantity, e.amount_fen, e.reserved_at,
                        e.pay_by);
    }
    auto operator()(const domain::OrderCancelled& e) const {
        return std::tie(e.sale_id, e.order_id, e.user_id);
    }
    auto operator()(const domain::OrderTimedOut& e) const {
        return std::tie(e.sale_id, e.order_id, e.user_id);
    }
    auto operator()(const domain::OrderRefunded& e) const {
        return std::tie(e.sale_id, e.order_id, e.user_id, e.amount_fen);
    }
    auto operator()(const domain::ExternalPaymentTaken& e) const {
        return std::tie(e.sale_id, e.order_id, e.user_id, e.gateway_ref, e.amount_fen, e.outcome,
                        e.is_suspended);
    }
    auto operator()(const domain::SuspendedPaymentDecided& e) const {
        return std::tie(e.sale_id, e.order_id, e.user_id, e.gateway_ref, e.amount_fen, e.decision,
                        e.reason);
    }
    auto operator()(const domain::WaitlistJoined& e) const {
        return std::tie(e.sale_id, e.user_id, e.position);
    }
    auto operator()(const domain::WaitlistLeft& e) const {
        return std::tie(e.sale_id, e.user_id, e.waiter_no);
    }
    auto operator()(const domain::WaiterPassedOver& e) const {
        return std::tie(e.sale_id, e.user_id);
    }
    auto operator()(const domain::SaleClosed& e) const {
        return std::tie(e.sale_id, e.merchant, e.payout_fen, e.opened_sequence);
    }
    auto operator()(const domain::AnswerKept& e) const { return std::tie(e.status, e.body); }
    auto operator()(const domain::AccessKeyCreated& e) const {
        return std::tie(e.key_id, e.name, e.scope, e.account, e.secret_hash, e.expires_at,
                        e.address_ranges);
    }
    auto operator()(const domain::AccessKeyRotated& e) const {
        return std::tie(e.key_id, e.secret_hash, e.previous_until, e.expires_at);
    }
    auto operator()(const domain::AccessKeyRevoked& e) const { return std::tie(e.key_id); }
    auto operator()(const domain::SwitchChanged& e) const {
        return std::tie(e.which, e.is_on, e.retry_after_s);
    }
    auto operator()(const domain::ClockAdvanced& e) const { return std::tie(e.to); }
    auto operator()(const domain::TokenSecretRotated& e) const {
        return std::tie(e.previous_until);
    }
    auto operator()(const domain::InvitationCreated& e) const {
        return std::tie(e.invitation_id, e.secret_hash, e.campaign_id, e.guests_max, e.expires_at,
                        e.address_ranges);
    }
    auto operator()(const domain::InvitationRevoked& e) const { return std::tie(e.invitation_id); }
    auto operator()(const domain::InvitationAccepted& e) const {
        return std::tie(e.invitation_id, e.user_id);
    }
    auto operator()(const domain::WebhookChanged& e) const {
        return std::tie(e.webhook_id, e.url, e.types, e.status, e.pause_reason, e.secret_version,
                        e.previous_until, e.delivered);
    }
};

inline bool same_tag(const std::optional<domain::IdempotencyTag>& left,
                     const std::optional<domain::IdempotencyTag>& right) {
    if (!left || !right) {
        return left.has_value() == right.has_value();
    }
    return left->key == right->key && left->fingerprint == right->fingerprint;
}

inline bool same_operation(const std::shared_ptr<const domain::Operation>& left,
                           const std::shared_ptr<const domain::Operation>& right) {
    if (!left || !right) {
        return left == right;
    }
    return left->principal == right->principal && left->request_id == right->request_id &&
           left->reason == right->reason;
}

inline bool same_record(const domain::Record& left, const domain::Record& right) {
    if (left.sequence != right.sequence || left.at != right.at ||
        left.event.index() != right.event.index() ||
        !same_tag(left.idempotency, right.idempotency) ||
        !same_operation(left.operation, right.operation)) {
        return false;
    }
    return std::visit(
        [&right](const auto& event) {
            using Event = std::decay_t<decltype(event)>;
            return FieldsOf{}(event) == FieldsOf{}(std::get<Event>(right.event));
        },
        left.event);
}

inline bool same_records(const std::vector<domain::Record>& left,
                         const std::vector<domain::Record>& right) {
    if (left.size() != right.size()) {
        return false;
    }
    for (std::size_t i = 0; i < left.size(); ++i) {
        if (!same_record(left[i], right[i])) {
            return false;
        }
    }
    return true;
}

} // namespace hongbao::testing
