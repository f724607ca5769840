// Role: the cursor of a list: a position, and a digest by which the list knows its own cursors. It
// guards against mistakes, not against intent: a forged cursor reads what the list would have shown
// anyway. A restart does not invalidate it. Owner: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hongbao::http {

/// `list` says which list it is, with everything that decides what is on it: see list_query.
std::string cursor_text(std::string_view list, std::uint64_t position);

/// Nothing unless cursor_text made the cursor for this list.
std::optional<std::uint64_t> position_in(std::string_view list, std::string_view cursor);

} // namespace hongbao::http
