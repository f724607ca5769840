// Role: what must be true of the books before a record about the server's administration: one
// overload per event.
#pragma once

#include "domain/books/check_account.hpp"

namespace hongbao::domain {

Complaint what_is_wrong(const Books& books, const AccessKeyCreated& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const AccessKeyRotated& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const AccessKeyRevoked& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const SwitchChanged& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const ClockAdvanced& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const TokenSecretRotated& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const InvitationCreated& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const InvitationRevoked& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const InvitationAccepted& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const WebhookChanged& event, InstantMs at);

} // namespace hongbao::domain
