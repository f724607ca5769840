// Role: whether the journal is there, and whole at its end.
#include "actors/environment/clock.hpp"
#include "domain/values/rfc3339.hpp"
#include "ops/doctor/checks/checks.hpp"
#include "ops/doctor/words.hpp"
#include "persistence/files/data_directory.hpp"
#include "persistence/journal/end/end_at_rest.hpp"

namespace hongbao::ops::doctor {

namespace {

using persistence::DataDirectory;
using persistence::Failure;

Finding look_at_end(const Patient& patient) {
    const std::string verify =
        "`hongbao verify --data " + patient.data_dir.string() + "` says more";
    if (const auto& found = patient.journal_end.failure) {
        if (!persistence::is_damage(*found)) {
            return found->is_of_machine ? out_of_reach(found->sentence)
                                        : fault(found->sentence, verify);
        }
        return fault("the journal is damaged at its end: " + found->sentence,
                     verify + "; then restore a backup into a new folder. " +
                         persistence::words_about_copies);
    }
    const StoreFacts* const store = patient.store_facts();
    if (store == nullptr) {
        const Failure& failed = std::get<Failure>(patient.store);
        return failed.is_of_machine ? out_of_reach(failed.sentence)
                                    : fault(failed.sentence, verify);
    }
    std::string says = counted(store->last_sequence, "record");
    if (store->last_at != 0) {
        says += ", the last of " + domain::to_rfc3339(store->last_at);
    }
    Finding finding = fine(says + "; the last commit is whole");
    finding.figures = {{"last_sequence", store->last_sequence},
                       {"hash", store->chain_hash},
                       {"readers", store->readers}};
    return finding;
}

} // namespace

Findings check_journal(const Patient& patient) {
    if (patient.not_seen) {
        return {out_of_reach(patient.not_seen->sentence)};
    }
    Findings findings;
    if (patient.has_journal) {
        findings.push_back(look_at_end(patient));
    }
    const auto broken = DataDirectory::broken_path_in(patient.data_dir);
    const auto* const newest = std::get_if<std::optional<std::filesystem::path>>(&broken);
    if (newest != nullptr && newest->has_value()) {
        const std::string says =
            "a start found a journal damaged and put it aside: " + (*newest)->string();
        findings.push_back(patient.has_journal
                               ? warning(says, "once it is known what is in it, move it elsewhere")
                               : fault(says + "; there is no other",
                                       "`hongbao verify` says what is wrong with it; restore a "
                                       "backup into a new folder"));
    }
    if (findings.empty()) {
        findings.push_back(fine("there is no journal yet: a start makes one"));
    }
    return findings;
}

} // namespace hongbao::ops::doctor
