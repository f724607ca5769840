// Role: `hongbao bench load-data`: a large data directory to measure on.
#pragma once

#include <cstdint>
#include <string>

namespace hongbao::ops {

struct LoadOptions {
    std::string data_dir; // empty or not there yet
    std::int64_t accounts = 1'000'000;
    std::int64_t records = 5'000'000;
    std::int64_t records_per_commit = 16'384;
    std::int64_t seed = 1;
    std::string ends_at; // the last record's time, RFC 3339 in UTC; empty: now
};

/// Writes journal and read model and finishes both, so that a start has nothing to replay. Until
/// then there is no journal. A table on stdout and, as its last line, one JSON object.
int bench_load_data(const LoadOptions& options);

} // namespace hongbao::ops
