// Role: `hongbao backup` and `hongbao restore`.
#include "ops/cli/child_process.hpp"
#include "ops/cli/commands.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/progress.hpp"
#include "ops/cli/say.hpp"
#include "persistence/journal/chain_hash.hpp"
#include "persistence/upkeep/backup.hpp"

#include <cstdio>
#include <optional>

namespace hongbao::ops {

namespace {

using persistence::CopyStep;

/// A progress line for each step.
class Steps {
  public:
    void show(CopyStep step, std::uint64_t done, std::uint64_t total) {
        if (!progress_ || step != step_) {
            step_ = step;
            progress_.emplace(name_of(step));
        }
        progress_->show(done, total);
    }
    void end() { progress_.reset(); }

  private:
    static const char* name_of(CopyStep step) {
        switch (step) {
        case CopyStep::verifying: return "verifying the backup";
        case CopyStep::copying: return "copying the journal";
        case CopyStep::reading_back: return "reading the copy back";
        }
        return "";
    }

    CopyStep step_ = CopyStep::copying;
    std::optional<Progress> progress_;
};

int fail(const char* what, const persistence::Failure& failure, const std::string& place) {
    say(std::string(what) + " failed: " + failure.sentence);
    if (failure.first_bad_sequence > 0) {
        say("damaged at record " + std::to_string(failure.first_bad_sequence) + "; " +
            std::to_string(failure.first_bad_sequence - 1) + " records before it are sound");
    }
    return complain("nothing was written to " + place);
}

} // namespace

int backup(const BackupOptions& options) {
    if (!options.in_this_process) {
        return run_in_child("the backup", options.data_dir,
                            {"backup", "--in-this-process", "--data", options.data_dir, "--to",
                             options.backup_dir});
    }
    give_way();
    const auto original = journal_to_read(options.data_dir);
    if (const auto* failure = std::get_if<persistence::Failure>(&original)) {
        return fail("the backup", *failure, options.backup_dir);
    }
    Steps steps;
    const auto outcome = persistence::back_up(
        options.data_dir, options.backup_dir,
        [&](CopyStep step, auto done, auto total) { steps.show(step, done, total); });
    steps.end();
    if (const auto* failure = std::get_if<persistence::Failure>(&outcome)) {
        return fail("the backup", *failure, options.backup_dir);
    }
    const auto& end = std::get<persistence::JournalPosition>(outcome);
    std::printf("backup is complete: %llu records, last sequence %llu, hash %s\n",
                static_cast<unsigned long long>(end.last_sequence),
                static_cast<unsigned long long>(end.last_sequence),
                persistence::to_hex(end.chain_hash).c_str());
    return exit_ok;
}

int restore(const RestoreOptions& options) {
    std::optional<persistence::Until> until;
    if (!options.until.empty()) {
        until = persistence::parse_until(options.until);
        if (!until) {
            return complain("--until " + options.until +
                                " is neither a sequence (1 or more) nor an instant in UTC such as "
                                "2026-11-21T08:00:00Z",
                            exit_misconfigured);
        }
    }
    if (!options.in_this_process) {
        std::vector<std::string> arguments = {"restore", "--in-this-process",
                                              "--from",  options.backup_dir,
                                              "--data",  options.data_dir};
        if (until) {
            arguments.insert(arguments.end(), {"--until", options.until});
        }
        return run_in_child("the restore", options.backup_dir, arguments);
    }
    Steps steps;
    const auto outcome = persistence::restore(
        options.backup_dir, options.data_dir, until,
        [&](CopyStep step, auto done, auto total) { steps.show(step, done, total); });
    steps.end();
    if (const auto* failure = std::get_if<persistence::Failure>(&outcome)) {
        return fail("the restore", *failure, options.data_dir);
    }
    const auto& end = std::get<persistence::JournalPosition>(outcome);
    std::printf("restored %llu records, last sequence %llu, hash %s; start it with: hongbao serve "
                "--data %s\n",
                static_cast<unsigned long long>(end.last_sequence),
                static_cast<unsigned long long>(end.last_sequence),
                persistence::to_hex(end.chain_hash).c_str(), options.data_dir.c_str());
    return exit_ok;
}

} // namespace hongbao::ops
