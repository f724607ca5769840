// Role: some records of the journal and the commits that begin among them, copied in one short read
// transaction: an open one keeps LMDB from reusing freed pages, so none may be open while records
// are decoded, or while a disk or a slow reader of output is waited for. The only checks are that
// no record is missing and that each lies in a commit. Owner thread: the caller's.
#pragma once

#include "persistence/journal/lmdb/tables.hpp"

#include <optional>
#include <span>
#include <vector>

namespace hongbao::persistence {

class JournalPart {
  public:
    struct Commit {
        CommitEntry entry;
        std::optional<ChainHash> hash_before; // where it was asked for
    };
    struct Item {
        std::optional<Commit> begins; // with this record, or the commit of the first one asked for
        std::size_t offset = 0;
        std::size_t size = 0;
    };
    struct Begin {
        domain::Sequence first = 1;
        domain::Sequence commit_last = 0; // of the commit that `first` lies in; 0: to be found
        domain::Sequence archived = 0;    // the commit after it gets its hash_before
        bool needs_hash = false;          // so does the first
    };

    /// Copies records from `begin.first` on, until there are enough.
    void read(const LmdbStore& store, MDB_txn* transaction, const Begin& begin);

    const std::vector<Item>& items() const { return items_; }
    std::span<const std::byte> bytes(const Item& item) const {
        return std::span(bytes_).subspan(item.offset, item.size);
    }
    /// Why there is nothing more after these.
    const std::optional<Failure>& failure() const { return failure_; }
    /// Nothing comes after these.
    bool is_last() const { return is_last_; }

  private:
    std::optional<Failure> find_commit(const LmdbStore& store, MDB_txn* transaction,
                                       LmdbCursor& commits, domain::Sequence next, bool needs_hash);
    static std::optional<Failure> check_end(const LmdbStore& store, LmdbCursor& commits,
                                            domain::Sequence next);

    std::vector<std::byte> bytes_;
    std::vector<std::byte> joined_; // of a record that has parts
    std::vector<Item> items_;
    std::optional<Commit> found_; // begins with the next item
    std::optional<Failure> failure_;
    bool is_last_ = false;
};

} // namespace hongbao::persistence
