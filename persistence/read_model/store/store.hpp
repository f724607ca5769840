// Role: the read model's LMDB environment: opened with all its tables, and one generation written
// at a time. Synced once a transaction (MDB_NOMETASYNC): a power cut may take the last ones back,
// never half of one; what they held is in the journal. Owner thread: writing by one.
#pragma once

#include "persistence/lmdb/handles.hpp"
#include "persistence/lmdb/readers.hpp"
#include "persistence/read_model/rows/linked_rows.hpp"
#include "persistence/read_model/store/generation.hpp"
#include "persistence/storage_figures.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <variant>

namespace hongbao::persistence {

class ModelStore {
  public:
    /// Opens the model of that journal in `path`, or makes an empty one there. The failure says why
    /// what lies there cannot be used: damaged, of another version, of another journal. To be read
    /// only, it has to be there, and a server may be writing to it.
    static std::variant<std::unique_ptr<ModelStore>, Failure>
    open(const std::filesystem::path& path, const JournalId& journal_id, bool read_only = false);

    /// How far the model in `path` has come, read beside whoever writes it.
    static std::variant<ModelTotals, Failure> read_totals(const std::filesystem::path& path,
                                                          const JournalId& journal_id);

    /// Marks the model as not to be used: the next start rebuilds it. Best effort: somebody is
    /// about to end the process.
    void condemn() const { static_cast<void>(leave_mark(path_)); }
    /// Makes the mark and syncs it; errno if it cannot be made, else 0.
    static int leave_mark(const std::filesystem::path& path);
    static std::filesystem::path mark_in(const std::filesystem::path& path) {
        return path / "loading";
    }

    /// Frees what dead readers left; a sentence for the operator about a living one that has kept
    /// much for long. For the thread that writes.
    std::optional<std::string> look_after_readers();

    const ModelTotals& totals_at_open() const { return totals_at_open_; }
    std::uint64_t used_bytes() const;
    StorageFigures storage() const;
    /// After everything was read once: the kernel need not count those pages as this process's.
    void let_go_of_pages() const;

    /// While false, writes are left to the kernel: quick, and lost or half done after a power cut.
    /// For a model that is being rebuilt, and would be again. True syncs what was left. LMDB's
    /// error.
    int set_synced(bool synced);

    struct WriteLimits {
        std::int64_t elapsed_ms_min = 0; // keys that are older are forgotten
        std::uint64_t dirty_pages_max = 0;
    };
    /// Writes a generation. LMDB's error, 0 for none; after an error nothing of it is there.
    /// ENOSPC also if the disk has so little left that the journal may need it; MDB_TXN_FULL if it
    /// is too much for one transaction.
    int write(const Generation& generation, const WriteLimits& limits);

  private:
    friend class ModelReader;
    ModelStore() = default;
    int open_environment(const std::filesystem::path& path, bool read_only);
    int open_tables(bool read_only);
    int try_to_write(const Generation& generation, const WriteLimits& limits);
    bool has_room_for(const Generation& generation) const;
    int read_ends(MDB_txn* transaction, LinkedEnds& ends) const;
    int write_totals(MDB_txn* transaction, const ModelTotals& totals, const LinkedEnds& ends);
    int write_history(MDB_txn* transaction, const Generation& generation,
                      std::uint64_t dirty_pages_max);
    int write_rows(MDB_txn* transaction, const Generation& generation, LinkedEnds& ends);
    int write_keys(MDB_txn* transaction, const Generation& generation, const LinkedTarget& target);
    int forget_keys(MDB_txn* transaction, std::int64_t elapsed_ms_min, LinkedEnds& ends);

    std::filesystem::path path_;
    EnvironmentHandle environment_;
    TableHandles tables_;
    JournalId journal_id_{};
    ModelTotals totals_at_open_;
    ReaderWatch readers_{"the read model"};
};

} // namespace hongbao::persistence
