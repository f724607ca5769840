// Role: differences and quantiles of cumulative buckets.
#include "ops/top/figures/buckets.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace hongbao::ops::top {

namespace {

std::optional<double> bound_of(const MetricSample& sample) {
    const std::string text(sample.label("le"));
    char* end = nullptr;
    const double bound = std::strtod(text.c_str(), &end); // "+Inf", too
    return !text.empty() && *end == '\0' && !std::isnan(bound) ? std::optional(bound)
                                                               : std::nullopt;
}

} // namespace

Buckets buckets_of(const Metrics& metrics, const std::string& name) {
    Buckets buckets;
    for (const MetricSample& sample : metrics.of(name + "_bucket")) {
        const auto bound = bound_of(sample);
        if (bound && std::isfinite(sample.value)) {
            buckets[*bound] += sample.value;
        }
    }
    return buckets;
}

Buckets between(const Buckets& earlier, const Buckets& later) {
    Buckets difference;
    for (const auto& [bound, count] : later) {
        const auto before = earlier.find(bound);
        difference[bound] = count - (before != earlier.end() ? before->second : 0);
    }
    return difference;
}

std::optional<Quantile> quantile(const Buckets& buckets, double q) {
    if (buckets.empty() || !(buckets.rbegin()->second > 0)) {
        return std::nullopt;
    }
    const double rank = q * buckets.rbegin()->second;
    double lower = 0;
    double below = 0; // measurements up to `lower`
    for (const auto& [bound, count] : buckets) {
        if (count >= rank && count > below) {
            if (std::isinf(bound)) {
                return Quantile{lower, true};
            }
            const double part = std::clamp((rank - below) / (count - below), 0.0, 1.0);
            return Quantile{lower + (bound - lower) * part, false};
        }
        lower = bound;
        below = std::max(below, count);
    }
    return std::nullopt; // counts that do not grow with their bounds
}

} // namespace hongbao::ops::top
