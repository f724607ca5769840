// Role: which request came with which idempotency key (rule 4). A key is free, claimed by a request
// on its way, or done with a record. A refused request frees its key, since it had no effect.
// Owner: the router that the key's digest leads to. Pure bookkeeping: no clock, no actor.
// Invariant: at most one request with a key is on its way; the others wait for it here, even those
// that do not match it: only a synced record decides to which request the key belongs.
#pragma once

#include "actors/protocol/request.hpp"
#include "actors/router/done_keys.hpp"

#include <deque>
#include <optional>
#include <unordered_map>
#include <variant>

namespace hongbao::actors {

class IdempotencyKeys {
  public:
    IdempotencyKeys() = default;
    /// With the keys that were found at the start.
    explicit IdempotencyKeys(DoneKeys&& done) : done_(std::move(done)) {}

    struct Proceed {
        Request request;
    };
    struct Parked {};
    struct Done {
        domain::Sequence sequence = 0; // of the record with the first answer
        Request request;
    };
    struct Reused {
        domain::Sequence sequence = 0; // of the record that was made under the key
        Request request;
    };
    using Outcome = std::variant<Proceed, Parked, Done, Reused>;

    /// Claims the key of a keyed request. A parked request is kept until done or released.
    Outcome claim(Request&& request);

    /// The key's record is synced. Returns the requests that waited for it, to be claimed again.
    Requests done(const domain::Digest& key_digest, const domain::Digest& fingerprint,
                  domain::Sequence sequence, std::int64_t at_ms);

    /// The key's request ended without a record. Returns the next that waited for the key, which
    /// has claimed it now; if none waited, the key is free.
    std::optional<Request> released(const domain::Digest& key_digest);

    /// Forgets keys that were done before `oldest_ms`; if there are very many, some of them the
    /// next time. Times are of a clock that nobody sets: a jump of the wall clock must not make a
    /// retry pay twice.
    void forget_before(std::int64_t oldest_ms);

    std::size_t size() const { return claimed_.size() + done_.size(); }

  private:
    struct Claimed {
        std::deque<Request> waiting;
    };

    std::unordered_map<domain::Digest, Claimed, domain::DigestHash> claimed_;
    DoneKeys done_;
};

} // namespace hongbao::actors
