// Role: an answer on its way back to the front end that asked.
// Owner thread: made by an actor or the journal writer, read by the front end's loop.
#pragma once

#include "actors/protocol/answer.hpp"

#include <cstdint>
#include <vector>

namespace hongbao::actors {

class ReplySink;

/// Where a reply goes: `token` and `index` mean something to the sink alone.
struct ReplyTo {
    ReplySink* sink = nullptr; // null: nobody asked (an expiry)
    void* token = nullptr;
    std::uint32_t index = 0;
};

struct Reply {
    ReplyTo to;
    Answer answer;
};

/// A front end's side of the replies. Every request gets exactly one.
class ReplySink {
  public:
    virtual ~ReplySink() = default;
    /// From any thread. Many replies cost one wake-up.
    virtual void deliver(std::vector<Reply>&& replies) = 0;
};

/// Fills in the record as of which the answer holds, if it has such a field and the field is still
/// open: the last record that it rests on.
void stamp(Reply& reply, domain::Sequence as_of);

/// Hands each reply to its sink, grouped, so that one batch wakes each front end once.
void deliver_all(std::vector<Reply>&& replies);
void deliver_one(const ReplyTo& to, Answer&& answer);

} // namespace hongbao::actors
