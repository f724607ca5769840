// Role: events and decisions as one line of words, so that tables of cases read as text and a
// failure shows what was decided instead.
#pragma once

#include "domain/account/account.hpp"
#include "domain/packet/packet.hpp"
#include "domain/rejection.hpp"

#include <optional>
#include <string>
#include <variant>

namespace hongbao::testing {

struct WordsOfEvent {
    static std::string type(domain::AccountType type) {
        switch (type) {
        case domain::AccountType::personal: return "personal";
        case domain::AccountType::merchant: return "merchant";
        case domain::AccountType::system: return "system";
        }
        return "?";
    }

    std::string operator()(const domain::AccountOpened& event) const {
        return "account_opened " + event.user_id + " '" + event.username + "' '" +
               event.avatar_url + "' " + type(event.account_type);
    }
    std::string operator()(const domain::AccountStatusChanged& event) const {
        const bool frozen = event.status == domain::AccountStatus::frozen;
        return "account_status_changed " + event.user_id + (frozen ? " frozen" : " active") + " '" +
               event.reason + "'";
    }
    std::string operator()(const domain::AccountProfileChanged& event) const {
        return "account_profile_changed " + event.user_id + " '" + event.username + "' '" +
               event.avatar_url + "'";
    }
    std::string operator()(const domain::Deposited& event) const {
        return "deposited " + event.user_id + " " + std::to_string(event.amount_fen) + " '" +
               event.reference + "'";
    }
    std::string operator()(const domain::Withdrawn& event) const {
        return "withdrawn " + event.user_id + " " + std::to_string(event.amount_fen) + " '" +
               event.reference + "'";
    }
    std::string operator()(const domain::Transferred& event) const {
        return "transferred " + event.from + " " + event.to + " " +
               std::to_string(event.amount_fen) + " '" + event.memo + "'";
    }
    std::string operator()(const domain::PacketSent& event) const {
        const bool lucky = event.kind == domain::PacketKind::lucky;
        return "packet_sent " + std::to_string(event.packet_id.value) + " " + event.sender +
               (lucky ? " lucky " : " equal ") + std::to_string(event.total_fen) + "/" +
               std::to_string(event.count);
    }
    std::string operator()(const domain::ShareOpened& event) const {
        return "share_opened " + std::to_string(event.packet_id.value) + " " + event.user_id + " " +
               std::to_string(event.amount_fen);
    }
    std::string operator()(const domain::PacketClosed& event) const {
        return "packet_closed " + std::to_string(event.packet_id.value) + " " + event.sender + " " +
               std::to_string(event.refund_fen) + " of " + std::to_string(event.sent_sequence);
    }
    std::string operator()(const domain::CampaignFunded& event) const {
        return "campaign_funded " + std::to_string(event.campaign_id.value) + " " + event.merchant +
               " " + std::to_string(event.budget_fen) + " in " +
               std::to_string(event.rounds.size()) + " rounds";
    }
    std::string operator()(const domain::ShakeDrawn& event) const {
        return "shake_drawn " + std::to_string(event.campaign_id.value) + " " + event.user_id +
               " " + event.shake_key + " " + std::to_string(event.amount_fen) + " in round " +
               std::to_string(event.round);
    }
    std::string operator()(const domain::CampaignClosed& event) const {
        return "campaign_closed " + std::to_string(event.campaign_id.value) + " " + event.merchant +
               " " + std::to_string(event.refund_fen) + " of " +
               std::to_string(event.funded_sequence);
    }

    static std::string order(const auto& event) {
        return std::to_string(event.sale_id.value) + "/" + std::to_string(event.order_id.value) +
               " " + event.user_id;
    }
    static std::string outcome(domain::ExternalPaymentOutcome outcome) {
        switch (outcome) {
        case domain::ExternalPaymentOutcome::order_paid: return "order_paid";
        case domain::ExternalPaymentOutcome::too_late: return "too_late";
        case domain::ExternalPaymentOutcome::order_final: return "order_final";
        case domain::ExternalPaymentOutcome::wrong_amount: return "wrong_amount";
        case domain::ExternalPaymentOutcome::account_frozen: return "account_frozen";
        }
        return "?";
    }

