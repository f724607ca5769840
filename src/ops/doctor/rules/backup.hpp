// Role: whether the newest backup could take the journal's place. Pure.
#pragma once

#include "domain/record.hpp"
#include "domain/values/instant.hpp"
#include "ops/doctor/finding.hpp"

#include <cstdint>
#include <string>

namespace hongbao::ops::doctor {

struct BackupFacts {
    std::string path;
    std::string data_dir;
    domain::InstantMs made_at = 0;
    bool is_of_this_journal = true;
    /// The journal's hash after the backup's last record is the backup's.
    bool is_of_this_course = true;
    std::string missing_segment; // a sentence; empty: it has all that it needs
    domain::Sequence last_sequence = 0;
    domain::Sequence journal_last_sequence = 0;
};

/// `due_s`: from this age on another is due (backup_due_s), if records came since.
Finding judge_backup(const BackupFacts& backup, domain::InstantMs now, std::int64_t due_s);

} // namespace hongbao::ops::doctor
