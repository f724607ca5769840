// Role: rates are differences of counters over the time between; the rest is in the later look.
#include "ops/top/figures/figures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

namespace hongbao::ops::top {

namespace {

/// Clocks are corrected by less than this between two looks, and a start takes longer.
constexpr double start_differs_s = 1.5;

using Counts = std::map<std::string, double, std::less<>>;

Figure finite(double value) {
    return std::isfinite(value) ? Figure(value) : std::nullopt;
}

Figure value_of(const Metrics& metrics, std::string_view name) {
    return metrics.has(name) ? finite(metrics.sum(name)) : std::nullopt;
}

/// The samples of one name by one of their labels, added up.
Counts counts_by(const Metrics& metrics, std::string_view name, std::string_view label) {
    Counts counts;
    for (const MetricSample& sample : metrics.of(name)) {
        counts[std::string(sample.label(label))] += sample.value;
    }
    return counts;
}

/// Two looks and the time between them.
class Interval {
  public:
    Interval(const Scrape& earlier, const Scrape& later)
        : earlier_(earlier.metrics), later_(later.metrics),
          length_s_(later.steady_s - earlier.steady_s) {}

    double length_s() const { return length_s_; }

    /// What a counter gained each second. One that had not counted yet begins at 0: the server
    /// leaves such counters out.
    Figure rate(std::string_view name) const {
        return later_.has(name) ? finite((later_.sum(name) - earlier_.sum(name)) / length_s_)
                                : Figure();
    }
    /// The same for each value of a label.
    std::vector<Rate> rates(std::string_view name, std::string_view label) const {
        const Counts before = counts_by(earlier_, name, label);
        std::vector<Rate> rates;
        for (const auto& [value, count] : counts_by(later_, name, label)) {
            const auto found = before.find(value);
            const double gained = count - (found != before.end() ? found->second : 0);
            rates.push_back({value, finite(gained / length_s_).value_or(0)});
        }
        return rates;
    }
    Buckets buckets(const std::string& name) const {
        return between(buckets_of(earlier_, name), buckets_of(later_, name));
    }
    /// The mean of what a histogram measured.
    Figure mean(const std::string& name) const {
        const double count = later_.sum(name + "_count") - earlier_.sum(name + "_count");
        const double sum = later_.sum(name + "_sum") - earlier_.sum(name + "_sum");
        return count > 0 ? finite(sum / count) : Figure();
    }

