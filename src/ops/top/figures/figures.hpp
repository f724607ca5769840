// Role: what two looks at a server's /metrics say about the time between them. Pure.
// Invariant: a figure that the server does not tell, or that needs a time between, is absent,
// never 0.
#pragma once

#include "ops/client/metrics_text.hpp"
#include "ops/top/figures/buckets.hpp"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace hongbao::ops::top {

using Figure = std::optional<double>;

/// A packet, campaign or sale of GET /v1/hottest.
struct Hot {
    std::string kind;
    std::string id;
    double per_s = 0;
};

/// One look at a server.
struct Scrape {
    Metrics metrics;
    std::vector<Hot> hottest; // the busiest first
    double steady_s = 0;      // when, by a clock that only goes forward
    double since_epoch_s = 0; // when, by this machine's clock
};

/// Events of one kind each second.
struct Rate {
    std::string name;
    double per_s = 0;
};

struct RequestFigures {
    Figure per_s;
    Figure done_per_s;    // answered with 2xx or 3xx
    Figure refused_per_s; // with 4xx
    Figure failed_per_s;  // with 5xx
    std::optional<Quantile> p50_s, p99_s;
    Figure in_flight;
};

struct CommitFigures {
    Figure per_s;
    Figure records_mean;
    std::optional<Quantile> records_p99;
    std::optional<Quantile> p50_s, p99_s; // the sync included
    Figure busy_s;                        // of the one under way
};

struct DiskRoom {
    std::string store; // "journal" or "model"
    double free_bytes = 0;
};

struct RoomFigures {
    Figure journal_used_bytes;
    Figure journal_left_bytes;
    Figure journal_map_bytes;
    std::vector<DiskRoom> disks;
    bool is_full = false; // writes are refused
};

struct Figures {
    std::string version;
    Figure up_s;
    Figure interval_s; // absent: one look alone
    RequestFigures requests;
    Figure refusals_per_s;
    std::vector<Rate> refusals; // by code, the most frequent first
    Figure facts_per_s;
    std::vector<Rate> facts; // by type, in the server's order; empty without an interval
    CommitFigures commits;
    Figure journal_queue_items;
    Figure commands_in_flight;
    Figure projector_lag_records;
    Figure awake_entities;
    Figure awake_bytes;
    Figure idempotency_keys;
    Figure connections;
    Figure streams;
    RoomFigures room;
    Figure difference_fen; // of the audit
    Figure suspended_fen;
    Figure shedding_level;
    std::vector<std::string> switches_off;
    Figure processors; // busy ones
    Figure resident_bytes;
    std::vector<Hot> hottest;

    /// Facts of this type each second.
    Figure rate_of(std::string_view type) const;
};

/// Whether the server has started anew between: its counters are not the same ones.
bool has_restarted(const Scrape& earlier, const Scrape& later);

/// `earlier` is nullptr if there is none to compare with.
Figures figures_of(const Scrape* earlier, const Scrape& later);

nlohmann::ordered_json json_of(const Figures& figures);

} // namespace hongbao::ops::top
