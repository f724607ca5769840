// Role: `hongbao bench split`, which measures each way to split a packet against its theory.
#pragma once

#include "ops/bench/split_trial.hpp"

#include <string>

namespace hongbao::ops {

struct BenchSplitOptions {
    SplitGame game;
    std::string plot_file; // empty: no picture
};

/// Splits in every way and prints the outcome beside the theory, with speed and bytes; the last
/// line is JSON. exit_failed if the picture cannot be written.
int bench_split(const BenchSplitOptions& options);

} // namespace hongbao::ops
