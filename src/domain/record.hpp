// Role: what the journal keeps of one event.
#pragma once

#include "domain/event.hpp"

#include <memory>
#include <optional>
#include <string>

namespace hongbao::domain {

/// The client's key and a digest of the request it came with (rule 4), in the record of its effect.
struct IdempotencyTag {
    std::string key;
    Digest fingerprint{};
};

/// Who did something to the server or to somebody's money as its operator, and why: the audit
/// trail.
struct Operation {
    std::string principal; // Principal::name
    std::string request_id;
    std::string reason; // empty: the event has one, or none was asked for
};

/// One fact with its place in the journal. Sequences start at 1 and have no gaps.
struct Record {
    Sequence sequence = 0;
    InstantMs at = 0;
    Event event;
    std::optional<IdempotencyTag> idempotency;
    std::shared_ptr<const Operation> operation{}; // null: not an operator's doing
};

} // namespace hongbao::domain
