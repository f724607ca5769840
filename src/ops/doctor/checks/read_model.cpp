// Role: whether the read model can be used by a start, how far it is behind, and the mark of a
// crash.
#include "ops/doctor/checks/checks.hpp"
#include "persistence/files/data_directory.hpp"
#include "persistence/files/sight.hpp"
#include "persistence/read_model/store/store.hpp"

namespace hongbao::ops::doctor {

namespace {

/// The mark that a rebuild has while it goes on, and that a crash leaves.
bool is_marked(const Patient& patient) {
    const auto mark = persistence::is_there(persistence::ModelStore::mark_in(
        persistence::DataDirectory::read_model_path_in(patient.data_dir)));
    return std::holds_alternative<bool>(mark) && std::get<bool>(mark);
}

} // namespace

Findings check_read_model(const Patient& patient) {
    const StoreFacts* const store = patient.store_facts();
    if (store == nullptr) {
        return {patient.has_journal || patient.not_seen
                    ? note("not looked at: the journal could not be")
                    : fine("there is none yet: a start builds it")};
    }
    if (is_marked(patient)) {
        return {
            patient.is_served()
                ? fine("the server is building it")
                : warning("it is marked as not to be used: the last server crashed, or was ended "
                          "while it built it",
                          "nothing has to be done: the next start rebuilds it from the journal; "
                          "read the last lines of the log, and report a crash")};
    }
    if (!store->has_model) {
        return {fine("there is none: the next start builds it from the journal")};
    }
    if (!store->model_fault.empty()) {
        return {warning("it cannot be used: " + store->model_fault,
                        "nothing is lost: the next start rebuilds it from the journal")};
    }
    const auto behind = store->last_sequence - std::min(store->last_sequence, store->projected);
    Finding finding =
        fine("it has record " + std::to_string(store->projected) +
             (behind == 0 ? std::string(", the last")
                          : ", " + std::to_string(behind) + " behind" +
                                (patient.is_served() ? "" : "; a start replays them")));
    if (store->projected > store->last_sequence && !patient.is_served()) {
        finding = warning("it is ahead of the journal, which ends at " +
                              std::to_string(store->last_sequence),
                          "the next start rebuilds it; if nobody replaced the journal, "
                          "find out what took records from it");
    }
    finding.figures = {{"projected", store->projected}, {"behind_records", behind}};
    return {std::move(finding)};
}

} // namespace hongbao::ops::doctor
