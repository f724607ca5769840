// Role: whether there is a backup that could be restored: of this journal, and not too old.
#include "actors/environment/clock.hpp"
#include "domain/values/rfc3339.hpp"
#include "ops/doctor/backups.hpp"
#include "ops/doctor/checks/checks.hpp"
#include "ops/doctor/words.hpp"
#include "persistence/files/data_directory.hpp"

namespace hongbao::ops::doctor {

namespace {

using persistence::DataDirectory;
using persistence::Failure;

/// Whether one is the beginning of the other.
std::optional<Finding> compare(const Patient& patient, const StoreFacts& journal,
                               const std::filesystem::path& path, const StoreFacts& backup) {
    const std::string name = path.string();
    if (backup.journal_id != journal.journal_id) {
        return failure(name + ", the newest backup, is of another journal",
                       "make one of this: `hongbao backup --data " + patient.data_dir.string() +
                           " --to DIR`, and set backup_dir to where its backups are");
    }
    if (backup.last_sequence > journal.last_sequence) {
        return failure(name + " has records up to " + std::to_string(backup.last_sequence) +
                           ", and the journal ends at " + std::to_string(journal.last_sequence) +
                           ": records are missing here",
                       "find out whether this data directory was restored from an older backup "
                       "before it takes new records");
    }
    if (backup.last_sequence > 0 &&
        chain_hash_after(DataDirectory::journal_path_in(patient.data_dir), backup.last_sequence) !=
            backup.chain_hash) {
        return failure(
            name + " is of this journal, but of another course of it: the hashes at record " +
                std::to_string(backup.last_sequence) + " differ",
            "it is from before a restore; make a new backup");
    }
    return std::nullopt;
}

Finding judge_age(const Patient& patient, const StoreFacts& journal, const BackupFound& found,
                  const StoreFacts& backup) {
    const std::int64_t age_ms =
        std::max<std::int64_t>(0, actors::WallClock::machine_time() - found.made_at_ms);
    const auto since = journal.last_sequence - backup.last_sequence;
    const std::string says = found.path.string() + " is " + duration_in_words(age_ms) +
                             " old and has all but the last " + std::to_string(since) + " records";
    Finding finding =
        fine(since == 0 ? found.path.string() + " has every record of the journal" : says);
    constexpr std::int64_t ms_per_s = 1'000;
    if (since > 0 && age_ms > patient.settings.backup_due_s * ms_per_s) {
        finding = warning(says + ": another is due (backup_due_s)",
                          "`hongbao backup --data " + patient.data_dir.string() +
                              " --to DIR`, by a timer every night");
    }
    finding.figures = {{"backup", found.path.string()},
                       {"made_at", domain::to_rfc3339(found.made_at_ms)},
                       {"last_sequence", backup.last_sequence},
                       {"records_since", since}};
    return finding;
}

} // namespace

Findings check_backup(const Patient& patient) {
    const StoreFacts* const journal = patient.store_facts();
    const std::string& folder = patient.settings.backup_dir;
    if (folder.empty() && patient.not_seen) {
        return {unseen("not looked at: whether there is something to back up could not be seen")};
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
                    ? failure(failed->sentence, "is its disk mounted? (backup_dir)")
                    : unseen(failed->sentence)};
    }
    const auto& newest = std::get<std::optional<BackupFound>>(found);
    if (!newest) {
        return {failure("there is no backup in " + folder + " (backup_dir)",
                        "`hongbao backup --data " + patient.data_dir.string() + " --to " + folder +
                            "/NAME`")};
    }
    const auto looked =
        store_facts(DataDirectory::journal_path_in(newest->path), std::nullopt, true);
    if (const auto* failed = std::get_if<Failure>(&looked)) {
        return {failed->is_of_machine
                    ? unseen(failed->sentence)
                    : failure("the newest backup cannot be used: " + failed->sentence,
                              "make another, and see what happened to this one: `hongbao verify "
                              "--data " +
                                  newest->path.string() + "`")};
    }
    const auto& backup = std::get<StoreFacts>(looked);
    if (journal == nullptr) {
        return {fine(newest->path.string() + " has " + std::to_string(backup.last_sequence) +
                     " records; there is no journal to compare it with")};
    }
    if (auto difference = compare(patient, *journal, newest->path, backup)) {
        return {std::move(*difference)};
    }
    return {judge_age(patient, *journal, *newest, backup)};
}

} // namespace hongbao::ops::doctor
