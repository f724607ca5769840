// Role: a request on its way through the routers to the entity that decides it.
#pragma once

#include "actors/protocol/administration.hpp"
#include "actors/protocol/claims/journal_room.hpp"
#include "actors/protocol/claims/reference.hpp"
#include "actors/protocol/claims/request_key.hpp"
#include "actors/protocol/reply.hpp"
#include "domain/campaign/campaign.hpp"
#include "domain/command.hpp"
#include "domain/record.hpp"
#include "domain/values/overloaded.hpp"
#include "persistence/read_model/sale/summary.hpp"

#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace hongbao::actors {

/// A command to an account. Boxed in a Request: it is large, and opens are many.
struct AccountRequest {
    domain::AccountCommand command;
    ReferenceClaim reference{}; // a deposit's, if it has one
    /// Of what an operator does (a withdrawal, a change of status): goes into its record.
    std::shared_ptr<const domain::Operation> operation{};
};

struct ReadAccount {
    domain::UserId user_id;
};

/// What a send would be answered, without sending. Boxed like a command to an account.
struct PreviewSend {
    domain::SendPacket send;
};

struct GrabShare {
    domain::OpenShare look; // decided like an open, but nothing is taken
};

struct ReadPacket {
    domain::PacketId packet_id;
};

/// The timer's: refund what is left, as of `now`. No front end has let it in, so it brings the room
/// for its record.
struct ExpirePacket {
    domain::PacketId packet_id;
    domain::InstantMs now = 0;
    RoomClaim room{};
};

/// The timer's: the last round is over, as of `now`; what is left goes back. Brings room too.
struct EndCampaign {
    domain::CampaignId campaign_id;
    domain::InstantMs now = 0;
    RoomClaim room{};
};

/// The timer's: orders are to be timed out or the sale closed, as of `now`.
struct TimeSale {
    domain::SaleId sale_id;
    domain::InstantMs now = 0;
};

/// A sale's own question: may this waiter be offered a unit? It comes back with the answer.
struct OfferUnit {
    domain::SaleId sale_id;
    domain::UserId user_id;
    std::size_t place = 0; // among the waiters who are asked about together
    domain::UserStanding waiter = domain::UserStanding::missing;
};

/// An account's notice: it has refused a payment for which the sale holds the order.
struct PaymentOver {
    domain::SaleId sale_id;
    domain::OrderId order_id;
};

/// A user's place in the waiting list.
struct ReadWaiter {
    domain::SaleId sale_id;
    domain::UserId user_id;
    domain::UserStanding waiter = domain::UserStanding::missing;
};

/// Answered by the sale, which alone knows the payments under way, and whether an order whose time
/// is up was still paid.
struct ReadOrder {
    domain::OrderId order_id;
};

/// What a sale decides. Boxed like a command to an account.
struct SaleRequest {
    std::variant<domain::ReserveUnits, domain::JoinWaitlist, domain::LeaveWaitlist,
                 domain::CancelOrder, domain::TakeExternalPayment, OfferUnit, PaymentOver,
                 ReadOrder, ReadWaiter, domain::DecideSuspendedPayment>
        command;
    ReferenceClaim reference{}; // a gateway's payment's
    /// Of an operator's decision on suspended money: goes into its record.
    std::shared_ptr<const domain::Operation> operation{};
};

/// A batch's: claims its key for the front end, which then runs the items.
struct ClaimKey {};

/// The end of such a batch: its whole answer, to be kept under the key that the front end has
/// claimed. The front end holds the room for it.
struct KeepAnswer {
    domain::AnswerKept answer;
};

/// Which router the request goes to next. A keyed request first claims its key, and a payment with
/// a reference then claims that. An open, a shake, a reservation or a transfer asks whether the
/// user whom it is for exists; a payment from an account asks the sale. The owner comes last.
enum class Hop : std::uint8_t { key, reference, counterparty, sale, owner };

/// What the read model has on a request whose subject has no rows in memory: a packet, campaign or
/// sale that is over is answered from its row, and so is one order without waking its sale.
struct Found {
    std::optional<domain::Claim> claim;         // of the user who opens or grabs
    std::optional<domain::RepeatedShake> shake; // with the same request id
    std::optional<persistence::OrderSummary> order;
    std::optional<persistence::SuspendedPayment> suspended; // the one to be decided on
    domain::Sequence as_of = 0;                             // everything up to this record is in it
};

struct Request {
    std::variant<domain::OpenShare, GrabShare, ReadPacket, ReadAccount, ExpirePacket, EndCampaign,
                 TimeSale, std::unique_ptr<domain::Shake>, std::unique_ptr<AccountRequest>,
                 std::unique_ptr<PreviewSend>, std::unique_ptr<SaleRequest>, ClaimKey,
                 std::unique_ptr<KeepAnswer>, std::unique_ptr<AdministrationRequest>>
        body;
    ReplyTo reply_to;
    Hop hop = Hop::owner;
    std::unique_ptr<Found> found{};    // null: not looked up
    std::unique_ptr<RequestKey> key{}; // null: it came without one
};

using Requests = std::vector<Request>;

/// What packets and sales are asked. A command to an account that pays an order passes through the
/// order's sale.
using PacketRequests = domain::Alternatives<domain::OpenShare, GrabShare, ReadPacket, ExpirePacket>;
using SaleRequests =
    domain::Alternatives<std::unique_ptr<SaleRequest>, TimeSale, std::unique_ptr<AccountRequest>>;

/// The case for all requests but these.
template <typename Own, typename Do>
auto case_of_others(Do what) {
    return [what]<typename Other>(const Other& other) requires(
        !domain::IsAmong<Other, Own>::value) {
        what(other);
    };
}

/// The open, if the request is one or a grab.
const domain::OpenShare* open_in(const Request& request);
/// The order that a request is about, if any.
std::optional<domain::OrderId> order_in(const Request& request);

/// The reference that a request names, if any.
std::optional<Reference> reference_in(const Request& request);
/// The record of the payment that a request decides on, if its order has yet to be looked up.
std::optional<domain::Sequence> undecided_in(const Request& request);

/// The first hop of a request from outside.
Hop first_hop(const Request& request);

/// Where a request goes once its key is claimed, or if it has none.
Hop hop_after_key(const Request& request);

/// The shard that the request's current hop leads to.
domain::Shard shard_of(const Request& request);

/// The shard whose router keeps an idempotency key.
domain::Shard shard_of_key(const domain::Digest& key_digest);

/// The most that the request's record takes of the journal; 0 if it only asks.
std::uint64_t journal_bytes_most(const Request& request);

/// The user whose account decides the command.
const domain::UserId& owner_of(const domain::AccountCommand& command);

} // namespace hongbao::actors
