// Role: what the journal keeps of one event.
#pragma once

#include "domain/event.hpp"

#include <optional>
#include <string>

namespace hongbao::domain {

/// The client's key and a digest of the request it came with (rule 4), in the record of its effect.
struct IdempotencyTag {
    std::string key;
    Digest fingerprint{};
};

/// One fact with its place in the journal. Sequences start at 1 and have no gaps.
struct Record {
    Sequence sequence = 0;
    InstantMs at = 0;
    Event event;
    std::optional<IdempotencyTag> idempotency;
};

} // namespace hongbao::domain
