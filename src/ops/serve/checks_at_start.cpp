// Role: what a start looks at before it goes on: the clock, the room for files, who could reach the
// server.
#include "actors/environment/ids.hpp"
#include "config/start_rules.hpp"
#include "domain/values/rfc3339.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/say.hpp"
#include "ops/serve/serve.hpp"
#include "persistence/files/file_size_limit.hpp"
#include "persistence/read_model/rows/totals.hpp"

#include <algorithm>
#include <filesystem>

namespace hongbao::ops {

namespace {

/// The clocks of two machines may differ by this much when one takes over from the other.
constexpr domain::InstantMs clock_behind_ms_max = 60'000;

} // namespace

int RunningServer::check_clock() {
    const domain::InstantMs shown = actors::WallClock::machine_time();
    if (shown >= actors::clock_ms_min && shown < actors::clock_ms_max) {
        return exit_ok;
    }
    return complain("the clock of this machine shows " + domain::to_rfc3339(shown) +
                    ", but there are ids only for times from " +
                    domain::to_rfc3339(actors::clock_ms_min) + " until " +
                    domain::to_rfc3339(actors::clock_ms_max) +
                    ": set the clock (is it synchronised?), then start again");
}

/// Whether the kernel lets a file grow as large as the settings do.
int RunningServer::check_file_size_limit() {
    constexpr std::uint64_t least_bytes = 1U << 20U;
    const std::uint64_t limit_bytes = persistence::file_size_limit_bytes();
    const auto map_bytes = static_cast<std::uint64_t>(settings_.journal_map_bytes);
    if (limit_bytes >= map_bytes) {
        return exit_ok;
    }
    std::error_code none_yet;
    const auto file_bytes =
        std::filesystem::file_size(directory_->journal_path() / "data.mdb", none_yet);
    const std::uint64_t needed_bytes =
        std::max<std::uint64_t>(least_bytes, none_yet ? 0 : file_bytes);
    const std::string is = "the limit of file sizes (ulimit -f, LimitFSIZE=) is " +
                           std::to_string(limit_bytes) + " bytes, less than ";
    if (limit_bytes < needed_bytes) {
        return complain(is + "the " + std::to_string(needed_bytes) +
                            " that the journal takes already: raise it",
                        exit_misconfigured);
    }
    warn(is + "journal_map_bytes (" + std::to_string(map_bytes) +
         "): at that size the journal is full, and writes are refused with 507");
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
    const domain::InstantMs now = clock_->now();
    if (totals.latest_at > now + clock_behind_ms_max) {
        warn("the clock of this machine shows " + domain::to_rfc3339(now) +
             ", which is before the journal's last record of " +
             domain::to_rfc3339(totals.latest_at) +
             ": new records will have earlier times than older ones. Is the clock right?");
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