  private:
    const Metrics& earlier_;
    const Metrics& later_;
    double length_s_;
};

void add_requests(Figures& figures, const Interval& interval) {
    RequestFigures& requests = figures.requests;
    requests.per_s = interval.rate("hongbao_http_requests_total").value_or(0);
    std::array<double, 10> by_class{};
    for (const Rate& rate : interval.rates("hongbao_http_requests_total", "code")) {
        const bool has_class = !rate.name.empty() && rate.name[0] >= '0' && rate.name[0] <= '9';
        by_class[has_class ? static_cast<std::size_t>(rate.name[0] - '0') : 0] += rate.per_s;
    }
    requests.done_per_s = by_class[2] + by_class[3];
    requests.refused_per_s = by_class[4];
    requests.failed_per_s = by_class[5];
    const Buckets times = interval.buckets("hongbao_http_request_duration_seconds");
    requests.p50_s = quantile(times, 0.5);
    requests.p99_s = quantile(times, 0.99);

    figures.refusals_per_s = interval.rate("hongbao_refusals_total").value_or(0);
    figures.refusals = interval.rates("hongbao_refusals_total", "code");
    std::erase_if(figures.refusals, [](const Rate& rate) { return !(rate.per_s > 0); });
    std::ranges::stable_sort(figures.refusals, std::greater<>(), &Rate::per_s);
}

void add_commits(Figures& figures, const Interval& interval) {
    CommitFigures& commits = figures.commits;
    const Buckets records = interval.buckets("hongbao_commit_records");
    const Buckets times = interval.buckets("hongbao_commit_duration_seconds");
    commits.per_s = interval.rate("hongbao_commit_duration_seconds_count");
    commits.records_mean = interval.mean("hongbao_commit_records");
    commits.records_p99 = quantile(records, 0.99);
    commits.p50_s = quantile(times, 0.5);
    commits.p99_s = quantile(times, 0.99);
    figures.facts_per_s = interval.rate("hongbao_facts_total");
    figures.facts = interval.rates("hongbao_facts_total", "type");
}

void add_gauges(Figures& figures, const Scrape& scrape) {
    const Metrics& metrics = scrape.metrics;
    const std::pair<Figure*, const char*> gauges[]{
        {&figures.requests.in_flight, "hongbao_requests_in_flight"},
        {&figures.commits.busy_s, "hongbao_commit_busy_seconds"},
        {&figures.journal_queue_items, "hongbao_journal_queue_items"},
        {&figures.commands_in_flight, "hongbao_commands_in_flight"},
        {&figures.projector_lag_records, "hongbao_projector_lag_records"},
        {&figures.awake_entities, "hongbao_awake_entities"},
        {&figures.awake_bytes, "hongbao_awake_bytes"},
        {&figures.idempotency_keys, "hongbao_idempotency_keys"},
        {&figures.connections, "hongbao_connections"},
        {&figures.streams, "hongbao_streams"},
        {&figures.room.journal_used_bytes, "hongbao_journal_used_bytes"},
        {&figures.room.journal_left_bytes, "hongbao_journal_left_bytes"},
        {&figures.room.journal_map_bytes, "hongbao_journal_map_bytes"},
        {&figures.difference_fen, "hongbao_audit_difference_fen"},
        {&figures.suspended_fen, "hongbao_audit_suspended_fen"},
        {&figures.shedding_level, "hongbao_shedding_level"},
        {&figures.resident_bytes, "process_resident_memory_bytes"},
    };
    for (const auto& [figure, name] : gauges) {
        *figure = value_of(metrics, name);
    }
    figures.room.is_full = metrics.sum("hongbao_journal_has_room", 1) == 0;
    for (const MetricSample& sample : metrics.of("hongbao_disk_free_bytes")) {
        figures.room.disks.push_back({std::string(sample.label("store")), sample.value});
    }
    for (const MetricSample& sample : metrics.of("hongbao_switch_on")) {
        if (sample.value == 0) {
            figures.switches_off.emplace_back(sample.label("switch"));
        }
    }
    for (const MetricSample& sample : metrics.of("hongbao_build_info")) {
        figures.version = sample.label("version");
    }
    if (const Figure began = value_of(metrics, "process_start_time_seconds")) {
        figures.up_s = std::max(0.0, scrape.since_epoch_s - *began);
    }
    figures.hottest = scrape.hottest;
}

/// Whether numbers of this name only grow while a server runs.
bool only_grows(std::string_view name) {
    return name.ends_with("_total") || name.ends_with("_count") || name.ends_with("_bucket") ||
           name == "hongbao_journal_sequence";
}

} // namespace

Figure Figures::rate_of(std::string_view type) const {
    const auto found = std::ranges::find(facts, type, &Rate::name);
    return found != facts.end() ? Figure(found->per_s) : std::nullopt;
}

bool has_restarted(const Scrape& earlier, const Scrape& later) {
    const Figure before = value_of(earlier.metrics, "process_start_time_seconds");
    const Figure after = value_of(later.metrics, "process_start_time_seconds");
    if (before && after && std::abs(*after - *before) > start_differs_s) {
        return true;
    }
    return std::ranges::any_of(earlier.metrics.all(), [&](const auto& entry) {
        return only_grows(entry.first) &&
               later.metrics.sum(entry.first) < earlier.metrics.sum(entry.first);
    });
}

Figures figures_of(const Scrape* earlier, const Scrape& later) {
    Figures figures;
    add_gauges(figures, later);
    if (earlier != nullptr && later.steady_s > earlier->steady_s) {
        const Interval interval(*earlier, later);
        figures.interval_s = interval.length_s();
        add_requests(figures, interval);
        add_commits(figures, interval);
        figures.processors = interval.rate("process_cpu_seconds_total");
    }
    return figures;
}

} // namespace hongbao::ops::top
