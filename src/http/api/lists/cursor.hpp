// Role: the cursor of a list: a position, and a digest by which the list knows that it gave it. It
// keeps clients from mistakes and not from themselves: who makes one up reads what the list would
// have shown anyway. It rests on nothing that a restart forgets. Owner: pure.
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
