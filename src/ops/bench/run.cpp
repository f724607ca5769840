// Role: set-up before a measurement, and checks after it.
#include "ops/bench/run.hpp"

#include "ops/cli/exit_status.hpp"
#include "ops/cli/options.hpp"
#include "ops/cli/progress.hpp"
#include "ops/cli/say.hpp"
#include "ops/cli/signals.hpp"

#include <algorithm>
#include <thread>

namespace hongbao::ops {

namespace {

/// Shows progress, and goes on unless it was asked to stop.
BenchProgress shown_by(Progress& progress) {
    return [&progress](std::uint64_t done, std::uint64_t total) {
        progress.show(done, total);
        return !stop_is_pending();
    };
}

actors::EngineOptions engine_options_of(const BenchOptions& options) {
    config::Settings settings;
    // Without HTTP no core has to be left for an event loop.
    settings.scheduler_threads =
        options.scheduler_threads > 0
            ? options.scheduler_threads
            : std::max<std::int64_t>(1, std::thread::hardware_concurrency());
    settings.router_count = options.router_count;
    return engine_options(settings);
}

/// Everything before the opens. False if it was stopped or could not be done.
bool set_up(BenchRun& run) {
    const auto engine = engine_options_of(run.options);
    auto failure = run.rig.start(engine);
    if (!failure) {
        {
            Progress progress("setting up accounts");
            run.workload.set_up(run.rig.engine(), shown_by(progress));
        }
        if (run.options.asleep && !stop_is_pending()) {
            run.rig.stop();
            failure = run.rig.start(engine);
        }
    }
    if (failure) {
        say(failure->sentence);
        return false;
    }
    return !stop_is_pending();
}

} // namespace

bool BenchRun::open_shares(const std::string& what) {
    Progress progress(what);
    workload.open_shares(rig.engine(), shown_by(progress));
    return !stop_is_pending();
}

int run_bench(const BenchOptions& options, const std::function<int(BenchRun&)>& measure) {
    if (const auto wrong = BenchWorkload::what_is_wrong_with(options); !wrong.empty()) {
        say(wrong);
        return exit_misconfigured;
    }
    hold_stop_signals(); // so that the folder is removed and the journal is finished
    auto made = BenchFolder::make(options.data_dir);
    if (const auto* problem = std::get_if<std::string>(&made)) {
        say(*problem);
        return exit_failed;
    }
    const auto& folder = std::get<BenchFolder>(made);
    BenchWorkload workload(options);
    auto opened = BenchRig::open(folder, workload.records());
    if (const auto* failure = std::get_if<persistence::Failure>(&opened)) {
        say(failure->sentence);
        return exit_failed;
    }
    BenchRun run{options, folder, *std::get<std::unique_ptr<BenchRig>>(opened), workload};
    const int status = set_up(run) ? measure(run) : exit_failed;
    if (stop_is_pending()) {
        say("stopped; nothing was measured");
    }
    return status;
}

void BenchChecks::expect(bool holds, const std::string& sentence) {
    if (!holds) {
        failed_ = true;
        say("FAILED: " + sentence);
    }
}

void BenchChecks::expect_work_done(BenchRun& run) {
    const BenchTally tally = run.workload.tally();
    const auto audit = run.workload.audit(run.rig.engine());
    const auto opens = static_cast<std::uint64_t>(run.options.opens);
    const auto records = run.workload.records();
    if (tally.refusal) {
        expect(false, "no request is refused: " + std::string(domain::code_of(*tally.refusal)));
    }
    expect(tally.shares == opens,
           "every open is answered with a fresh share: " + std::to_string(tally.shares) + " of " +
               std::to_string(opens));
    expect(audit.difference_fen() == 0, "the audit's difference is 0");
    expect(audit.accounts_fen == tally.shares_fen &&
               audit.deposited_fen - audit.escrow_fen == tally.shares_fen,
           "the sum of the answers left the packets and is in the accounts");
    expect(run.rig.position().last_sequence == records && audit.position.last_sequence == records,
           "journal and read model have one record per fact: " + std::to_string(records));
}

int BenchChecks::status() const {
    return failed_ ? exit_failed : exit_ok;
}

} // namespace hongbao::ops
