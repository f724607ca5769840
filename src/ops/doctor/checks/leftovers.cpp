// Role: what interrupted work has left in the data directory.
#include "ops/doctor/checks/checks.hpp"
#include "ops/doctor/machine/own_file.hpp"
#include "ops/doctor/machine/sync_probe.hpp"
#include "ops/serve/token_file.hpp"
#include "persistence/files/data_directory.hpp"
#include "persistence/files/descriptor.hpp"
#include "persistence/files/sight.hpp"

#include <fcntl.h>
#include <sys/file.h>

namespace hongbao::ops::doctor {

namespace {

namespace fs = std::filesystem;
using persistence::DataDirectory;

bool is_seen(const fs::path& path) {
    const auto there = persistence::is_there(path);
    return std::holds_alternative<bool>(there) && std::get<bool>(there);
}

Finding left_behind(const fs::path& file, const fs::path& data_dir) {
    Finding finding = warning(file.string() + " was left by work that did not come to its end",
                              "nothing needs it: remove it");
    finding.fixes.push_back({"removed " + file.string(), true,
                             [file, data_dir] { return remove_file(file, data_dir); }});
    return finding;
}

/// Whoever writes an archive holds its folder.
bool is_being_archived(const fs::path& archive) {
    const persistence::Descriptor folder(
        ::open(archive.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return folder && ::flock(folder.get(), LOCK_SH | LOCK_NB) != 0;
}

/// Files of a doctor that was ended, where the file system cannot do without a name.
void look_for_tests_of_the_disk(const fs::path& journal, const fs::path& data_dir,
                                Findings& findings) {
    std::error_code error;
    for (fs::directory_iterator entry(journal, error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (name.starts_with(sync_test_name) && entry->is_regular_file(error)) {
            findings.push_back(left_behind(entry->path(), data_dir));
        }
    }
}

} // namespace

Findings check_leftovers(const Patient& patient) {
    if (patient.not_seen) {
        return {note("not looked at: " + patient.data_dir.string() + " could not be")};
    }
    const fs::path& data_dir = patient.data_dir;
    Findings findings;
    for (const fs::path& secret : {token_file_in(data_dir), data_dir / "webhook-key"}) {
        if (const fs::path unfinished = secret.string() + ".new"; is_seen(unfinished)) {
            findings.push_back(left_behind(unfinished, data_dir));
        }
    }
    const fs::path archive = DataDirectory::journal_path_in(data_dir) / "archive";
    if (const fs::path unfinished = archive / "segment.partial";
        is_seen(unfinished) && !is_being_archived(archive)) {
        findings.push_back(left_behind(unfinished, data_dir));
    }
    look_for_tests_of_the_disk(DataDirectory::journal_path_in(data_dir), data_dir, findings);
    if (const fs::path unfinished = DataDirectory::unfinished_path_in(data_dir);
        is_seen(unfinished)) {
        findings.push_back(fault(unfinished.string() +
                                     " is a copy that was never completed: no server starts here",
                                 "make that backup or restore once more, or remove the folder"));
    }
    if (findings.empty()) {
        findings.push_back(fine("nothing was left by interrupted work"));
    }
    return findings;
}

} // namespace hongbao::ops::doctor
