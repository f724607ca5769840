// Role: the server's keys, switches, invitations and webhooks: the fold of their records, and what
// may happen to them next. Pure. The front end reads AccessState, of which each change makes a new
// one.
#pragma once

#include "domain/administration/commands.hpp"
#include "domain/record.hpp"
#include "domain/rejection.hpp"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace hongbao::domain {

/// Of each, as many are known, those that have ended included. What ended long ago makes room.
inline constexpr std::size_t access_keys_max = 1'000;
inline constexpr std::size_t invitations_max = 1'000;
inline constexpr std::size_t webhooks_max = 100; // those that were removed do not count
inline constexpr std::int64_t invitation_guests_max = 1'000'000;
inline constexpr std::int64_t key_overlap_s_max = 30LL * 86'400;
inline constexpr std::int64_t key_life_s_max = 100LL * 366 * 86'400;

struct AccessKey {
    AccessKeyCreated made;        // with its secret's hash and expiry as they are now
    SecretHash previous_hash{};   // the secret before, valid until previous_until
    InstantMs previous_until = 0; // 0: there is none
    InstantMs created_at = 0;
    InstantMs rotated_at = 0; // 0: never
    InstantMs revoked_at = 0; // 0: it is not

    /// When it ended, or will end; nothing: it is valid for ever.
    std::optional<InstantMs> ends_at() const;
    bool has_ended(InstantMs now) const;
};

struct SwitchState {
    bool is_on = true;
    std::int64_t retry_after_s = 0;
    InstantMs changed_at = 0; // 0: never
    std::string principal;    // who changed it last, and why
    std::string reason;
};

struct Invitation {
    InvitationCreated made;
    InstantMs created_at = 0;
    InstantMs revoked_at = 0; // 0: it is not
    std::int64_t guests = 0;

    bool is_full() const { return guests >= made.guests_max; }
    /// Revoked, or its time has passed.
    bool is_over(InstantMs now) const;
};

struct Webhook {
    WebhookChanged made; // as it stands
    InstantMs created_at = 0;
    InstantMs changed_at = 0; // by whatever but a delivery

    bool is_signed_by_previous(InstantMs now) const;
};

/// What every request is judged by. Immutable once published.
struct AccessState {
    std::map<AccessId, AccessKey, std::less<>> keys; // once there was one, there is one for ever
    std::array<SwitchState, switch_count> switches{};

    /// Until the first key is created, everybody at this machine is its operator.
    bool is_open() const { return keys.empty(); }
    const SwitchState& switch_state(Switch which) const {
        return switches[static_cast<std::size_t>(which)];
    }
};
using AccessStatePtr = std::shared_ptr<const AccessState>;

struct Administration {
    AccessState access;
    std::map<AccessId, Invitation, std::less<>> invitations;
    std::map<AccessId, Webhook, std::less<>> webhooks;
};

/// It is as the command wants it already: nothing to record. As of when, and by which fact.
struct AlreadySo {
    AdministrationEvent event;
    InstantMs since = 0;
};

using AdministrationDecision = std::variant<Rejection, AlreadySo, AdministrationEvent>;

/// Nothing was changed but how much was delivered.
bool is_delivery(const WebhookChanged& before, const WebhookChanged& after);

AdministrationDecision decide(const Administration& state, const AdministrationCommand& command,
                              InstantMs now);

/// `operation`, which may be null, is the record's: who changed a switch, and why.
void apply(Administration& state, const AdministrationEvent& event, InstantMs at,
           const Operation* operation);
/// The same of what requests are judged by alone: invitations are no part of it.
void apply(AccessState& state, const AdministrationEvent& event, InstantMs at,
           const Operation* operation);

Event event_of(AdministrationEvent&& event);

/// Whether the record is part of the audit trail: whatever an operator did to the server or to
/// somebody's money. A guest who takes a place did nothing of the kind, nor does a delivery.
/// Records from before there were operations count by what they are.
bool is_operation(const Record& record);

} // namespace hongbao::domain
