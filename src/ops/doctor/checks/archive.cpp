// Role: whether every archived record has its segment, and how old the newest is.
#include "actors/environment/clock.hpp"
#include "ops/doctor/checks/checks.hpp"
#include "ops/doctor/words.hpp"
#include "persistence/files/data_directory.hpp"
#include "persistence/journal/segment/header.hpp"

#include <sys/stat.h>

namespace hongbao::ops::doctor {

Findings check_archive(const Patient& patient) {
    using persistence::DataDirectory;
    const StoreFacts* const store = patient.store_facts();
    if (store == nullptr) {
        return {patient.has_journal || patient.not_seen
                    ? note("not looked at: the journal could not be")
                    : fine("nothing is archived")};
    }
    const auto listed =
        persistence::segments_in(DataDirectory::journal_path_in(patient.data_dir) / "archive");
    if (const auto* failed = std::get_if<persistence::Failure>(&listed)) {
        return {failed->is_of_machine ? out_of_reach(failed->sentence)
                                      : told(Verdict::fault, failed->sentence)};
    }
    const auto& segments = std::get<std::vector<persistence::SegmentFile>>(listed);
    if (!store->missing_segment.empty()) {
        return {
            fault(store->missing_segment,
                  "put the segment back: `verify`, `rebuild`, `backup` and long lists need it")};
    }
    if (segments.empty()) {
        return {fine("nothing is archived")};
    }
    struct stat newest {};
    std::string age;
    if (::stat(segments.back().path.c_str(), &newest) == 0) {
        const std::int64_t at_ms = newest.st_mtim.tv_sec * std::int64_t{1'000};
        age = ", the newest " +
              duration_in_words(
                  std::max<std::int64_t>(0, actors::WallClock::machine_time() - at_ms)) +
              " old";
    }
    Finding finding = fine(counted(segments.size(), "segment") +
                           (segments.size() == 1 ? " holds records 1 to " : " hold records 1 to ") +
                           std::to_string(segments.back().last) + age +
                           "; the journal goes on from " + std::to_string(store->archived + 1));
    if (segments.back().last > store->archived && !patient.is_served()) {
        finding =
            warning("records up to " + std::to_string(segments.back().last) +
                        " are archived, but the journal still has those from " +
                        std::to_string(store->archived + 1) + " on",
                    "nothing is wrong: run `hongbao archive` again, or start the server, which "
                    "deletes them");
    }
    finding.figures = {{"segments", segments.size()}, {"archived", store->archived}};
    return {std::move(finding)};
}

} // namespace hongbao::ops::doctor
