// Role: looks once at what all checks go by. Processes are forked before anything starts a thread.
#include "ops/doctor/patient.hpp"

#include "persistence/files/as_owner.hpp"
#include "persistence/files/data_directory.hpp"
#include "persistence/files/sight.hpp"
#include "persistence/journal/end/end_at_rest.hpp"

#include <sys/stat.h>
#include <unistd.h>

namespace hongbao::ops::doctor {

namespace {

using persistence::DataDirectory;
using persistence::Failure;

void look_at_store(Patient& patient) {
    const auto journal = DataDirectory::journal_path_in(patient.data_dir);
    const auto there = persistence::is_there(journal / "data.mdb");
    if (const auto* failure = std::get_if<Failure>(&there)) {
        patient.not_seen = *failure;
        return;
    }
    patient.has_journal = std::get<bool>(there);
    if (!patient.has_journal) {
        return;
    }
    std::error_code error;
    if (!std::filesystem::is_regular_file(journal / "data.mdb",
                                          error)) { // a pipe would be waited for
        patient.not_seen = Failure{(journal / "data.mdb").string() + " is not a file"};
        patient.has_journal = false;
        return;
    }
    // What root's look leaves beside the journal, such as a table of readers, is the owner's.
    const persistence::AsOwner as_owner(patient.data_dir);
    patient.journal_end = persistence::check_end_at_rest(journal);
    patient.store =
        store_facts(journal, DataDirectory::read_model_path_in(patient.data_dir), false);
}

} // namespace

bool Patient::is_of_another_user() const {
    struct stat folder {};
    return ::geteuid() != 0 && ::stat(data_dir.c_str(), &folder) == 0 &&
           folder.st_uid != ::geteuid();
}

Patient look_at(const config::Loaded& loaded, bool writes_for_sync) {
    Patient patient{loaded, loaded.settings, loaded.settings.data_dir, writes_for_sync};
    look_at_store(patient);
    patient.holder = holder_of_lock(DataDirectory::lock_path_in(patient.data_dir));
    patient.server = server_facts(patient.settings.data_dir);
    return patient;
}

} // namespace hongbao::ops::doctor
