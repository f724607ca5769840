// Role: reads, writes, reads back, renames.
#include "persistence/upkeep/backup.hpp"

#include "persistence/files/new_data_directory.hpp"
#include "persistence/files/sight.hpp"
#include "persistence/inspect/verify.hpp"
#include "persistence/upkeep/archive_copy.hpp"
#include "persistence/upkeep/journal_copy.hpp"

#include <algorithm>
#include <utility>

namespace hongbao::persistence {

namespace {

namespace fs = std::filesystem;
using Outcome = std::variant<JournalPosition, Failure>;

void tell(const CopyObserver& observe, CopyStep step, domain::Sequence done,
          domain::Sequence total) {
    if (observe) {
        observe(step, done, total);
    }
}

std::variant<std::unique_ptr<LmdbStore>, Failure> open_to_read(const fs::path& journal_path) {
    LmdbJournalOptions options;
    options.path = journal_path;
    options.read_only = true;
    return LmdbStore::open(options);
}

std::variant<CommitEntry, Failure> last_commit_of(const LmdbStore& store) {
    LmdbTransaction transaction(store.environment.get(), MDB_RDONLY);
    if (transaction.error() != 0) {
        return store.failure("cannot be read", transaction.error());
    }
    return store.last_commit(transaction.get());
}

/// Absolute, without links, dots and a slash at the end, also of a folder not there yet.
std::variant<fs::path, Failure> plain(const fs::path& path) {
    std::error_code error;
    const fs::path found = fs::weakly_canonical(path, error);
    if (error) {
        return machine_failure(path, "cannot be looked at", error.value());
    }
    return found.has_filename() ? found : found.parent_path();
}

/// Is there a place for a copy outside of what is copied?
std::optional<Failure> refuse(const fs::path& from, const fs::path& to) {
    auto in = plain(to);
    auto out = plain(from);
    for (auto* path : {&in, &out}) {
        if (auto* failure = std::get_if<Failure>(path)) {
            return std::move(*failure);
        }
    }
    const auto& inner = std::get<fs::path>(in);
    const auto& outer = std::get<fs::path>(out);
    if (std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first ==
        outer.end()) {
        return Failure{"a copy of " + from.string() + " cannot lie in it, at " + to.string() +
                       "; name a folder elsewhere, best on another disk"};
    }
    return NewDataDirectory::refusal(to);
}

Outcome copy_up_to(domain::Sequence last, const LmdbStore& original, const fs::path& path,
                   const CopyObserver& observe) {
    auto begun = JournalCopy::begin(original, path, last);
    if (auto* failure = std::get_if<Failure>(&begun)) {
        return std::move(*failure);
    }
    JournalCopy& copy = *std::get<std::unique_ptr<JournalCopy>>(begun);
    auto archived = copy_archive(original, last, path);
    if (auto* failure = std::get_if<Failure>(&archived)) {
        return std::move(*failure);
    }
    const domain::Sequence archive_end = std::get<domain::Sequence>(archived);
    domain::Sequence done = 0;
    std::optional<Failure> not_written;
    RecordWalk walk(original, 1, [&](const WalkedRecord& walked) {
        done = walked.record.sequence;
        if (done == archive_end) {
            copy.begin_after(walked.commit);
        } else if (done > archive_end) {
            not_written = copy.take(walked);
        }
        return not_written || done == last ? Visit::stop : Visit::next;
    });
    while (last > 0 && !walk.has_ended()) {
        if (auto damage = walk.step()) {
            return std::move(*damage);
        }
        if (!not_written) {
            not_written = copy.write_when_due();
        }
        if (not_written) {
            return std::move(*not_written);
        }
        tell(observe, CopyStep::copying, done, last);
    }
    if (copy.position().last_sequence != last) {
        return Failure{"journal " + original.path.string() + ": ends at record " +
                           std::to_string(copy.position().last_sequence) + " instead of " +
                           std::to_string(last),
                       copy.position().last_sequence + 1};
    }
    if (auto failure = copy.finish()) {
        return std::move(*failure);
    }
    return copy.position();
}

/// Reads the whole copy and compares its end.
std::optional<Failure> read_back(const fs::path& path, const JournalId& id,
                                 const JournalPosition& expected, const CopyObserver& observe) {
    auto opened = open_to_read(path);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        return std::move(*failure);
    }
    const LmdbStore& store = *std::get<std::unique_ptr<LmdbStore>>(opened);
    domain::Sequence read = 0;
    RecordWalk walk(store, 1, [&read](const WalkedRecord& walked) {
        read = walked.record.sequence;
        return Visit::next;
    });
    while (!walk.has_ended()) {
        if (auto damage = walk.step()) {
            return damage;
        }
        tell(observe, CopyStep::reading_back, read, expected.last_sequence);
    }
    const auto end = last_commit_of(store);
    const auto* entry = std::get_if<CommitEntry>(&end);
    if (store.id != id || entry == nullptr || read != expected.last_sequence ||
        entry->last != expected.last_sequence || entry->hash != expected.chain_hash) {
        return Failure{"journal " + path.string() +
                       ": what was read back is not what was written; check disk and memory"};
    }
    return std::nullopt;
}

/// The copy, from its beginning to its name.
Outcome make_copy(std::string_view command, domain::Sequence last, const LmdbStore& original,
                  const fs::path& to, const CopyObserver& observe) {
    auto begun = NewDataDirectory::begin(to, command);
    if (auto* failure = std::get_if<Failure>(&begun)) {
        return std::move(*failure);
    }
    NewDataDirectory& target = *std::get<std::unique_ptr<NewDataDirectory>>(begun);
    auto outcome = copy_up_to(last, original, target.unfinished_path(), observe);
    const auto* position = std::get_if<JournalPosition>(&outcome);
    if (position == nullptr) {
        return outcome;
    }
    if (auto failure = read_back(target.unfinished_path(), original.id, *position, observe)) {
        return std::move(*failure);
    }
    std::error_code ignored; // the next reader makes a new table of readers
    fs::remove(target.unfinished_path() / "lock.mdb", ignored);
    if (auto failure = target.complete()) {
        return std::move(*failure);
    }
    return outcome;
}

} // namespace

