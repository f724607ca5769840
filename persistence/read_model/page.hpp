// Role: how a long list is asked for and answered in pages. Pure.
#pragma once

#include "domain/values/ids.hpp"
#include "domain/values/instant.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace hongbao::persistence {

enum class ListOrder : std::uint8_t { desc, asc };

/// `cursor` is where the page begins, as a page of the same list gave it; it stays valid whatever
/// is written meanwhile.
struct PageRequest {
    std::uint32_t limit = 50;
    std::optional<std::uint64_t> cursor;
    ListOrder order = ListOrder::desc;       // newest first
    std::optional<domain::InstantMs> from{}; // inclusive
    std::optional<domain::InstantMs> to{};   // exclusive
};

template <typename Item>
struct Page {
    /// At most `limit`. A page of entries with a filter may have fewer and yet a next one: no page
    /// looks at more than a few thousand lines.
    std::vector<Item> items;
    std::optional<std::uint64_t> next_cursor;
    /// The request's cursor is no position of this list, so there are no items. This is not its
    /// end.
    bool is_elsewhere = false;
    /// Of claims and timelines: the last record that the page takes into account; 0 if there is no
    /// such packet.
    domain::Sequence as_of = 0;
};

} // namespace hongbao::persistence
