// Role: records per second of a replay, as at a start, of a journal that the engine has just
// written and that is still in the page cache: the disk plays no part.
#include "ops/bench/engine.hpp"

#include "ops/bench/report.hpp"
#include "ops/bench/run.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/say.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace hongbao::ops {

namespace {

void check(BenchChecks& checks, const persistence::JournalPosition& position,
           const std::variant<persistence::Replayed, persistence::Failure>& outcome) {
    if (const auto* failure = std::get_if<persistence::Failure>(&outcome)) {
        checks.expect(false, "the journal can be replayed: " + failure->sentence);
        return;
    }
    const auto& replayed = std::get<persistence::Replayed>(outcome);
    const auto held = domain::money_held(replayed.books);
    checks.expect(replayed.books.last_sequence == position.last_sequence &&
                      replayed.position.chain_hash == position.chain_hash,
                  "replay ends where the journal does");
    checks.expect(replayed.books.deposited_fen == held.accounts_fen + held.escrow_fen,
                  "replayed accounts and packets hold what was deposited");
}

void print(const BenchRun& run, const BenchMeasured& measured) {
    print_line("records", grouped(measured.count));
    print_speed("records per second", measured);
    print_place(run.folder);
    const nlohmann::ordered_json line = {{"records", measured.count},
                                         {"seconds", measured.seconds()},
                                         {"records_per_s", measured.per_second()},
                                         {"accounts", run.options.accounts},
                                         {"packets", run.options.packets}};
    std::printf("%s\n", line.dump().c_str());
}

} // namespace

int bench_replay(const BenchOptions& wanted) {
    BenchOptions options = wanted;
    options.opens = wanted.replay_records - wanted.accounts - wanted.packets - 2;
    if (options.opens < 1) {
        return complain("--records is more than --accounts and --packets together: the rest are "
                        "opens",
                        exit_misconfigured);
    }
    return run_bench(options, [](BenchRun& run) {
        if (!run.open_shares("writing the journal")) {
            return exit_failed;
        }
        BenchChecks checks;
        checks.expect_work_done(run);
        run.rig.stop();
        const auto position = run.rig.position();
        const auto began = std::chrono::steady_clock::now();
        const auto outcome = run.rig.replay();
        const BenchMeasured measured{position.last_sequence,
                                     std::chrono::steady_clock::now() - began};
        check(checks, position, outcome);
        print(run, measured);
        return checks.status();
    });
}

} // namespace hongbao::ops
