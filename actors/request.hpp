// Role: a request on its way through the routers to the entity that decides it.
#pragma once

#include "actors/reply.hpp"
#include "domain/command.hpp"
#include "domain/record.hpp"

#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace hongbao::actors {

/// A command to an account. Boxed in a Request: it is large, and opens are many.
struct AccountRequest {
    domain::AccountCommand command;
    std::optional<domain::IdempotencyTag> idempotency;
    domain::Digest key_digest{}; // of idempotency->key; finds the router that keeps the key
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

/// The timer's: refund what is left, as of `now`.
struct ExpirePacket {
    domain::PacketId packet_id;
    domain::InstantMs now = 0;
};

/// The timer's: the last round is over, as of `now`; what is left goes back.
struct EndCampaign {
    domain::CampaignId campaign_id;
    domain::InstantMs now = 0;
};

/// Which router the request goes to next. A keyed request first claims its key; an open, a shake or
/// a transfer asks whether the user it will credit exists; then it is the owner's.
enum class Hop : std::uint8_t { key, counterparty, owner };

struct Request {
    std::variant<domain::OpenShare, GrabShare, ReadPacket, ReadAccount, ExpirePacket, EndCampaign,
                 std::unique_ptr<domain::Shake>, std::unique_ptr<AccountRequest>,
                 std::unique_ptr<PreviewSend>>
        body;
    ReplyTo reply_to;
    Hop hop = Hop::owner;
};

using Requests = std::vector<Request>;

/// The first hop of a request from outside.
Hop first_hop(const Request& request);

/// The shard that a hop of the request leads to.
domain::Shard shard_of(const Request& request);

/// The shard whose router keeps an idempotency key.
domain::Shard shard_of_key(const domain::Digest& key_digest);

/// The user whose account decides the command.
const domain::UserId& owner_of(const domain::AccountCommand& command);

} // namespace hongbao::actors
