// Role: which records an export asks for, a page after the other. Pure.
#pragma once

#include "domain/values/ids.hpp"
#include "domain/values/instant.hpp"

#include <cstdint>
#include <optional>

namespace hongbao::persistence {

/// In journal order, from the one after `after` on. A page tells in `next_cursor` what to go on
/// after, and in `as_of` the last record there was: give it as `until` for the pages that follow,
/// and all of them together are the books at one moment.
struct RecordsRequest {
    domain::Sequence after = 0;
    domain::Sequence until = 0;              // 0: all there are
    std::optional<domain::InstantMs> from{}; // inclusive
    std::optional<domain::InstantMs> to{};   // exclusive
    std::uint32_t looks_max = 256;           // records looked at for a page
};

} // namespace hongbao::persistence