    std::string operator()(const domain::SaleOpened& event) const {
        return "sale_opened " + std::to_string(event.sale_id.value) + " " + event.merchant + " " +
               std::to_string(event.stock) + " at " + std::to_string(event.price_fen);
    }
    std::string operator()(const domain::OrderReserved& event) const {
        return "order_reserved " + order(event) + " " + std::to_string(event.quantity) +
               (event.is_offer ? " offered" : "");
    }
    std::string operator()(const domain::OrderPaid& event) const {
        return "order_paid " + order(event) + " " + std::to_string(event.amount_fen);
    }
    std::string operator()(const domain::OrderCancelled& event) const {
        return "order_cancelled " + order(event);
    }
    std::string operator()(const domain::OrderTimedOut& event) const {
        return "order_timed_out " + order(event);
    }
    std::string operator()(const domain::OrderRefunded& event) const {
        return "order_refunded " + order(event) + " " + std::to_string(event.amount_fen);
    }
    std::string operator()(const domain::ExternalPaymentTaken& event) const {
        return "external_payment_taken " + order(event) + " " + event.gateway_ref + " " +
               std::to_string(event.amount_fen) + " " + outcome(event.outcome) +
               (event.is_suspended ? " suspended" : "");
    }
    std::string operator()(const domain::SuspendedPaymentDecided& event) const {
        return "suspended_payment_decided " + order(event) + " " + event.gateway_ref + " " +
               std::to_string(event.amount_fen) + (event.is_release() ? " release" : " return") +
               " '" + event.reason + "'";
    }
    std::string operator()(const domain::WaitlistJoined& event) const {
        return "waitlist_joined " + std::to_string(event.sale_id.value) + " " + event.user_id;
    }
    std::string operator()(const domain::WaitlistLeft& event) const {
        return "waitlist_left " + std::to_string(event.sale_id.value) + " " + event.user_id + " " +
               std::to_string(event.waiter_no);
    }
    std::string operator()(const domain::WaiterPassedOver& event) const {
        return "waiter_passed_over " + std::to_string(event.sale_id.value) + " " + event.user_id;
    }
    std::string operator()(const domain::SaleClosed& event) const {
        return "sale_closed " + std::to_string(event.sale_id.value) + " " + event.merchant + " " +
               std::to_string(event.payout_fen) + " of " + std::to_string(event.opened_sequence);
    }
    std::string operator()(const domain::AnswerKept& event) const {
        return "answer_kept " + std::to_string(event.status) + " " + event.body;
    }

    std::string operator()(const domain::AccessKeyCreated& event) const {
        return "access_key_created " + event.key_id + " " +
               std::string(domain::word_of(event.scope)) +
               (event.account.empty() ? "" : " of " + event.account) + " until " +
               std::to_string(event.expires_at);
    }
    std::string operator()(const domain::AccessKeyRotated& event) const {
        return "access_key_rotated " + event.key_id + ", before until " +
               std::to_string(event.previous_until) + ", until " + std::to_string(event.expires_at);
    }
    std::string operator()(const domain::AccessKeyRevoked& event) const {
        return "access_key_revoked " + event.key_id;
    }
    std::string operator()(const domain::SwitchChanged& event) const {
        return "switch_changed " + std::string(domain::word_of(event.which)) +
               (event.is_on ? " on" : " off") + " " + std::to_string(event.retry_after_s);
    }
    std::string operator()(const domain::ClockAdvanced& event) const {
        return "clock_advanced to " + std::to_string(event.to);
    }
    std::string operator()(const domain::TokenSecretRotated& event) const {
        return "token_secret_rotated, before until " + std::to_string(event.previous_until);
    }
    std::string operator()(const domain::InvitationCreated& event) const {
        return "invitation_created " + event.invitation_id + " for " +
               std::to_string(event.guests_max) + " until " + std::to_string(event.expires_at);
    }
    std::string operator()(const domain::InvitationRevoked& event) const {
        return "invitation_revoked " + event.invitation_id;
    }
    std::string operator()(const domain::InvitationAccepted& event) const {
        return "invitation_accepted " + event.invitation_id + " by " + event.user_id;
    }
    std::string operator()(const domain::WebhookChanged& event) const {
        return "webhook_changed " + event.webhook_id + " to " + event.url + ", status " +
               std::to_string(static_cast<int>(event.status)) + ", delivered " +
               std::to_string(event.delivered);
    }
};

inline std::string words_of(const domain::Event& event) {
    return std::visit(WordsOfEvent{}, event);
}

inline std::string words_of(const domain::AccountDecision& decision) {
    if (const auto* rejection = std::get_if<domain::Rejection>(&decision)) {
        return std::string(domain::code_of(*rejection));
    }
    const auto* event = std::get_if<domain::Event>(&decision);
    return event == nullptr ? "nothing_to_do" : words_of(*event);
}

inline std::string words_of(const domain::OpenDecision& decision) {
    if (const auto* rejection = std::get_if<domain::Rejection>(&decision)) {
        return std::string(domain::code_of(*rejection));
    }
    if (const auto* repeated = std::get_if<domain::RepeatedClaim>(&decision)) {
        return "repeat " + std::to_string(repeated->claim.amount_fen) + " at " +
               std::to_string(repeated->claim.opened_at);
    }
    return words_of(domain::Event{std::get<domain::ShareOpened>(decision)});
}

inline std::string words_of(const std::optional<domain::Rejection>& rejection) {
    return rejection ? std::string(domain::code_of(*rejection)) : "openable";
}

inline std::string words_of(const std::optional<domain::PacketClosed>& closed) {
    return closed ? words_of(domain::Event{*closed}) : "not_to_be_closed";
}

} // namespace hongbao::testing
