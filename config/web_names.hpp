// Lists of the names that browsers tell: of hosts (`allowed_hosts`) and of the sites whose pages
// may use the server (`allowed_origins`). Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hongbao::config {

// The members of "a, b", without the blanks around them; none of a text that is empty.
std::vector<std::string> split_list(std::string_view text);

// Why a member cannot be one, to precede what would be right; nothing if it can.
std::optional<std::string> fault_of_host(std::string_view text);
std::optional<std::string> fault_of_origin(std::string_view text);

} // namespace hongbao::config
