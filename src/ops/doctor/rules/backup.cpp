// Role: from the worst to the best, and their sentences.
#include "ops/doctor/rules/backup.hpp"

#include "domain/values/rfc3339.hpp"
#include "ops/doctor/words.hpp"

#include <algorithm>

namespace hongbao::ops::doctor {

namespace {

Finding judge_age(const BackupFacts& backup, domain::InstantMs now, std::int64_t due_s) {
    constexpr std::int64_t ms_per_s = 1'000;
    const auto since = backup.journal_last_sequence - backup.last_sequence;
    if (since == 0) {
        return fine(backup.path + " has every record of the journal");
    }
    const std::int64_t age_ms = std::max<std::int64_t>(0, now - backup.made_at);
    const std::string says = backup.path + " is " + duration_in_words(age_ms) +
                             " old and has all but the last " +
                             (since == 1 ? std::string("record") : counted(since, "record"));
    return age_ms <= due_s * ms_per_s ? fine(says)
                                      : warning(says + ": another is due (backup_due_s)",
                                                "`hongbao backup --data " + backup.data_dir +
                                                    " --to DIR`, by a timer every night");
}

} // namespace

Finding judge_backup(const BackupFacts& backup, domain::InstantMs now, std::int64_t due_s) {
    if (!backup.is_of_this_journal) {
        return fault(backup.path + ", the newest backup, is of another journal",
                     "make one of this: `hongbao backup --data " + backup.data_dir +
                         " --to DIR`, and set backup_dir to where its backups are");
    }
    if (backup.last_sequence > backup.journal_last_sequence) {
        return fault(backup.path + " has records up to " + std::to_string(backup.last_sequence) +
                         ", and the journal ends at " +
                         std::to_string(backup.journal_last_sequence) +
                         ": records are missing here",
                     "find out whether this data directory was restored from an older backup "
                     "before it takes new records");
    }
    if (!backup.is_of_this_course) {
        return fault(backup.path +
                         " is of this journal, but of another course of it: the hashes at record " +
                         std::to_string(backup.last_sequence) + " differ",
                     "it is from before a restore; make a new backup");
    }
    if (!backup.missing_segment.empty()) {
        return fault(backup.path + " is not whole: " + backup.missing_segment,
                     "make another: what is in that segment cannot be restored from it");
    }
    Finding finding = judge_age(backup, now, due_s);
    finding.figures = {{"backup", backup.path},
                       {"made_at", domain::to_rfc3339(backup.made_at)},
                       {"last_sequence", backup.last_sequence},
                       {"records_since", backup.journal_last_sequence - backup.last_sequence}};
    return finding;
}

} // namespace hongbao::ops::doctor
