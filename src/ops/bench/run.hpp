// Role: what the benchmarks share: folder, engine and set-up before the measurement, checks after
// it. Owner thread: the caller's.
#pragma once

#include "ops/bench/rig.hpp"
#include "ops/bench/workload.hpp"

#include <functional>
#include <string>

namespace hongbao::ops {

/// Set up: accounts and packets are there, nothing is opened yet.
struct BenchRun {
    const BenchOptions& options;
    const BenchFolder& folder;
    BenchRig& rig;
    BenchWorkload& workload;

    /// Opens every share asked for, with progress under the phrase `what`. False if Ctrl-C or
    /// SIGTERM came meanwhile; everything submitted is still answered.
    bool open_shares(const std::string& what);
};

/// Sets up, calls `measure`, removes a temporary folder; the exit status of `measure`, or why it
/// was not called. Stop signals wait until the end.
int run_bench(const BenchOptions& options, const std::function<int(BenchRun&)>& measure);

/// Says on stderr which checks failed.
class BenchChecks {
  public:
    /// `sentence` says what should have been true.
    void expect(bool holds, const std::string& sentence);
    /// Every open a fresh share, the ledger balanced, one record per fact. The engine is running.
    void expect_work_done(BenchRun& run);
    /// exit_failed if any check failed.
    int status() const;

  private:
    bool failed_ = false;
};

} // namespace hongbao::ops
