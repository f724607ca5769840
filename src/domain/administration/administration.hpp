// Role: the server's keys, switches and invitations: the fold of their records, and what may happen
// to them next. Pure. The front end reads AccessState, of which each change makes a new one.
#pragma once

#include "domain/administration/commands.hpp"
#include "domain/rejection.hpp"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace hongbao::domain {

inline constexpr std::size_t access_keys_max = 1'000; // revoked and expired ones included
inline constexpr std::size_t invitations_max = 1'000; // that are open
inline constexpr std::int64_t invitation_guests_max = 1'000'000;

struct AccessKey {
    AccessKeyCreated made;        // with its secret's hash and expiry as they are now
    SecretHash previous_hash{};   // the secret before, valid until previous_until
    InstantMs previous_until = 0; // 0: there is none
    InstantMs created_at = 0;
    InstantMs rotated_at = 0; // 0: never
    InstantMs revoked_at = 0; // 0: it is not
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
};

/// What every request is judged by. Immutable once published.
struct AccessState {
    std::map<AccessId, AccessKey, std::less<>> keys; // once there was one, there is one for ever
    std::array<SwitchState, switch_count> switches{};

    /// Until the first key is created, everybody at this machine is its operator.
    bool is_open() const { return keys.empty(); }
};
using AccessStatePtr = std::shared_ptr<const AccessState>;

} // namespace hongbao::domain
