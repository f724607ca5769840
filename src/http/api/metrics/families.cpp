// Role: families, and their text by prometheus-cpp.
#include "http/api/metrics/families.hpp"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <sstream>

namespace hongbao::http {

namespace {

using prometheus::MetricType;

std::string prefixed(std::string_view name) {
    return "hongbao_" + std::string(name);
}

} // namespace

Families& Families::gauge(std::string_view name, std::string_view help) {
    return begin(prefixed(name), help, MetricType::Gauge);
}

Families& Families::counter(std::string_view name, std::string_view help) {
    return begin(prefixed(name), help, MetricType::Counter);
}

Families& Families::histogram(std::string_view name, std::string_view help) {
    return begin(prefixed(name), help, MetricType::Histogram);
}

Families& Families::shared(std::string_view name, std::string_view help, MetricType type) {
    return begin(std::string(name), help, type);
}

Families& Families::begin(std::string name, std::string_view help, MetricType type) {
    families_.push_back({std::move(name), std::string(help), type, {}});
    return *this;
}

prometheus::ClientMetric& Families::add(const Labels& labels) {
    prometheus::ClientMetric& metric = families_.back().metric.emplace_back();
    for (const auto& [name, value] : labels) {
        metric.label.push_back({std::string(name), std::string(value)});
    }
    return metric;
}

Families& Families::value(double value, const Labels& labels) {
    const MetricType type = families_.back().type;
    auto& metric = add(labels);
    (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
    return *this;
}

Families& Families::value(const actors::HistogramReading& reading,
                          std::span<const std::int64_t> bounds, double unit, const Labels& labels) {
    auto& histogram = add(labels).histogram;
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < bounds.size(); ++i) {
        count += static_cast<std::uint64_t>(reading.counts[i]);
        histogram.bucket.push_back({count, static_cast<double>(bounds[i]) / unit});
    }
    histogram.sample_count = count + static_cast<std::uint64_t>(reading.counts.back());
    histogram.sample_sum = static_cast<double>(reading.sum) / unit;
    return *this;
}

std::string Families::text() const {
    std::vector<prometheus::MetricFamily> shown;
    std::ranges::copy_if(families_, std::back_inserter(shown),
                         [](const auto& family) { return !family.metric.empty(); });
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, shown);
    return out.str();
}

} // namespace hongbao::http
