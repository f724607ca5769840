// Role: opens per second, timed from the first submit to the last durable answer.
#include "ops/bench/engine.hpp"

#include "ops/bench/report.hpp"
#include "ops/bench/run.hpp"
#include "ops/cli/exit_status.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace hongbao::ops {

namespace {

void print(const BenchRun& run, const BenchMeasured& measured, std::uint64_t commits) {
    const BenchOptions& options = run.options;
    const std::uint64_t records_per_commit = commits > 0 ? measured.count / commits : 0;
    print_line("opens", grouped(measured.count));
    print_line("accounts", grouped(static_cast<std::uint64_t>(options.accounts)) +
                               (options.asleep ? " (asleep at first)" : ""));
    print_line("packets", grouped(static_cast<std::uint64_t>(options.packets)));
    print_speed("opens per second", measured);
    print_line("commits", grouped(commits));
    print_line("records per commit", grouped(records_per_commit));
    print_place(run.folder);
    const nlohmann::ordered_json line = {{"opens", measured.count},
                                         {"seconds", measured.seconds()},
                                         {"opens_per_s", measured.per_second()},
                                         {"commits", commits},
                                         {"records_per_commit", records_per_commit},
                                         {"accounts", options.accounts},
                                         {"packets", options.packets}};
    std::printf("%s\n", line.dump().c_str());
}

} // namespace

int bench_engine(const BenchOptions& options) {
    return run_bench(options, [](BenchRun& run) {
        const auto& writer = run.rig.engine().writer();
        const std::uint64_t commits_before = writer.commits();
        const auto began = std::chrono::steady_clock::now();
        if (!run.open_shares("opening shares")) {
            return exit_failed;
        }
        const BenchMeasured measured{static_cast<std::uint64_t>(run.options.opens),
                                     std::chrono::steady_clock::now() - began};
        const std::uint64_t commits = writer.commits() - commits_before;
        BenchChecks checks;
        checks.expect_work_done(run);
        print(run, measured, commits);
        return checks.status();
    });
}

} // namespace hongbao::ops
