// Role: what actors send each other, wrapped so that CAF moves only pointers. All of it stays in
// this process; nothing is ever copied or serialised.
#pragma once

#include "actors/protocol/commit.hpp"
#include "actors/protocol/kinds.hpp"
#include "actors/protocol/questions.hpp"
#include "actors/protocol/request.hpp"
#include "domain/account/account.hpp"
#include "domain/campaign/campaign.hpp"
#include "domain/packet/packet.hpp"
#include "domain/sale/sale.hpp"
#include "persistence/read_model/account/entry.hpp"
#include "persistence/read_model/account/sleeping.hpp"

#include <caf/actor_control_block.hpp>
#include <caf/allowed_unsafe_message_type.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace hongbao::actors {

/// Requests to one actor, from one sender, in order. The receiver takes them out.
struct RequestBatch {
    std::shared_ptr<Requests> requests;
};

inline RequestBatch batch_of(Requests&& requests) {
    return RequestBatch{std::make_shared<Requests>(std::move(requests))};
}

/// One request alone, as a batch.
inline RequestBatch batch_of_one(Request&& request) {
    Requests one;
    one.push_back(std::move(request));
    return batch_of(std::move(one));
}

/// A commit, and the places in it of the records that touch entities or keys of one router.
struct CommitNotice {
    CommitPtr commit;
    std::shared_ptr<const std::vector<std::uint32_t>> places;
};

/// One durable record that touches an account.
struct SettledNotice {
    CommitPtr commit;
    std::uint32_t place = 0;
    const domain::Record& record() const { return commit->records[place]; }
};

/// A whole commit, for the projector.
struct ProjectCommit {
    CommitPtr commit;
};

/// A keyed request ended without a record: its key is free again.
struct KeyReleased {
    domain::Digest key_digest{};
};

/// A payment that claimed its reference has ended without a record.
struct ReferenceReleased {
    Reference reference;
};

/// A sale has something to do at that time, which is earlier than it has said before.
struct SaleDue {
    domain::SaleId sale_id;
    domain::InstantMs at = 0;
};

/// An entity, or a part of it, has grown or shrunk in memory by about that much.
struct WeightChanged {
    EntityName entity;
    std::int64_t change_bytes = 0;
};

/// Asks an actor whether it may be put to sleep.
struct MaySleep {
    std::uint64_t question = 0;
};

/// Its answer. An idle one has nothing on its way: what it knows is in the read model, or will be
/// before the read model answers anything asked from now on.
struct SleepAnswer {
    EntityName entity;
    std::uint64_t question = 0;
    bool is_idle = false;
};

struct WakeEntities; // in waking.hpp
struct WokenEntities;

/// A router wants entities woken; and the read model's answer. Both are large and sent to one
/// receiver, who takes them out.
struct WakeBatch {
    std::shared_ptr<WakeEntities> wanted;
};
struct WokenBatch {
    std::shared_ptr<WokenEntities> woken;
};

/// Go on waking packets, campaigns and sales with many rows.
struct WakeFurther {};

/// A packet that is split up front wants all its shares.
struct DrawShares {
    caf::strong_actor_ptr asker; // a PacketActor
    std::shared_ptr<const domain::PacketSent> terms;
};

/// The shares. The receiver takes them out.
struct SharesDrawn {
    std::shared_ptr<std::vector<domain::Fen>> shares;
};

/// The last reference to something large, which takes long to free.
struct LetGo {
    std::shared_ptr<void> large;
};

/// Time may have passed an expiry.
struct Tick {};

/// Let go of every actor; the server is stopping and nothing is on its way.
struct Shutdown {};

/// Takes the question of this number back, if it is not answered yet.
struct Unfollow {
    std::uint64_t number = 0;
};

/// Tell followers the news that have gathered.
struct TellFollowers {};

/// Look for followers who have waited so long that they should hear that the server lives.
struct KeepFollowersAlive {};

} // namespace hongbao::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::RequestBatch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::CommitNotice)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::SettledNotice)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::ProjectCommit)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::KeyReleased)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::ReferenceReleased)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::SaleDue)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::WeightChanged)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::MaySleep)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::SleepAnswer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::WakeBatch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::WokenBatch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::WakeFurther)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::DrawShares)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::SharesDrawn)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::LetGo)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::Tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::Shutdown)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::Query)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::Follow)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::Unfollow)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::TellFollowers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::KeepFollowersAlive)
