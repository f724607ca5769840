// Role: the checks of records about keys, switches and invitations, which only a damaged journal
// fails.
#include "domain/books/check_administration.hpp"

namespace hongbao::domain {

namespace {

const AccessKey* key_of(const Books& books, const AccessId& id, Complaint& complaint) {
    const auto& keys = books.administration.access.keys;
    const auto found = keys.find(id);
    if (found == keys.end()) {
        complaint = "key " + id + " was never created, or is forgotten";
        return nullptr;
    }
    if (found->second.revoked_at != 0) {
        complaint = "key " + id + " is revoked already";
        return nullptr;
    }
    return &found->second;
}

const Invitation* invitation_of(const Books& books, const AccessId& id, Complaint& complaint) {
    const auto& invitations = books.administration.invitations;
    const auto found = invitations.find(id);
    if (found == invitations.end()) {
        complaint = "invitation " + id + " was never created, or is forgotten";
        return nullptr;
    }
    if (found->second.revoked_at != 0) {
        complaint = "invitation " + id + " is revoked already";
        return nullptr;
    }
    return &found->second;
}

/// It would be refused if it was asked for.
bool is_refused(const Books& books, AdministrationCommand&& command, InstantMs at) {
    return std::holds_alternative<Rejection>(decide(books.administration, command, at));
}

} // namespace

Complaint what_is_wrong(const Books& books, const AccessKeyCreated& event, InstantMs at) {
    if (books.administration.access.keys.contains(event.key_id)) {
        return "key " + event.key_id + " was created already";
    }
    return is_refused(books, CreateAccessKey{event}, at)
               ? "key " + event.key_id + " is of a kind that nobody can have, or one too many"
               : "";
}

Complaint what_is_wrong(const Books& books, const AccessKeyRotated& event, InstantMs at) {
    Complaint complaint;
    const AccessKey* const key = key_of(books, event.key_id, complaint);
    if (key == nullptr) {
        return complaint;
    }
    if (key->has_ended(at)) {
        return "key " + event.key_id + " has expired";
    }
    return event.previous_until > at + key_overlap_s_max * ms_per_s ||
                   (key->made.expires_at != 0 && event.previous_until > key->made.expires_at)
               ? "the secret before of key " + event.key_id + " is valid for too long"
               : "";
}

Complaint what_is_wrong(const Books& books, const AccessKeyRevoked& event, InstantMs) {
    Complaint complaint;
    key_of(books, event.key_id, complaint);
    return complaint;
}

Complaint what_is_wrong(const Books& books, const SwitchChanged& event, InstantMs) {
    const SwitchState& state = books.administration.access.switch_state(event.which);
    return state.is_on == event.is_on && state.retry_after_s == event.retry_after_s
               ? "switch " + std::string(word_of(event.which)) + " is like that already"
               : "";
}

Complaint what_is_wrong(const Books&, const ClockAdvanced& event, InstantMs at) {
    return event.to != at ? "the clock was moved to another time than the record's" : "";
}

Complaint what_is_wrong(const Books&, const TokenSecretRotated&, InstantMs) {
    return "";
}

Complaint what_is_wrong(const Books& books, const InvitationCreated& event, InstantMs at) {
    if (books.administration.invitations.contains(event.invitation_id)) {
        return "invitation " + event.invitation_id + " was created already";
    }
    return is_refused(books, CreateInvitation{event}, at)
               ? "the terms of invitation " + event.invitation_id +
                     " are not allowed, or it is one too many"
               : "";
}

Complaint what_is_wrong(const Books& books, const InvitationRevoked& event, InstantMs) {
    Complaint complaint;
    invitation_of(books, event.invitation_id, complaint);
    return complaint;
}

Complaint what_is_wrong(const Books& books, const InvitationAccepted& event, InstantMs at) {
    Complaint complaint;
    const Invitation* const invitation = invitation_of(books, event.invitation_id, complaint);
    if (invitation == nullptr) {
        return complaint;
    }
    if (invitation->is_over(at)) {
        return "the time of invitation " + event.invitation_id + " has passed";
    }
    return invitation->is_full() ? "invitation " + event.invitation_id + " has no place left" : "";
}

Complaint what_is_wrong(const Books& books, const WebhookChanged& event, InstantMs) {
    const auto& webhooks = books.administration.webhooks;
    const auto found = webhooks.find(event.webhook_id);
    if (found == webhooks.end()) {
        return event.status == WebhookStatus::removed || webhooks.size() >= webhooks_max
                   ? "webhook " + event.webhook_id + " was never created, or is one too many"
                   : "";
    }
    const WebhookChanged& before = found->second.made;
    return event.delivered < before.delivered || event.secret_version < before.secret_version
               ? "webhook " + event.webhook_id + " goes back"
               : "";
}

} // namespace hongbao::domain
