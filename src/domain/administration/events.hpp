// Role: what operators do to the server as a whole: keys, switches, invitations, webhooks, the
// clock. Each is
// a fact in the journal, so that it survives a restart and a restore.
#pragma once

#include "domain/access/action.hpp"
#include "domain/access/principal.hpp"
#include "domain/values/ids.hpp"
#include "domain/values/instant.hpp"
#include "domain/values/overloaded.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace hongbao::domain {

/// BLAKE2b-256 of a secret of 256 random bits, which nothing else keeps.
using SecretHash = std::array<std::uint8_t, 32>;

/// The public part of a key or an invitation: 16 of 0-9a-f.
using AccessId = std::string;

struct AccessKeyCreated {
    AccessId key_id;
    std::string name; // for people
    Scope scope = Scope::nobody;
    UserId account; // of a merchant's key; empty otherwise
    SecretHash secret_hash{};
    InstantMs expires_at = 0;                // 0: never
    std::vector<std::string> address_ranges; // "10.0.0.0/8", "2001:db8::/32"; none: from anywhere
};

/// The key has another secret; the one before is valid for a while.
struct AccessKeyRotated {
    AccessId key_id;
    SecretHash secret_hash{};
    InstantMs previous_until = 0;
    InstantMs expires_at = 0; // from now on; 0: never
};

struct AccessKeyRevoked {
    AccessId key_id;
};

struct SwitchChanged {
    Switch which = Switch::sending;
    bool is_on = true;
    std::int64_t retry_after_s = 0; // what refused clients are told, while it is off
};

/// A manual clock was moved.
struct ClockAdvanced {
    InstantMs to = 0;
};

/// Tokens are signed with another secret; the one before is valid for a while. Secrets are in no
/// record.
struct TokenSecretRotated {
    InstantMs previous_until = 0;
};

/// Whoever has the link may sign up, as long as there are places.
struct InvitationCreated {
    AccessId invitation_id;
    SecretHash secret_hash{};
    CampaignId campaign_id;
    std::int64_t guests_max = 0;
    InstantMs expires_at = 0;
    std::vector<std::string> address_ranges;
};

struct InvitationRevoked {
    AccessId invitation_id;
};

/// A guest took a place; the account is opened after it, under this user id.
struct InvitationAccepted {
    AccessId invitation_id;
    UserId user_id;
};

enum class WebhookStatus : std::uint8_t { active, paused, removed };

/// A webhook as it is from now on: where a program wants to be told of events. The last record
/// about it says all of it.
struct WebhookChanged {
    AccessId webhook_id;
    std::string url;
    std::vector<std::string> types; // words of events; none: all
    WebhookStatus status = WebhookStatus::active;
    std::string pause_reason; // of a paused one, for people
    std::int64_t secret_version = 1;
    InstantMs previous_until = 0; // until then the secret before signs, too; 0: no longer
    Sequence delivered = 0;       // all up to this record was delivered, or was not for it

    bool operator==(const WebhookChanged&) const = default;
};

using AdministrationEvents =
    Alternatives<AccessKeyCreated, AccessKeyRotated, AccessKeyRevoked, SwitchChanged, ClockAdvanced,
                 TokenSecretRotated, InvitationCreated, InvitationRevoked, InvitationAccepted,
                 WebhookChanged>;
using AdministrationEvent =
    std::variant<AccessKeyCreated, AccessKeyRotated, AccessKeyRevoked, SwitchChanged, ClockAdvanced,
                 TokenSecretRotated, InvitationCreated, InvitationRevoked, InvitationAccepted,
                 WebhookChanged>;

} // namespace hongbao::domain
