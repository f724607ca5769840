// Role: decisions about keys, switches and invitations, and what they change.
#include "domain/administration/administration.hpp"

#include "domain/values/instant.hpp"

#include <algorithm>
#include <utility>

namespace hongbao::domain {

namespace {

struct Decide {
    const Administration& state;
    InstantMs now = 0;

    AdministrationDecision operator()(const CreateAccessKey& command) const {
        const AccessKeyCreated& key = command.key;
        const bool is_credential = key.scope != Scope::nobody && key.scope != Scope::user;
        const bool has_account = !key.account.empty();
        if (!is_credential || has_account != (key.scope == Scope::merchant) ||
            (key.expires_at != 0 && is_expired(now, key.expires_at)) ||
            state.access.keys.contains(key.key_id)) {
            return Rejection::invalid_key;
        }
        const auto valid = std::ranges::count_if(
            state.access.keys, [&](const auto& known) { return !known.second.has_ended(now); });
        if (static_cast<std::size_t>(valid) >= access_keys_max) {
            return Rejection::too_many_keys;
        }
        return AdministrationEvent(key);
    }
    AdministrationDecision operator()(const RotateAccessKey& command) const {
        const AccessKey* const key = find_key(command.key_id);
        if (key == nullptr) {
            return Rejection::key_not_found;
        }
        if (key->has_ended(now)) {
            return key->revoked_at != 0 ? Rejection::key_revoked : Rejection::key_expired;
        }
        const std::int64_t life_s = command.life_s.value_or(1);
        if (command.overlap_s < 0 || command.overlap_s > key_overlap_s_max || life_s < 1 ||
            life_s > key_life_s_max) {
            return Rejection::invalid_key;
        }
        AccessKeyRotated event{command.key_id, command.secret_hash, 0, key->made.expires_at};
        if (command.overlap_s > 0) { // no secret outlives what was granted to it
            event.previous_until = now + command.overlap_s * ms_per_s;
            if (key->made.expires_at != 0) {
                event.previous_until = std::min(event.previous_until, key->made.expires_at);
            }
        }
        if (command.life_s) {
            event.expires_at = now + *command.life_s * ms_per_s;
        }
        return AdministrationEvent(std::move(event));
    }
    AdministrationDecision operator()(const RevokeAccessKey& command) const {
        const AccessKey* const key = find_key(command.key_id);
        if (key == nullptr) {
            return Rejection::key_not_found;
        }
        const AccessKeyRevoked event{command.key_id};
        if (key->revoked_at != 0) {
            return AlreadySo{event, key->revoked_at};
        }
        return AdministrationEvent(event);
    }
    AdministrationDecision operator()(const ChangeSwitch& command) const {
        SwitchChanged change = command.change;
        change.retry_after_s = change.is_on ? 0 : change.retry_after_s;
        const SwitchState& now_it_is = state.access.switch_state(change.which);
        if (now_it_is.is_on == change.is_on && now_it_is.retry_after_s == change.retry_after_s) {
            return AlreadySo{change, now_it_is.changed_at};
        }
        return AdministrationEvent(change);
    }
    AdministrationDecision operator()(const AdvanceClock& command) const {
        return AdministrationEvent(ClockAdvanced{now + command.advance_ms});
    }
    AdministrationDecision operator()(const RotateTokenSecret& command) const {
        return AdministrationEvent(TokenSecretRotated{command.previous_until});
    }
    AdministrationDecision operator()(const CreateInvitation& command) const {
        const InvitationCreated& made = command.invitation;
        if (made.guests_max < 1 || made.guests_max > invitation_guests_max ||
            is_expired(now, made.expires_at) || state.invitations.contains(made.invitation_id)) {
            return Rejection::invalid_invitation;
        }
        const auto open = std::ranges::count_if(state.invitations, [&](const auto& known) {
            return !known.second.is_over(now) && !known.second.is_full();
        });
        if (static_cast<std::size_t>(open) >= invitations_max) {
            return Rejection::too_many_invitations;
        }
        return AdministrationEvent(made);
    }
    AdministrationDecision operator()(const RevokeInvitation& command) const {
        const Invitation* const invitation = find_invitation(command.invitation_id);
        if (invitation == nullptr) {
            return Rejection::invitation_not_found;
        }
        const InvitationRevoked event{command.invitation_id};
        if (invitation->revoked_at != 0) {
            return AlreadySo{event, invitation->revoked_at};
        }
        return AdministrationEvent(event);
    }
    AdministrationDecision operator()(const AcceptInvitation& command) const {
        const Invitation* const invitation = find_invitation(command.invitation_id);
        if (invitation == nullptr) {
            return Rejection::invitation_not_found;
        }
        if (invitation->is_over(now)) {
            return Rejection::invitation_over;
        }
        if (invitation->is_full()) {
            return Rejection::invitation_full;
        }
        return AdministrationEvent(InvitationAccepted{command.invitation_id, command.user_id});
    }

