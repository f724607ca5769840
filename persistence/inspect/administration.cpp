// Role: the administration: what its rows should say by the journal, and whether they do.
#include "persistence/event_group.hpp"
#include "persistence/inspect/comparison.hpp"

#include "domain/values/overloaded.hpp"

#include <limits>
#include <utility>

namespace hongbao::persistence {

namespace {

using domain::InstantMs;

/// As many of either are known at a time.
constexpr std::size_t known_max = 1'000;
constexpr InstantMs never = std::numeric_limits<InstantMs>::max();

InstantMs end_of(const domain::AccessKey& key) {
    const InstantMs expires_at = key.made.expires_at == 0 ? never : key.made.expires_at;
    return key.revoked_at == 0 ? expires_at : std::min(key.revoked_at, expires_at);
}

InstantMs end_of(const domain::Invitation& invitation) {
    return invitation.revoked_at == 0 ? invitation.made.expires_at : invitation.revoked_at;
}

bool makes_room(const domain::AccessKey& key, InstantMs at) {
    return key.revoked_at != 0 || at >= end_of(key);
}

bool makes_room(const domain::Invitation& invitation, InstantMs at) {
    return invitation.revoked_at != 0 || at >= end_of(invitation) ||
           invitation.guests == invitation.made.guests_max;
}

/// The one that ended first, of those that have ended; of several, the first by id.
template <typename Rows, typename Member>
void forget_one(Rows& rows, Member member, InstantMs at) {
    const std::string* first = nullptr;
    InstantMs first_end = never;
    for (const auto& [id, row] : rows) {
        const InstantMs end = end_of(row.*member);
        if (makes_room(row.*member, at) && (first == nullptr || end < first_end)) {
            first = &id;
            first_end = end;
        }
    }
    if (first != nullptr) {
        rows.erase(std::string(*first));
    }
}

/// By what it is; who did it is known of newer ones alone.
bool is_operators_doing(const domain::Record& record) {
    bool is = record.operation != nullptr ||
              std::holds_alternative<domain::AccountStatusChanged>(record.event) ||
              std::holds_alternative<domain::Withdrawn>(record.event) ||
              std::holds_alternative<domain::SuspendedPaymentDecided>(record.event);
    take_if_of<domain::AdministrationEvents>(record.event,
                                             domain::Overloaded{
                                                 [](const domain::InvitationAccepted&) {},
                                                 [](const domain::WebhookChanged&) {},
                                                 [&is](const auto&) { is = true; },
                                             });
    return is;
}

} // namespace

void FoldedAdministration::take(const domain::Record& record, ModelTotals& totals) {
    const InstantMs at = record.at;
    take_if_of<domain::AdministrationEvents>(
        record.event,
        domain::Overloaded{
            [&](const domain::AccessKeyCreated& created) { take_key(created, at); },
            [&](const domain::AccessKeyRotated& rotated) {
                domain::AccessKey& key = keys_.at(rotated.key_id).key;
                const auto secret_hash = std::exchange(key.made.secret_hash, rotated.secret_hash);
                key.previous_hash =
                    rotated.previous_until == 0 ? domain::SecretHash{} : secret_hash;
                key.previous_until = rotated.previous_until;
                key.made.expires_at = rotated.expires_at;
                key.rotated_at = at;
            },
            [&](const domain::AccessKeyRevoked& revoked) {
                keys_.at(revoked.key_id).key.revoked_at = at;
            },
            [&](const domain::SwitchChanged& changed) {
                const bool is_signed = record.operation != nullptr;
                switches_[static_cast<std::uint64_t>(changed.which) + 1] = {
                    std::uint64_t{changed.is_on}, changed.retry_after_s, at,
                    is_signed ? record.operation->principal : "",
                    is_signed ? record.operation->reason : ""};
            },
            [&](const domain::InvitationCreated& created) { take_invitation(created, at); },
            [&](const domain::InvitationRevoked& revoked) {
                invitations_.at(revoked.invitation_id).invitation.revoked_at = at;
            },
            [&](const domain::InvitationAccepted& accepted) {
                invitations_.at(accepted.invitation_id).invitation.guests += 1;
            },
            [&](const domain::WebhookChanged& changed) { take_webhook(changed, at); },
            domain::case_of<domain::ClockAdvanced, domain::TokenSecretRotated>(domain::do_nothing),
        });
    if (is_operators_doing(record)) {
        operations_.insert(record.sequence);
    }
    totals.operation_count = operations_.size();
    totals.access_key_count = keys_.size();
    totals.switch_count = switches_.size();
    totals.invitation_count = invitations_.size();
    totals.webhook_count = webhooks_.size();
}

void FoldedAdministration::take_key(const domain::AccessKeyCreated& created, InstantMs at) {
    if (keys_.size() >= known_max) {
        forget_one(keys_, &AccessKeyRow::key, at);
    }
    domain::AccessKey& key = keys_[created.key_id].key;
    key.made = created;
    key.created_at = at;
}

void FoldedAdministration::take_invitation(const domain::InvitationCreated& created, InstantMs at) {
    if (invitations_.size() >= known_max) {
        forget_one(invitations_, &InvitationRow::invitation, at);
    }
    domain::Invitation& invitation = invitations_[created.invitation_id].invitation;
    invitation.made = created;
    invitation.created_at = at;
}

void FoldedAdministration::take_webhook(const domain::WebhookChanged& changed, InstantMs at) {
    if (changed.status == domain::WebhookStatus::removed) {
        webhooks_.erase(changed.webhook_id);
        return;
    }
    const bool is_new = !webhooks_.contains(changed.webhook_id);
    WebhookRow& row = webhooks_[changed.webhook_id];
    domain::WebhookChanged but_delivered = row.webhook.made;
    but_delivered.delivered = changed.delivered;
    if (is_new) {
        row.webhook.created_at = at;
    }
    if (is_new || !(but_delivered == changed)) {
        row.webhook.changed_at = at;
    }
    row.webhook.made = changed;
    row.is_paused = changed.status == domain::WebhookStatus::paused ? 1 : 0;
}

void FoldedAdministration::check_made(const domain::Record&, ModelComparison&) const {}

void FoldedAdministration::check_all(ModelComparison& comparison) const {
    comparison.for_each(keys_, [&](const std::string& id, const AccessKeyRow& row) {
        comparison.compare<AccessKeys>(id, id, row);
    });
    comparison.for_each(switches_, [&](std::uint64_t number, const SwitchRow& row) {
        comparison.compare<Switches>(number, text_of(number), row);
    });
    comparison.for_each(invitations_, [&](const std::string& id, const InvitationRow& row) {
        comparison.compare<Invitations>(id, id, row);
    });
    comparison.for_each(webhooks_, [&](const std::string& id, const WebhookRow& row) {
        comparison.compare<Webhooks>(id, id, row);
    });
    for (const domain::Sequence sequence : operations_) {
        comparison.look_for_place({{List::operations, everybody, 0}, sequence});
    }
}

bool FoldedAdministration::has_place(const ListedKey& key, ModelComparison&) const {
    return key.part == ListPart{List::operations, everybody, 0} && operations_.contains(key.item);
}

void FoldedAdministration::check_counts(ModelComparison& comparison) const {
    comparison.check_count<AccessKeys>(keys_.size(),
                                       [&](std::string_view id) { return keys_.contains(id); });
    comparison.check_count<Switches>(
        switches_.size(), [&](std::uint64_t number) { return switches_.contains(number); });
    comparison.check_count<Invitations>(
        invitations_.size(), [&](std::string_view id) { return invitations_.contains(id); });
    comparison.check_count<Webhooks>(webhooks_.size(),
                                     [&](std::string_view id) { return webhooks_.contains(id); });
}

} // namespace hongbao::persistence
