// Role: makes metric families as Prometheus' text format has them. Names begin with hongbao_, but
// for those of the process, which all programs share. Pure.
#pragma once

#include "actors/protocol/counter.hpp"

#include <prometheus/metric_family.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hongbao::http {

inline constexpr double ns_per_s = 1e9;

using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

class Families {
  public:
    /// From now on values are of this family. `name` is without its prefix.
    Families& gauge(std::string_view name, std::string_view help);
    Families& counter(std::string_view name, std::string_view help);
    Families& histogram(std::string_view name, std::string_view help);
    /// A family whose name is all that is given.
    Families& shared(std::string_view name, std::string_view help, prometheus::MetricType type);

    Families& value(double value, const Labels& labels = {});
    Families& value(std::int64_t value, const Labels& labels = {}) {
        return this->value(static_cast<double>(value), labels);
    }
    Families& value(std::uint64_t value, const Labels& labels = {}) {
        return this->value(static_cast<double>(value), labels);
    }
    /// `unit`: how many of what was observed are one of what is shown.
    Families& value(const actors::HistogramReading& reading, std::span<const std::int64_t> bounds,
                    double unit, const Labels& labels = {});

    /// As text, families without a value left out.
    std::string text() const;

  private:
    Families& begin(std::string name, std::string_view help, prometheus::MetricType type);
    prometheus::ClientMetric& add(const Labels& labels);

    std::vector<prometheus::MetricFamily> families_;
};

} // namespace hongbao::http
