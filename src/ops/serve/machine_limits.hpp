// Role: holds the settings against what the kernel lets this process have. A start and `config
// check` ask the same.
#pragma once

#include "config/settings.hpp"

#include <string>
#include <vector>

namespace hongbao::ops {

/// Raises the limit of open files if it has to be and can be. One sentence for each setting that
/// this machine does not allow; none: all can be had.
std::vector<std::string> claim_from_machine(const config::Settings& settings);

} // namespace hongbao::ops
