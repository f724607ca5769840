// Role: trials of ways of splitting as a picture. Owner: pure.
#pragma once

#include "ops/bench/split_trial.hpp"

#include <string>

namespace hongbao::ops {

/// An SVG of two panels, mean and sd by position: dots are what came out, lines what theory says.
std::string plot_of(const std::vector<SplitTrial>& trials, const SplitGame& game);

} // namespace hongbao::ops
