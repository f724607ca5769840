// Role: a histogram of /metrics: how many measurements are at most each bound. Pure.
#pragma once

#include "ops/client/metrics_text.hpp"

#include <map>
#include <optional>
#include <string>

namespace hongbao::ops::top {

/// By bound, each with the measurements up to it; the last bound is infinite.
using Buckets = std::map<double, double>;

/// Of the histogram `name`, all its label sets added up; empty if there is none.
Buckets buckets_of(const Metrics& metrics, const std::string& name);

/// What was measured between two looks at the same histogram.
Buckets between(const Buckets& earlier, const Buckets& later);

struct Quantile {
    double value = 0;
    bool is_beyond = false; // above the highest finite bound, which is `value`
};

/// The value that a share `q` (0 … 1) of the measurements does not exceed, as Prometheus'
/// histogram_quantile has it: measurements are taken as spread evenly within their bucket.
/// Nothing if nothing was measured.
std::optional<Quantile> quantile(const Buckets& buckets, double q);

} // namespace hongbao::ops::top
