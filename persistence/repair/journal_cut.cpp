// Role: copies, cuts, reads the copy, puts it in place.
#include "persistence/repair/journal_cut.hpp"

#include "persistence/files/folder.hpp"
#include "persistence/files/sight.hpp"
#include "persistence/inspect/verify.hpp"
#include "persistence/journal/end/end_check_text.hpp"
#include "persistence/journal/lmdb/record_rows.hpp"
#include "persistence/journal/lmdb/tables.hpp"
#include "persistence/lmdb/older_meta.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

namespace hongbao::persistence {

namespace {

namespace fs = std::filesystem;

Failure not_done(const fs::path& path, const char* what, const std::string& why) {
    return Failure{.sentence = path.string() + " " + what + ": " + why +
                               "; the journal is as it was. Mend that, and start again",
                   .is_of_machine = true};
}

/// A synced copy of the file.
std::optional<Failure> copy_synced(const fs::path& from, const fs::path& to) {
    std::error_code error;
    fs::copy_file(from, to, error);
    if (error) {
        // A copy that was cut short by a full disk is called an input/output error.
        std::error_code unknown;
        const bool full =
            fs::space(to.parent_path(), unknown).available < fs::file_size(from, unknown);
        return not_done(to, "cannot be written",
                        words_of(full && !unknown ? ENOSPC : error.value(), to));
    }
    const int descriptor = ::open(to.c_str(), O_RDONLY | O_CLOEXEC);
    const int failed = descriptor < 0 || ::fsync(descriptor) != 0 ? errno : 0;
    if (descriptor >= 0) {
        ::close(descriptor);
    }
    return failed == 0 ? std::nullopt
                       : std::optional(not_done(to, "cannot be synced", words_of(failed, to)));
}

/// One more transaction, so that neither meta page leads to what was deleted.
std::optional<Failure> raise_epoch(const LmdbStore& store) {
    LmdbTransaction transaction(store.environment.get(), 0);
    if (transaction.error() != 0) {
        return store.failure("cannot be cut", transaction.error());
    }
    auto epoch = store.epoch(transaction.get());
    if (auto* failure = std::get_if<Failure>(&epoch)) {
        return std::move(*failure);
    }
    int error = store.put_epoch(transaction.get(), std::get<Epoch>(epoch) + 1);
    error = error != 0 ? error : transaction.commit();
    return error == 0 ? std::nullopt : std::optional(store.failure("cannot be cut", error));
}

/// Deletes every record and entry from `first` on, as one transaction.
std::optional<Failure> delete_from(domain::Sequence first, const fs::path& journal_path) {
    LmdbJournalOptions options;
    options.path = journal_path;
    auto opened = LmdbStore::open(options, LmdbStore::Recognise::later);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        return std::move(*failure);
    }
    const LmdbStore& store = *std::get<std::unique_ptr<LmdbStore>>(opened);
    LmdbTransaction transaction(store.environment.get(), 0);
    int error = transaction.error();
    for (const auto& [table, from] : {std::pair{store.records, first},
                                      {store.commits, first},
                                      {store.parts, first_part_of(first)}}) {
        MDB_cursor* cursor = nullptr;
        error = error != 0 ? error : mdb_cursor_open(transaction.get(), table, &cursor);
        while (error == 0) {
            MDB_val key = to_val(from);
            MDB_val value{};
            error = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
            error = error != 0 ? error : mdb_cursor_del(cursor, 0);
        }
        if (cursor != nullptr) {
            mdb_cursor_close(cursor);
        }
        error = error == MDB_NOTFOUND ? 0 : error;
    }
    error = error != 0 ? error : transaction.commit();
    return error == 0 ? raise_epoch(store) : std::optional(store.failure("cannot be cut", error));
}

EndCheck verify_all(const fs::path& journal_path, const ProgressObserver& progress) {
    return end_check_in_child("journal " + journal_path.string(), [&] {
        EndCheck check;
        auto outcome = verify(journal_path, progress);
        if (auto* damage = std::get_if<DamagedJournal>(&outcome)) {
            check.failure = Failure{std::move(damage->sentence), damage->first_bad_sequence, true};
            check.failure->is_of_segment = damage->is_of_archive;
            check.failure->is_of_machine = damage->is_of_machine;
        } else {
            check.last_commit = LastCommit{1, std::get<SoundJournal>(outcome).records, {}};
        }
        return check;
    });
}

/// Is the state before the last transaction the journal without the damage? A page that is missing
/// may show as anything, so what the damaged state says of its last commit may be wrong, too; but
/// the transaction before is never more than one commit away. If it has the same records (that
/// transaction wrote none of them), the damaged commit has to be deleted.
bool is_without(const EndCheck& found, const EndCheck& before) {
    if (before.failure || !before.last_commit) {
        return false;
    }
    return !found.blames_the_last_commit() || before.last_commit->last < found.last_commit->last;
}

/// The copy without its last commit, read from end to end.
EndCheck cut(const fs::path& scratch_path, const EndCheck& found,
             const ProgressObserver& progress) {
    OlderMeta older;
    EndCheck result = found;
    if (found.older_meta_is_whole && older.restore(scratch_path / "data.mdb")) {
        if (is_without(found, check_journal_end(scratch_path))) {
            return verify_all(scratch_path, progress);
        }
        older.undo();
    }
    // With damage elsewhere LMDB cannot be trusted to write.
    if (found.blames_the_last_commit()) {
        result = end_check_in_child("journal " + scratch_path.string(), [&] {
            EndCheck deleted;
            deleted.failure = delete_from(found.last_commit->first, scratch_path);
            return deleted;
        });
        if (!result.failure) {
            result = verify_all(scratch_path, progress);
        }
    }
    return result;
}

/// The found file under its new name: another link to it, or a copy where there are no links.
std::optional<Failure> keep(const JournalCutPlan& plan) {
    if (auto failure = make_folder(plan.kept_path)) {
        return failure;
    }
    const fs::path from = plan.journal_path / "data.mdb";
    const fs::path to = plan.kept_path / "data.mdb";
    if (::link(from.c_str(), to.c_str()) != 0) {
        if (auto failure = copy_synced(from, to)) {
            return failure;
        }
    }
    return sync_folder(plan.kept_path);
}

std::optional<Failure> put_in_place(const JournalCutPlan& plan) {
    const fs::path from = plan.scratch_path / "data.mdb";
    const fs::path to = plan.journal_path / "data.mdb";
    const int descriptor = ::open(from.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
    if (descriptor >= 0) {
        ::close(descriptor);
    }
    if (!synced) {
        return not_done(from, "cannot be synced", words_of(errno, from));
    }
    // First, so that no table of locks is left that counts the commits of the other file.
    std::error_code error;
    fs::remove(plan.journal_path / "lock.mdb", error);
    if (error || std::rename(from.c_str(), to.c_str()) != 0) {
        return not_done(to, "cannot be replaced", words_of(error ? error.value() : errno, to));
    }
    return sync_folder(plan.journal_path);
}

/// The damage is the journal's, though the copy was read.
Failure about(const JournalCutPlan& plan, Failure failure) {
    const std::string scratch = plan.scratch_path.string();
    for (std::size_t place = failure.sentence.find(scratch); place != std::string::npos;
         place = failure.sentence.find(scratch, place + 1)) {
        failure.sentence.replace(place, scratch.size(), plan.journal_path.string());
    }
    return failure;
}

} // namespace

std::variant<CutJournal, Failure> cut_last_commit(const JournalCutPlan& plan, const EndCheck& found,
                                                  const ProgressObserver& progress) {
    if (auto failure = make_folder(plan.scratch_path)) {
        return std::move(*failure);
    }
    if (auto failure =
            copy_synced(plan.journal_path / "data.mdb", plan.scratch_path / "data.mdb")) {
        return std::move(*failure);
    }
    std::error_code error;
    const fs::path archive = fs::absolute(plan.journal_path, error) / "archive";
    auto archive_seen = is_there(archive);
    if (auto* failure = std::get_if<Failure>(&archive_seen)) {
        return std::move(*failure);
    }
    if (std::get<bool>(archive_seen)) { // what is archived is read with the copy
        const fs::path link = plan.scratch_path / "archive";
        fs::create_directory_symlink(archive, link, error);
        if (error) {
            return not_done(link, "cannot be made", words_of(error.value(), link));
        }
    }
    EndCheck result = cut(plan.scratch_path, found, progress);
    if (result.failure) {
        return about(plan, std::move(*result.failure));
    }
    if (auto failure = keep(plan)) {
        return std::move(*failure);
    }
    if (auto failure = put_in_place(plan)) {
        return std::move(*failure);
    }
    const domain::Sequence ends_at = result.last_commit->last;
    CutJournal cut_journal{ends_at, {}, plan.kept_path};
    if (found.last_commit && found.last_commit->last > ends_at) {
        cut_journal.cut = found.last_commit;
        cut_journal.cut->first = ends_at + 1;
    }
    return cut_journal;
}

} // namespace hongbao::persistence
