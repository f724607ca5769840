// Role: records as JSON for people and scripts, one object a line. The digest of a pass phrase is
// never printed; nor is a seed, which gives away the shares that are still to be opened: its hash
// is, and `hongbao prove` tells the seed once the packet is over.
#pragma once

#include "persistence/journal/journal.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace hongbao::persistence {

/// One line without its line feed. Bytes that are no UTF-8 become U+FFFD.
std::string to_json_line(const domain::Record& record);

/// What the record says beside its place, time and type: the fields of its event.
std::string to_json_data(const domain::Record& record);

/// Hands every line to `write`, until it answers false. Damage met on the way is the failure.
std::optional<Failure> dump(const Journal& journal,
                            const std::function<bool(std::string_view line)>& write);

} // namespace hongbao::persistence