Outcome back_up(const fs::path& data_dir, const fs::path& backup_dir, const CopyObserver& observe) {
    auto journal_path = DataDirectory::find_journal(data_dir);
    if (auto* failure = std::get_if<Failure>(&journal_path)) {
        return std::move(*failure);
    }
    if (auto refused = refuse(data_dir, backup_dir)) {
        return std::move(*refused);
    }
    auto opened = open_to_read(std::get<fs::path>(journal_path));
    if (auto* failure = std::get_if<Failure>(&opened)) {
        return std::move(*failure);
    }
    const LmdbStore& original = *std::get<std::unique_ptr<LmdbStore>>(opened);
    auto end = last_commit_of(original);
    if (auto* failure = std::get_if<Failure>(&end)) {
        return std::move(*failure);
    }
    return make_copy("backup", std::get<CommitEntry>(end).last, original, backup_dir, observe);
}

Outcome restore(const fs::path& backup_dir, const fs::path& data_dir,
                const std::optional<Until>& until, const CopyObserver& observe) {
    const fs::path journal_path = DataDirectory::journal_path_in(backup_dir);
    auto seen = is_there(journal_path / "data.mdb");
    if (auto* failure = std::get_if<Failure>(&seen)) {
        return std::move(*failure);
    }
    if (!std::get<bool>(seen)) {
        return Failure{"there is no journal in " + backup_dir.string()};
    }
    if (auto refused = refuse(backup_dir, data_dir)) {
        return std::move(*refused);
    }
    auto verified = verify(journal_path, [&](domain::Sequence done, domain::Sequence total) {
        tell(observe, CopyStep::verifying, done, total);
    });
    if (auto* damaged = std::get_if<DamagedJournal>(&verified)) {
        return Failure{.sentence = std::move(damaged->sentence),
                       .first_bad_sequence = damaged->first_bad_sequence,
                       .is_of_machine = damaged->is_of_machine};
    }
    auto opened = open_to_read(journal_path);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        return std::move(*failure);
    }
    const LmdbStore& original = *std::get<std::unique_ptr<LmdbStore>>(opened);
    std::variant<domain::Sequence, Failure> last =
        std::get<SoundJournal>(verified).position.last_sequence;
    if (until) {
        last = find_cut(original, *until);
    }
    if (auto* failure = std::get_if<Failure>(&last)) {
        return std::move(*failure);
    }
    return make_copy("restore", std::get<domain::Sequence>(last), original, data_dir, observe);
}

} // namespace hongbao::persistence
