// Role: what `hongbao bench split` is asked to do.
#pragma once

#include "ops/bench/split_trial.hpp"

#include <string>

namespace hongbao::ops {

struct BenchSplitOptions {
    SplitGame game;
    std::string plot_file; // empty: no picture
};

/// Splits by every way and prints what came out beside the theory, speed and bytes; the last line
/// is JSON. exit_failed if the picture cannot be written.
int bench_split(const BenchSplitOptions& options);

} // namespace hongbao::ops