    AdministrationDecision operator()(const CreateWebhook& command) const {
        if (state.webhooks.size() >= webhooks_max ||
            state.webhooks.contains(command.webhook.webhook_id)) {
            return Rejection::too_many_webhooks;
        }
        return AdministrationEvent(command.webhook);
    }
    AdministrationDecision operator()(const ChangeWebhook& command) const {
        const auto found = state.webhooks.find(command.webhook_id);
        if (found == state.webhooks.end()) {
            return Rejection::webhook_not_found;
        }
        const WebhookChanged& before = found->second.made;
        if (!command.judged_url.empty() && command.judged_url != before.url) {
            return AlreadySo{before, found->second.changed_at};
        }
        WebhookChanged after = before;
        after.url = command.url.value_or(after.url);
        after.types = command.types.value_or(after.types);
        if (command.status) {
            after.status = *command.status;
            after.pause_reason =
                after.status == WebhookStatus::paused ? command.pause_reason : std::string();
        }
        if (command.rotation_overlap_s) {
            after.secret_version += 1;
            after.previous_until =
                *command.rotation_overlap_s > 0 ? now + *command.rotation_overlap_s * ms_per_s : 0;
        }
        after.delivered = std::max(after.delivered, command.delivered.value_or(0));
        if (after == before) {
            return AlreadySo{before, found->second.changed_at};
        }
        return AdministrationEvent(std::move(after));
    }

    const AccessKey* find_key(const AccessId& id) const {
        const auto found = state.access.keys.find(id);
        return found == state.access.keys.end() ? nullptr : &found->second;
    }
    const Invitation* find_invitation(const AccessId& id) const {
        const auto found = state.invitations.find(id);
        return found == state.invitations.end() ? nullptr : &found->second;
    }
};

/// Before one is added: if there are as many as are known at a time, the one that ended first makes
/// room. `ended_at` gives nothing for those that have not ended.
template <typename Map, typename EndedAt>
void make_room(Map& known, std::size_t known_max, EndedAt ended_at) {
    if (known.size() < known_max) {
        return;
    }
    auto first = known.end();
    std::optional<InstantMs> first_at;
    for (auto here = known.begin(); here != known.end(); ++here) {
        const std::optional<InstantMs> at = ended_at(here->second);
        if (at && (!first_at || *at < *first_at)) {
            first = here;
            first_at = at;
        }
    }
    if (first != known.end()) {
        known.erase(first);
    }
}

struct ApplyToAccess {
    AccessState& state;
    InstantMs at = 0;
    const Operation* operation = nullptr;

