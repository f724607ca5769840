// Role: what a start looks at before it goes on: the clock, the room for files, who could reach the
// server.
#include "actors/environment/ids.hpp"
#include "config/start_rules.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/say.hpp"
#include "ops/serve/serve.hpp"
#include "ops/serve/start_judgements.hpp"
#include "persistence/files/file_size_limit.hpp"
#include "persistence/read_model/rows/totals.hpp"

#include <filesystem>

namespace hongbao::ops {

int RunningServer::check_clock() {
    if (const auto fault = clock_without_ids(actors::WallClock::machine_time())) {
        return complain(*fault + ": set the clock (is it synchronised?), then start again");
    }
    return exit_ok;
}

/// Whether the kernel lets a file grow as large as the settings do.
int RunningServer::check_file_size_limit() {
    std::error_code none_yet;
    const auto file_bytes =
        std::filesystem::file_size(directory_->journal_path() / "data.mdb", none_yet);
    const auto fault = judge_file_lengths({persistence::file_size_limit_bytes(),
                                           static_cast<std::uint64_t>(settings_.journal_map_bytes),
                                           none_yet ? 0 : file_bytes});
    if (fault && fault->stops_a_start) {
        return complain(fault->sentence, exit_misconfigured);
    }
    if (fault) {
        warn(fault->sentence);
    }
    return exit_ok;
}

/// Compares the clock with the times in the journal.
int RunningServer::check_times() const {
    const auto totals = read_model_->totals();
    if (!actors::IdSource::has_ids_after(totals.largest_id)) {
        return complain(
            "the journal in " + settings_.data_dir + " has used up the ids: its largest, " +
            std::to_string(totals.largest_id) +
            ", is at the end of the range, as a wrong clock makes them. Restore a backup from "
            "before that");
    }
    if (const auto fault = clock_behind_journal(clock_->now(), totals.latest_at)) {
        warn(*fault + ". Is the clock right?");
    }
    return exit_ok;
}

/// Whether anybody else could reach a server that nobody needs a key for, or whose keys the network
/// could read.
int RunningServer::check_entrance() const {
    if (doors_ == Doors::control_alone) {
        return exit_ok;
    }
    auto facts = config::start_facts(settings_);
    facts.keys_exist = keys_exist_;
    const auto decided = config::decide_start(facts);
    if (const auto* refusal = std::get_if<config::StartRefusal>(&decided)) {
        return complain(refusal->sentence, exit_misconfigured);
    }
    if (std::get<config::Entrance>(decided) == config::Entrance::open) {
        warn("open mode: no key has been created, so everybody on this machine is its operator; "
             "`hongbao key create` ends that for good");
    }
    return exit_ok;
}

} // namespace hongbao::ops
