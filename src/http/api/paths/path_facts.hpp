// Role: what a route's pattern says about whose it is: found once, not at each request. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace hongbao::http {

struct PathFacts {
    bool begins_with_entity = false;            // with the id of a packet, campaign or sale
    std::optional<std::size_t> place_of_user{}; // of {user_id} among the parameters
    bool is_for_every_state = false;            // served also while the server starts and stops
};

PathFacts path_facts_of(std::string_view pattern);

} // namespace hongbao::http
