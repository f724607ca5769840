// Role: who came with which idempotency key (rule 4). A key is free, claimed by a request on its
// way, or done with a record. A refused request frees its key: it had no effect. Owner: one router,
// the one that the key's digest leads to. Pure bookkeeping: no clock, no actor. Invariant: at most
// one request with a key is on its way; the others wait for it here, also those that do not match:
// whether the key stands for another request is known once its record is synced, not before.
#pragma once

#include "actors/request.hpp"

#include <deque>
#include <unordered_map>
#include <variant>
#include <vector>

namespace hongbao::actors {

class IdempotencyKeys {
  public:
    struct Proceed {
        Request request;
    };
    struct Parked {};
    struct Done {
        domain::Sequence sequence = 0; // of the record with the first answer
        Request request;
    };
    struct Reused {
        domain::Sequence sequence = 0; // of the record that the key stands for
        Request request;
    };
    using Outcome = std::variant<Proceed, Parked, Done, Reused>;

    /// Claims the key of a keyed request. Parked: the request is kept until done or released.
    Outcome claim(Request&& request);

    /// The key's record is synced. Returns the requests that waited for it, to be claimed again.
    Requests done(const domain::Digest& key_digest, const domain::Digest& fingerprint,
                  domain::Sequence sequence, std::int64_t at_ms);

    /// The key's request was refused. Returns the requests that waited; they start afresh.
    Requests released(const domain::Digest& key_digest);

    /// Forgets keys that were done before `oldest_ms`. Both times are of a clock that nobody sets:
    /// a jump of the wall clock must not make a retry pay twice.
    void forget_before(std::int64_t oldest_ms);

    std::size_t size() const { return keys_.size(); }

  private:
    struct Key {
        domain::Digest fingerprint{};
        domain::Sequence sequence = 0; // 0: on its way
        Requests waiting;
    };
    struct DoneAt {
        std::int64_t at_ms = 0;
        domain::Digest key_digest{};
        domain::Sequence sequence = 0; // a key that was forgotten and used again is here twice
    };

    std::unordered_map<domain::Digest, Key, domain::DigestHash> keys_;
    std::deque<DoneAt> done_in_order_;
};

} // namespace hongbao::actors
