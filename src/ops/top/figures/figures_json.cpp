// Role: figures for programs: units in the names, null for what is not known.
#include "ops/top/figures/figures.hpp"

#include <cmath>

namespace hongbao::ops::top {

namespace {

using Json = nlohmann::ordered_json;

constexpr double exact_max = 9'007'199'254'740'992; // 2^53

/// Whole numbers as such: 12, not 12.0.
Json shown(double value) {
    const bool is_whole = value == std::trunc(value) && std::abs(value) <= exact_max;
    return is_whole ? Json(static_cast<std::int64_t>(value)) : Json(value);
}

Json shown(const Figure& figure) {
    return figure ? shown(*figure) : Json(nullptr);
}

Json shown(const std::optional<Quantile>& quantile) {
    return quantile ? shown(quantile->value) : Json(nullptr);
}

Json shown(const std::vector<Rate>& rates) {
    Json by_name = Json::object();
    for (const Rate& rate : rates) {
        by_name[rate.name] = shown(rate.per_s);
    }
    return by_name;
}

Json shown(const RequestFigures& requests) {
    return {{"per_s", shown(requests.per_s)},
            {"done_per_s", shown(requests.done_per_s)},
            {"refused_per_s", shown(requests.refused_per_s)},
            {"failed_per_s", shown(requests.failed_per_s)},
            {"p50_s", shown(requests.p50_s)},
            {"p99_s", shown(requests.p99_s)},
            {"in_flight", shown(requests.in_flight)}};
}

Json shown(const CommitFigures& commits) {
    return {{"per_s", shown(commits.per_s)},
            {"records_mean", shown(commits.records_mean)},
            {"records_p99", shown(commits.records_p99)},
            {"p50_s", shown(commits.p50_s)},
            {"p99_s", shown(commits.p99_s)},
            {"busy_s", shown(commits.busy_s)}};
}

Json shown(const RoomFigures& room) {
    Json disks = Json::object();
    for (const DiskRoom& disk : room.disks) {
        disks[disk.store] = shown(disk.free_bytes);
    }
    return {{"journal_used_bytes", shown(room.journal_used_bytes)},
            {"journal_left_bytes", shown(room.journal_left_bytes)},
            {"journal_map_bytes", shown(room.journal_map_bytes)},
            {"disk_free_bytes", disks},
            {"is_full", room.is_full}};
}

Json shown(const std::vector<Hot>& hottest) {
    Json items = Json::array();
    for (const Hot& hot : hottest) {
        items.push_back({{"kind", hot.kind}, {"id", hot.id}, {"per_s", shown(hot.per_s)}});
    }
    return items;
}

} // namespace

nlohmann::ordered_json json_of(const Figures& figures) {
    return {{"version", figures.version},
            {"up_s", shown(figures.up_s)},
            {"interval_s", shown(figures.interval_s)},
            {"difference_fen", shown(figures.difference_fen)},
            {"suspended_fen", shown(figures.suspended_fen)},
            {"switches_off", figures.switches_off},
            {"shedding_level", shown(figures.shedding_level)},
            {"requests", shown(figures.requests)},
            {"refusals_per_s", shown(figures.refusals)},
            {"facts_per_s", shown(figures.facts)},
            {"commits", shown(figures.commits)},
            {"journal_queue_items", shown(figures.journal_queue_items)},
            {"commands_in_flight", shown(figures.commands_in_flight)},
            {"projector_lag_records", shown(figures.projector_lag_records)},
            {"awake_entities", shown(figures.awake_entities)},
            {"awake_bytes", shown(figures.awake_bytes)},
            {"idempotency_keys", shown(figures.idempotency_keys)},
            {"connections", shown(figures.connections)},
            {"streams", shown(figures.streams)},
            {"room", shown(figures.room)},
            {"processors", shown(figures.processors)},
            {"resident_bytes", shown(figures.resident_bytes)},
            {"hottest", shown(figures.hottest)}};
}

} // namespace hongbao::ops::top
