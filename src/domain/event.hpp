// Role: the facts that the journal holds, joined from the kinds. One event is one fact: whatever
// has to happen together, money above all, is one event (promise 3).
#pragma once

#include "domain/account/events.hpp"
#include "domain/administration/events.hpp"
#include "domain/campaign/events.hpp"
#include "domain/packet/events.hpp"
#include "domain/sale/events.hpp"
#include "domain/values/overloaded.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace hongbao::domain {

/// The whole answer to a request, kept under its key when no other record tells what was answered:
/// a batch made several facts, or the work was found done already and made none.
struct AnswerKept {
    std::int32_t status = 0; // of HTTP
    std::string body;
};
/// Events about no account, packet, campaign or sale: they move nothing and change no state.
using AnswerEvents = Alternatives<AnswerKept>;

/// The order is part of the journal's format: append only.
using Event =
    std::variant<AccountOpened, AccountStatusChanged, Deposited, Withdrawn, Transferred, PacketSent,
                 ShareOpened, PacketClosed, CampaignFunded, ShakeDrawn, CampaignClosed, SaleOpened,
                 OrderReserved, OrderPaid, OrderCancelled, OrderTimedOut, OrderRefunded,
                 ExternalPaymentTaken, WaitlistJoined, WaiterPassedOver, SaleClosed, AnswerKept,
                 SuspendedPaymentDecided, AccountProfileChanged, WaitlistLeft, AccessKeyCreated,
                 AccessKeyRotated, AccessKeyRevoked, SwitchChanged, ClockAdvanced,
                 TokenSecretRotated, InvitationCreated, InvitationRevoked, InvitationAccepted,
                 WebhookChanged>;

} // namespace hongbao::domain
