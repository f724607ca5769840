// Role: a time as people write it in the books: instants, or days of UTC+8. Pure.
#pragma once

#include "domain/values/instant.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace hongbao::ops {

/// "2026-11-21", "2026-11-21 08:30:00" or "2026/11/21 8:30" in UTC+8, or with a zone behind it:
/// "2026-11-21T00:30:00Z", "2026-11-21T08:30:00.250+08:00". Nothing if it is none of these, or no
/// time that exists.
std::optional<domain::InstantMs> parse_time(std::string_view text);

/// From the first instant on, up to the other.
struct TimeWindow {
    std::optional<domain::InstantMs> from{}; // inclusive
    std::optional<domain::InstantMs> to{};   // exclusive

    bool holds(domain::InstantMs at) const { return (!from || at >= *from) && (!to || at < *to); }
};

/// Of the flags --from and --to, each may be empty. A day is all of it: from its beginning, to its
/// end. Otherwise a sentence about what is wrong.
std::variant<TimeWindow, std::string> parse_window(const std::string& from, const std::string& to);

inline constexpr const char* time_form =
    "a day of UTC+8 like 2026-11-21, or an instant like 2026-11-21T08:30:00Z";

/// "2026-11-21 08:30:00.250", in UTC+8; without what is zero of the second.
std::string local_text(domain::InstantMs at);

} // namespace hongbao::ops
