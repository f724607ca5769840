// Role: `hongbao bench engine` and `hongbao bench replay`: the engine with its synced journal,
// without HTTP.
#pragma once

#include <cstdint>
#include <string>

namespace hongbao::ops {

struct BenchOptions {
    /// Kept; must hold no journal. Empty: a folder made beside ./data and removed at the end.
    std::string data_dir;
    std::int64_t accounts = 100'000;
    std::int64_t packets = 64;
    std::int64_t opens = 2'000'000;
    std::int64_t batch = 1'000;              // opens per submit
    std::int64_t in_flight = 20'000;         // opens submitted and not yet answered, at most
    std::int64_t scheduler_threads = 0;      // 0: one per core, as there is no front end
    std::int64_t router_count = 4;           // a power of two
    bool asleep = false;                     // restart the engine between set-up and opens
    std::int64_t replay_records = 1'000'000; // bench replay only
};

/// Opens per second between the first submit and the last durable answer. A table on stdout and, as
/// its last line, one JSON object. exit_failed if a check of the work done fails.
int bench_engine(const BenchOptions& options);

/// Records per second of a replay, as at a start, of a journal written by the engine. Output and
/// checks of the same kind.
int bench_replay(const BenchOptions& options);

} // namespace hongbao::ops
