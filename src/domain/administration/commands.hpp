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

struct CreateWebhook {
    WebhookChanged webhook;
};
/// What is absent stays as it is.
struct ChangeWebhook {
    AccessId webhook_id;
    std::optional<std::string> url = {};
    std::optional<std::vector<std::string>> types = {};
    std::optional<WebhookStatus> status = {};
    std::string pause_reason; // with a status
    std::optional<std::int64_t> rotation_overlap_s =
        {};                                 // another secret; so long for the one before
    std::optional<Sequence> delivered = {}; // never goes back
    std::string judged_url; // it is another by now: nothing is changed; empty: whichever it is
};

using AdministrationCommand =
    std::variant<CreateAccessKey, RotateAccessKey, RevokeAccessKey, ChangeSwitch, AdvanceClock,
                 RotateTokenSecret, CreateInvitation, RevokeInvitation, AcceptInvitation,
                 CreateWebhook, ChangeWebhook>;

} // namespace hongbao::domain
