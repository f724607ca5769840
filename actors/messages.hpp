// Role: what actors send each other, wrapped so that CAF moves pointers: all of it stays in this
// process, and nothing of it is ever copied or serialised.
#pragma once

#include "actors/commit.hpp"
#include "actors/request.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

#include <cstdint>
#include <memory>
#include <vector>

namespace hongbao::actors {

/// Requests to one actor, from one sender, in order. The receiver takes them out.
struct RequestBatch {
    std::shared_ptr<Requests> requests;
};

inline RequestBatch batch_of(Requests&& requests) {
    return RequestBatch{std::make_shared<Requests>(std::move(requests))};
}

/// A commit that touches entities or keys of one router: the places of those records in it.
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

/// A keyed request was refused: its key is free again.
struct KeyReleased {
    domain::Digest key_digest{};
};

/// Time may have passed an expiry.
struct Tick {};

/// Let go of every actor; the server is stopping and nothing is on its way.
struct Shutdown {};

struct ReadEntries {
    domain::UserId user_id;
    persistence::EntryFilter filter;
    persistence::PageRequest page;
};
struct ReadClaims {
    domain::PacketId packet_id;
    persistence::PageRequest page;
};
enum class MentionKind : std::uint8_t { sent, received };
struct ReadMentions {
    MentionKind kind = MentionKind::sent;
    domain::UserId user_id;
    persistence::PageRequest page;
};
struct ReadAudit {};
/// The first answer to an idempotency key, again.
struct ReadAnswer {
    domain::Sequence sequence = 0;
};

/// A question to the read model.
struct Query {
    std::variant<ReadEntries, ReadClaims, ReadMentions, ReadAudit, ReadAnswer> question;
    ReplyTo reply_to;
};

} // namespace hongbao::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::RequestBatch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::CommitNotice)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::SettledNotice)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::ProjectCommit)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::KeyReleased)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::Tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::Shutdown)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::Query)
