// Role: who came with which idempotency key (rule 4). A key is free, claimed by a request on its
// way, or done with a record. A refused request frees its key: it had no effect. Owner: one router,
// the one that the key's digest leads to. Pure bookkeeping: no clock, no actor. Invariant: at most
// one request with a key is on its way; the others wait for it here.
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
        Request request;
    };
    using Outcome = std::variant<Proceed, Parked, Done, Reused>;

    /// Claims the key of a keyed request. Parked: the request is kept until done or released.
    Outcome claim(Request&& request);

    /// The key's record is synced. Returns the requests that waited for it.
    Requests done(const domain::Digest& key_digest, const domain::Digest& fingerprint,
                  domain::Sequence sequence, domain::InstantMs at);

    /// The key's request was refused. Returns the requests that waited; they start afresh.
    Requests released(const domain::Digest& key_digest);

    /// Forgets keys whose record is older than `oldest`.
    void forget_before(domain::InstantMs oldest);

    std::size_t size() const { return keys_.size(); }

  private:
    struct Key {
        domain::Digest fingerprint{};
        domain::Sequence sequence = 0; // 0: on its way
        Requests waiting;
    };
    struct DoneAt {
        domain::InstantMs at = 0;
        domain::Digest key_digest{};
    };

    std::unordered_map<domain::Digest, Key, domain::DigestHash> keys_;
    std::deque<DoneAt> done_in_order_;
};

} // namespace hongbao::actors
