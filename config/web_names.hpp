// Role: lists of names that browsers send: of hosts (`allowed_hosts`) and of the sites whose pages
// may use the server (`allowed_origins`); and of the proxies in between (`behind_proxy`). Pure
// functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hongbao::config {

/// The members of "a, b", without the blanks around them; none for an empty text.
std::vector<std::string> split_list(std::string_view text);

/// Why a member is not valid, to be followed by what would be; nothing if it is.
std::optional<std::string> fault_of_host(std::string_view text);
std::optional<std::string> fault_of_origin(std::string_view text);
std::optional<std::string> fault_of_proxy(std::string_view text);

} // namespace hongbao::config