    void operator()(const AccessKeyCreated& event) const {
        make_room(state.keys, access_keys_max, [this](const AccessKey& key) {
            return key.has_ended(at) ? key.ends_at() : std::nullopt;
        });
        AccessKey& key = state.keys[event.key_id];
        key = AccessKey{};
        key.made = event;
        key.created_at = at;
    }
    void operator()(const AccessKeyRotated& event) const {
        AccessKey& key = state.keys.at(event.key_id);
        key.previous_hash = event.previous_until != 0 ? key.made.secret_hash : SecretHash{};
        key.previous_until = event.previous_until;
        key.made.secret_hash = event.secret_hash;
        key.made.expires_at = event.expires_at;
        key.rotated_at = at;
    }
    void operator()(const AccessKeyRevoked& event) const {
        state.keys.at(event.key_id).revoked_at = at;
    }
    void operator()(const SwitchChanged& event) const {
        SwitchState& changed = state.switches[static_cast<std::size_t>(event.which)];
        changed.is_on = event.is_on;
        changed.retry_after_s = event.retry_after_s;
        changed.changed_at = at;
        changed.principal = operation != nullptr ? operation->principal : "";
        changed.reason = operation != nullptr ? operation->reason : "";
    }
    void operator()(const ClockAdvanced&) const {}
    void operator()(const TokenSecretRotated&) const {}
    void operator()(const InvitationCreated&) const {}
    void operator()(const InvitationRevoked&) const {}
    void operator()(const InvitationAccepted&) const {}
    void operator()(const WebhookChanged&) const {}
};

void apply_to_webhooks(Administration& state, const WebhookChanged& changed, InstantMs at) {
    if (changed.status == WebhookStatus::removed) {
        state.webhooks.erase(changed.webhook_id);
        return;
    }
    const auto [place, is_new] = state.webhooks.try_emplace(changed.webhook_id);
    Webhook& webhook = place->second;
    webhook.created_at = is_new ? at : webhook.created_at;
    webhook.changed_at = is_new || !is_delivery(webhook.made, changed) ? at : webhook.changed_at;
    webhook.made = changed;
}

} // namespace

std::optional<InstantMs> AccessKey::ends_at() const {
    if (revoked_at != 0) {
        return made.expires_at != 0 ? std::min(revoked_at, made.expires_at) : revoked_at;
    }
    return made.expires_at != 0 ? std::optional(made.expires_at) : std::nullopt;
}

bool AccessKey::has_ended(InstantMs now) const {
    return revoked_at != 0 || (made.expires_at != 0 && is_expired(now, made.expires_at));
}

bool Invitation::is_over(InstantMs now) const {
    return revoked_at != 0 || is_expired(now, made.expires_at);
}

bool Webhook::is_signed_by_previous(InstantMs now) const {
    return made.previous_until != 0 && !is_expired(now, made.previous_until);
}

bool is_delivery(const WebhookChanged& before, const WebhookChanged& after) {
    WebhookChanged same = after;
    same.delivered = before.delivered;
    return same == before;
}

AdministrationDecision decide(const Administration& state, const AdministrationCommand& command,
                              InstantMs now) {
    return std::visit(Decide{state, now}, command);
}

void apply(AccessState& state, const AdministrationEvent& event, InstantMs at,
           const Operation* operation) {
    std::visit(ApplyToAccess{state, at, operation}, event);
}

void apply(Administration& state, const AdministrationEvent& event, InstantMs at,
           const Operation* operation) {
    if (const auto* created = std::get_if<InvitationCreated>(&event)) {
        make_room(state.invitations, invitations_max,
                  [at](const Invitation& invitation) -> std::optional<InstantMs> {
                      if (!invitation.is_over(at) && !invitation.is_full()) {
                          return std::nullopt;
                      }
                      return invitation.revoked_at != 0 ? invitation.revoked_at
                                                        : invitation.made.expires_at;
                  });
        Invitation& invitation = state.invitations[created->invitation_id];
        invitation = Invitation{};
        invitation.made = *created;
        invitation.created_at = at;
    } else if (const auto* revoked = std::get_if<InvitationRevoked>(&event)) {
        state.invitations.at(revoked->invitation_id).revoked_at = at;
    } else if (const auto* accepted = std::get_if<InvitationAccepted>(&event)) {
        state.invitations.at(accepted->invitation_id).guests += 1;
    } else if (const auto* webhook = std::get_if<WebhookChanged>(&event)) {
        apply_to_webhooks(state, *webhook, at);
    } else {
        apply(state.access, event, at, operation);
    }
}

Event event_of(AdministrationEvent&& event) {
    return std::visit([](auto&& alternative) { return Event(std::move(alternative)); },
                      std::move(event));
}

bool is_operation(const Record& record) {
    return record.operation != nullptr ||
           std::visit(
               []<typename E>(const E&) {
                   return IsAmong<E, Alternatives<AccountStatusChanged, Withdrawn,
                                                  SuspendedPaymentDecided>>::value ||
                          (IsAmong<E, AdministrationEvents>::value &&
                           !IsAmong<E, Alternatives<InvitationAccepted, WebhookChanged>>::value);
               },
               record.event);
}

} // namespace hongbao::domain
