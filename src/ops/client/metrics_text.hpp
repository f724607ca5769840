// Role: the text that GET /metrics answers (Prometheus' text format 0.0.4), as samples. Strict:
// what does not belong there is named with its line. Pure.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hongbao::ops {

using MetricLabels = std::map<std::string, std::string, std::less<>>;

struct MetricSample {
    MetricLabels labels;
    double value = 0;

    /// "" if it has none of this name.
    std::string_view label(std::string_view name) const;
};

/// The samples of each name; those of a histogram are NAME_bucket, NAME_sum and NAME_count.
class Metrics {
  public:
    using Samples = std::vector<MetricSample>;

    /// Empty if there are none.
    const Samples& of(std::string_view name) const;
    /// The sum over all samples of this name; `absent` if there are none.
    double sum(std::string_view name, double absent = 0) const;
    bool has(std::string_view name) const { return !of(name).empty(); }
    bool empty() const { return samples_.empty(); }
    using All = std::map<std::string, Samples, std::less<>>;
    const All& all() const { return samples_; }

    void add(std::string_view name, MetricSample&& sample);

  private:
    All samples_;
};

/// Or a sentence with the number of the first line that is wrong.
std::variant<Metrics, std::string> parse_metrics(std::string_view text);

} // namespace hongbao::ops
