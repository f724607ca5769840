// Role: whether there is a backup that could be restored: of this journal, and not too old.
#include "ops/doctor/rules/backup.hpp"
#include "actors/environment/clock.hpp"
#include "ops/doctor/backups.hpp"
#include "ops/doctor/checks/checks.hpp"
#include "ops/doctor/words.hpp"
#include "persistence/files/data_directory.hpp"

namespace hongbao::ops::doctor {

namespace {

using persistence::DataDirectory;
using persistence::Failure;

/// What the journal has of the time when the backup was made.
BackupFacts facts_of(const Patient& patient, const StoreFacts& journal, const BackupFound& found,
                     const StoreFacts& backup) {
    BackupFacts facts;
    facts.path = found.path.string();
    facts.data_dir = patient.data_dir.string();
    facts.made_at = found.made_at_ms;
    facts.is_of_this_journal = backup.journal_id == journal.journal_id;
    facts.missing_segment = backup.missing_segment;
    facts.last_sequence = backup.last_sequence;
    facts.journal_last_sequence = journal.last_sequence;
    facts.is_of_this_course = backup.last_sequence == 0 ||
                              backup.last_sequence > journal.last_sequence ||
                              !facts.is_of_this_journal ||
                              chain_hash_after(DataDirectory::journal_path_in(patient.data_dir),
                                               backup.last_sequence) == backup.chain_hash;
    return facts;
}

} // namespace

Findings check_backup(const Patient& patient) {
    const StoreFacts* const journal = patient.store_facts();
    const std::string& folder = patient.settings.backup_dir;
    if (folder.empty() && patient.not_seen) {
        return {note("not looked at: whether there is something to back up could not be seen")};
    }
    if (folder.empty()) {
        return {
            journal == nullptr || journal->last_sequence == 0
                ? fine("there is nothing to back up yet")
                : warning("it is not known where backups are",
                          "set backup_dir (--backup-dir) to the folder that `hongbao backup --to` "
                          "makes them in")};
    }
    const auto found = newest_backup(folder);
    if (const auto* failed = std::get_if<Failure>(&found)) {
        return {failed->is_of_machine && journal != nullptr
                    ? fault(failed->sentence, "is its disk mounted? (backup_dir)")
                    : note(failed->sentence)};
    }
    const auto& newest = std::get<std::optional<BackupFound>>(found);
    if (!newest) {
        return {fault("there is no backup in " + folder + " (backup_dir)",
                      "`hongbao backup --data " + patient.data_dir.string() + " --to " + folder +
                          "/NAME`")};
    }
    const auto looked =
        store_facts(DataDirectory::journal_path_in(newest->path), std::nullopt, true);
    if (const auto* failed = std::get_if<Failure>(&looked)) {
        return {failed->is_of_machine
                    ? note(failed->sentence)
                    : fault("the newest backup cannot be used: " + failed->sentence,
                            "make another, and see what happened to this one: `hongbao verify "
                            "--data " +
                                newest->path.string() + "`")};
    }
    const auto& backup = std::get<StoreFacts>(looked);
    if (journal == nullptr) {
        return {fine(newest->path.string() + " has " + counted(backup.last_sequence, "record") +
                     "; there is no journal to compare it with")};
    }
    return {judge_backup(facts_of(patient, *journal, *newest, backup),
                         actors::WallClock::machine_time(), patient.settings.backup_due_s)};
}

} // namespace hongbao::ops::doctor
