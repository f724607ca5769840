// Role: what the administration of the server is asked to do.
#pragma once

#include "domain/administration/events.hpp"

#include <cstdint>
#include <optional>
#include <variant>

namespace hongbao::domain {

struct CreateAccessKey {
    AccessKeyCreated key;
};
struct RotateAccessKey {
    AccessId key_id;
    SecretHash secret_hash{};
    std::int64_t overlap_s = 0;              // for the secret before
    std::optional<std::int64_t> life_s = {}; // absent: it expires as before
};
struct RevokeAccessKey {
    AccessId key_id;
};
struct ChangeSwitch {
    SwitchChanged change;
};
struct AdvanceClock {
    std::int64_t advance_ms = 0;
};
struct RotateTokenSecret {
    InstantMs previous_until = 0;
};
struct CreateInvitation {
    InvitationCreated invitation;
};
struct RevokeInvitation {
    AccessId invitation_id;
};
/// The secret has been compared; whether there is a place is decided here.
struct AcceptInvitation {
    AccessId invitation_id;
    UserId user_id;
};

using AdministrationCommand =
    std::variant<CreateAccessKey, RotateAccessKey, RevokeAccessKey, ChangeSwitch, AdvanceClock,
                 RotateTokenSecret, CreateInvitation, RevokeInvitation, AcceptInvitation>;

} // namespace hongbao::domain
