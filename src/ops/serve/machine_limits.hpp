// Role: checks the settings against what the kernel allows this process, for a start and for
// `config check` alike.
#pragma once

#include "config/settings.hpp"

#include <string>
#include <vector>

namespace hongbao::ops {

/// Raises the limit of open files if needed and possible. One sentence for each setting that this
/// machine does not allow.
std::vector<std::string> claim_from_machine(const config::Settings& settings);

} // namespace hongbao::ops
