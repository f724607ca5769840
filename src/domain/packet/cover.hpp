// Role: what a packet looks like before it is opened: a built-in occasion, for which every client
// has a picture of its own, or the address of a picture. Pure.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace hongbao::domain {

/// Words of the API and of the journal: never changed, others may be added.
inline constexpr std::array<std::string_view, 12> cover_occasions{
    "spring-festival", "lantern-festival", "mid-autumn", "birthday", "wedding",  "new-baby",
    "graduation",      "housewarming",     "promotion",  "farewell", "get-well", "thanks"};

inline bool is_cover_occasion(std::string_view cover) {
    return std::ranges::find(cover_occasions, cover) != cover_occasions.end();
}

} // namespace hongbao::domain
