// Role: decides whether the journal is made, opened, cut or refused.
#include "persistence/repair/journal_at_start.hpp"

#include "persistence/files/folder.hpp"
#include "persistence/files/sight.hpp"
#include "persistence/repair/journal_cut.hpp"

#include "domain/values/rfc3339.hpp"

#include <cerrno>
#include <cstdio>
#include <utility>

namespace hongbao::persistence {

namespace {

namespace fs = std::filesystem;

/// In a folder of another name first: a start that was ended leaves a whole journal or none.
std::optional<Failure> make_journal(const DataDirectory& directory, LmdbJournalOptions options) {
    const fs::path scratch = directory.start_scratch_path();
    options.path = scratch;
    auto made = LmdbJournal::open(options);
    if (auto* failure = std::get_if<Failure>(&made)) {
        return std::move(*failure);
    }
    made = Failure{};
    const fs::path journal = directory.journal_path();
    if (std::rename(scratch.c_str(), journal.c_str()) != 0) {
        Failure failure = machine_failure(journal, "cannot be made", errno);
        std::error_code ignored;
        fs::remove_all(scratch, ignored);
        return failure;
    }
    return sync_folder(directory.path());
}

/// A journal that is lost must not be taken for one that never was.
std::optional<Failure> refuse_to_make(const DataDirectory& directory) {
    const fs::path journal = directory.journal_path();
    for (const fs::path& sign : {journal / "lock.mdb", directory.read_model_path() / "data.mdb"}) {
        auto seen = is_there(sign);
        if (auto* failure = std::get_if<Failure>(&seen)) {
            return std::move(*failure);
        }
        if (std::get<bool>(seen)) {
            return Failure{"data directory " + directory.path().string() +
                           " has lost its journal: " + sign.string() + " is there, but " +
                           (journal / "data.mdb").string() +
                           " is not. Put it back, or restore a backup into a new folder"};
        }
    }
    return std::nullopt;
}

std::string what_was_cut(const CutJournal& cut, const Failure& damage, const fs::path& data_dir) {
    const std::string records =
        !cut.cut
            ? "What came after record " + std::to_string(cut.ends_at) +
                  ", if anything, has been cut off"
            : "Records " + std::to_string(cut.cut->first) + " to " + std::to_string(cut.cut->last) +
                  " have been cut off" +
                  (cut.cut->at ? ", the last of them written at " + domain::to_rfc3339(*cut.cut->at)
                               : std::string());
    return "the end of the journal was damaged: " + damage.sentence + ". " + records +
           "; the journal ends with record " + std::to_string(cut.ends_at) +
           " now. Everything before has been read and is sound. If the disk said that it had "
           "synced what it had not, replies that rested on these records may have been given: "
           "those clients know of something that is gone. The journal as it was found is kept in " +
           (data_dir / cut.kept_as.filename()).string();
}

} // namespace

std::variant<JournalAtStart, Failure> open_at_start(const DataDirectory& directory,
                                                    LmdbJournalOptions options,
                                                    const ProgressObserver& progress) {
    const fs::path journal = directory.journal_path();
    const fs::path scratch = directory.start_scratch_path();
    std::error_code error;
    fs::remove_all(scratch, error); // of a start that was ended
    if (error) {
        return machine_failure(scratch, "cannot be removed", error.value());
    }
    auto seen = is_there(journal / "data.mdb");
    if (auto* failure = std::get_if<Failure>(&seen)) {
        return std::move(*failure);
    }
    JournalAtStart opened;
    if (!std::get<bool>(seen)) {
        auto failure = refuse_to_make(directory);
        failure = failure ? failure : make_journal(directory, options);
        if (failure) {
            return std::move(*failure);
        }
    } else if (EndCheck found = check_journal_end(journal);
               found.failure && (is_damage(*found.failure) || found.failure->is_of_machine ||
                                 !found.read_to_its_end)) {
        // Opening it below meets any other failure again, or completes an unfinished journal.
        if (!is_damage(*found.failure)) {
            return std::move(*found.failure);
        }
        auto kept = DataDirectory::next_broken_path_in(directory.path());
        if (auto* failure = std::get_if<Failure>(&kept)) {
            return std::move(*failure);
        }
        const auto outcome =
            cut_last_commit({journal, scratch, std::get<fs::path>(kept)}, found, progress);
        fs::remove_all(scratch, error);
        if (const auto* failure = std::get_if<Failure>(&outcome)) {
            return *failure;
        }
        opened.told = what_was_cut(std::get<CutJournal>(outcome), *found.failure, directory.path());
    }
    options.path = journal;
    auto journal_opened = LmdbJournal::open(options);
    if (auto* failure = std::get_if<Failure>(&journal_opened)) {
        return std::move(*failure);
    }
    opened.journal = std::move(std::get<std::unique_ptr<LmdbJournal>>(journal_opened));
    return opened;
}

std::string keep_as_broken(const DataDirectory& directory) {
    const fs::path journal = directory.journal_path();
    const auto free_name = DataDirectory::next_broken_path_in(directory.path());
    if (const auto* failure = std::get_if<Failure>(&free_name)) {
        return failure->sentence + "; do not start on it again";
    }
    const auto& kept = std::get<fs::path>(free_name);
    if (std::rename(journal.c_str(), kept.c_str()) != 0) {
        return machine_failure(journal, "cannot be renamed to " + kept.string(), errno).sentence +
               "; do not start on it again";
    }
    const auto failure = sync_folder(directory.path());
    return "the journal is kept as " + kept.string() + ", and nothing writes to it any more" +
           (failure ? " (" + failure->sentence + ")" : "");
}

} // namespace hongbao::persistence
