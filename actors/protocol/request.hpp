// Role: a request on its way through the routers to the entity that decides it.
#pragma once

#include "actors/protocol/journal_room.hpp"
#include "actors/protocol/reference.hpp"
#include "actors/protocol/reply.hpp"
#include "actors/protocol/request_key.hpp"
#include "domain/command.hpp"
#include "domain/record.hpp"
#include "persistence/read_model/read_model.hpp"

#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace hongbao::actors {

/// A command to an account. Boxed in a Request: it is large, and opens are many.
struct AccountRequest {
    domain::AccountCommand command;
    ReferenceClaim reference{}; // of a deposit that has one
};

struct ReadAccount {
    domain::UserId user_id;
};

/// What a send would be told, without sending. Boxed like a command to an account.
struct PreviewSend {
    domain::SendPacket send;
};

struct GrabShare {
    domain::OpenShare look; // the same question as an open, and nothing is taken
};

struct ReadPacket {
    domain::PacketId packet_id;
};

/// The timer's: refund what is left, as of `now`. Nobody has let it in, so it brings the room that
/// the record takes.
struct ExpirePacket {
    domain::PacketId packet_id;
    domain::InstantMs now = 0;
    RoomClaim room{};
};

/// The timer's: the last round is over, as of `now`; what is left goes back. The same of its room.
struct EndCampaign {
    domain::CampaignId campaign_id;
    domain::InstantMs now = 0;
    RoomClaim room{};
};

/// The timer's: orders have to be timed out or the sale closed, as of `now`.
struct TimeSale {
    domain::SaleId sale_id;
    domain::InstantMs now = 0;
};

/// A sale's own: may this waiter be offered a unit? On its way back it knows.
struct OfferUnit {
    domain::SaleId sale_id;
    domain::UserId user_id;
    std::size_t place = 0; // among those who are asked at once
    domain::UserStanding waiter = domain::UserStanding::missing;
};

/// An account's: it has refused a payment that the sale holds the order for.
struct PaymentOver {
    domain::SaleId sale_id;
    domain::OrderId order_id;
};

/// The sale says how an order stands: it alone knows what is on its way, and whether an order whose
/// time is up was still paid.
struct ReadOrder {
    domain::OrderId order_id;
};

/// What a sale decides. Boxed, like a command to an account.
struct SaleRequest {
    std::variant<domain::ReserveUnits, domain::JoinWaitlist, domain::CancelOrder,
                 domain::TakeExternalPayment, OfferUnit, PaymentOver, ReadOrder,
                 domain::DecideSuspendedPayment>
        command;
    ReferenceClaim reference{}; // of a gateway's payment
};

/// A batch's: claims the key that it came with for its front end, which runs the items meanwhile.
struct ClaimKey {};

/// The end of such a batch: its whole answer, under the key that its front end has claimed. The
/// front end holds the room for it.
struct KeepAnswer {
    domain::AnswerKept answer;
};

/// Which router the request goes to next. A keyed request first claims its key, then a payment with
/// a reference that; an open, a shake, a reservation or a transfer asks whether the user whom it is
/// for exists; a payment from an account asks the sale first. Then it is the owner's.
enum class Hop : std::uint8_t { key, reference, counterparty, sale, owner };

/// What the read model has of a request about something that is not in memory with all its rows:
/// what is over is answered from its row, and one order without waking its sale.
struct Found {
    std::optional<domain::Claim> claim;         // of the user who opens or grabs
    std::optional<domain::RepeatedShake> shake; // with the request id of the shake
    std::optional<persistence::OrderSummary> order;
    std::optional<persistence::SuspendedPayment> suspended; // that is to be decided on
    domain::Sequence as_of = 0;                             // everything up to this record is in it
};

struct Request {
    std::variant<domain::OpenShare, GrabShare, ReadPacket, ReadAccount, ExpirePacket, EndCampaign,
                 TimeSale, std::unique_ptr<domain::Shake>, std::unique_ptr<AccountRequest>,
                 std::unique_ptr<PreviewSend>, std::unique_ptr<SaleRequest>, ClaimKey,
                 std::unique_ptr<KeepAnswer>>
        body;
    ReplyTo reply_to;
    Hop hop = Hop::owner;
    std::unique_ptr<Found> found{};    // null: it was not looked up
    std::unique_ptr<RequestKey> key{}; // null: it came with none
};

using Requests = std::vector<Request>;

/// The open that a request is or looks at; null if it is neither.
const domain::OpenShare* open_in(const Request& request);
/// The order that a request is about, if it is about one.
std::optional<domain::OrderId> order_in(const Request& request);

/// The reference that a request names, if it does.
std::optional<Reference> reference_in(const Request& request);
/// The record of the payment that a request decides on, if its order has yet to be looked up.
std::optional<domain::Sequence> undecided_in(const Request& request);

/// The first hop of a request from outside.
Hop first_hop(const Request& request);

/// Where a request goes once its key is claimed, or if it has none.
Hop hop_after_key(const Request& request);

/// The shard that a hop of the request leads to.
domain::Shard shard_of(const Request& request);

/// The shard whose router keeps an idempotency key.
domain::Shard shard_of_key(const domain::Digest& key_digest);

/// Of the journal, at most, what the record of a request takes; 0 of one that only asks.
std::uint64_t journal_bytes_most(const Request& request);

/// The user whose account decides the command.
const domain::UserId& owner_of(const domain::AccountCommand& command);

} // namespace hongbao::actors
