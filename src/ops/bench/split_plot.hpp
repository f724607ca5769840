// Role: draws the trials. Pure.
#pragma once

#include "ops/bench/split_trial.hpp"

#include <string>

namespace hongbao::ops {

/// An SVG of two panels, mean and sd by position: dots are what was drawn, lines the theory.
std::string plot_of(const std::vector<SplitTrial>& trials, const SplitGame& game);

} // namespace hongbao::ops
