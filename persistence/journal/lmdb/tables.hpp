// Role: the journal's LMDB environment and its tables: opened, created where they are missing,
// and recognised. What the tables mean together is up to lmdb_journal.hpp and walk.hpp.
#pragma once

#include "persistence/journal/commit_entry.hpp"
#include "persistence/journal/lmdb/lmdb_journal.hpp"
#include "persistence/lmdb/free_pages.hpp"
#include "persistence/lmdb/handles.hpp"
#include "persistence/storage_figures.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hongbao::persistence {

/// Of a journal with all its records, each in a row of its own; of one that was trimmed; and of one
/// with records that have parts, trimmed or not.
inline constexpr std::uint64_t journal_format_version = 1;
inline constexpr std::uint64_t trimmed_format_version = 2;
inline constexpr std::uint64_t parts_format_version = 3;

struct LmdbStore {
    std::filesystem::path path;
    EnvironmentHandle environment;
    MDB_dbi records = 0;
    MDB_dbi commits = 0;
    MDB_dbi meta = 0;
    MDB_dbi parts = 0; // 0, which is none of ours: an older program's journal, opened to be read
    JournalId id{};

    /// `later` is for a look at damage; `recognise` must be called before `id` is used.
    enum class Recognise : std::uint8_t { now, later };
    static std::variant<std::unique_ptr<LmdbStore>, Failure> open(const LmdbJournalOptions& options,
                                                                  Recognise when = Recognise::now);

    /// Where the segments lie, of records that may no longer be in the table.
    std::filesystem::path archive_path() const { return path / "archive"; }

    /// Is it a journal of this version, and whole at its end by its last entries?
    std::optional<Failure> recognise();

    /// "journal DIR: what: LMDB's words". Knows LMDB's errors that mean damage.
    Failure failure(std::string_view what, int error) const;

    /// The last commit's entry, or one with last = 0 and the chain's beginning if there is none.
    std::variant<CommitEntry, Failure> last_commit(MDB_txn* transaction) const;

    /// The entry of the commit that ends at `last`; one with last = 0 and the chain's beginning if
    /// `last` is 0.
    std::variant<CommitEntry, Failure> commit_at(MDB_txn* transaction, domain::Sequence last) const;

    /// All that there are.
    std::vector<MDB_dbi> tables() const;
    bool has_parts() const { return parts != 0; }
    /// Some records have parts from now on. Returns LMDB's error, 0 for none.
    int put_has_parts(MDB_txn* transaction) const;

    /// Of the file, what the tables take. 0 if it cannot be told.
    std::uint64_t table_bytes(MDB_txn* transaction) const;

    /// Of its pages, those that are free.
    FreeBytes free() const { return free_bytes(environment.get(), tables()); }

    /// For operators.
    StorageFigures storage() const;

    /// The last record that is no longer in the table, but in the archive; 0 if all are here. It
    /// ends a commit, whose entry is here.
    std::variant<domain::Sequence, Failure> archived(MDB_txn* transaction) const;
    /// Makes it a trimmed journal. Returns LMDB's error, 0 for none.
    int put_archived(MDB_txn* transaction, domain::Sequence archived) const;

    std::variant<Epoch, Failure> epoch(MDB_txn* transaction) const;
    /// Gives the map the extra room that the few transactions of a start and of trimming need. Call
    /// it while no transaction is open. Returns LMDB's error, 0 for none.
    int enlarge_full_map() const;

    /// Returns LMDB's error, 0 for none.
    int put_epoch(MDB_txn* transaction, Epoch epoch) const;
};

} // namespace hongbao::persistence
