// Role: reads patterns.
#include "http/api/paths/path_facts.hpp"

#include <algorithm>

namespace hongbao::http {

namespace {

std::optional<std::size_t> place_of_user_in(std::string_view pattern) {
    const auto found = pattern.find("{user_id}");
    if (found == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view before = pattern.substr(0, found);
    return static_cast<std::size_t>(std::count(before.begin(), before.end(), '{'));
}

} // namespace

PathFacts path_facts_of(std::string_view pattern) {
    return {.begins_with_entity = pattern.starts_with("/v1/packets/{") ||
                                  pattern.starts_with("/v1/campaigns/{") ||
                                  pattern.starts_with("/v1/sales/{"),
            .place_of_user = place_of_user_in(pattern),
            .is_for_every_state = pattern == "/livez" || pattern == "/version" ||
                                  pattern == "/openapi.json" || pattern.starts_with("/problems") ||
                                  pattern.starts_with("/docs")};
}

} // namespace hongbao::http
