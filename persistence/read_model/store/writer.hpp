// Role: rows put into the read model's tables within one transaction. Owner thread: the
// transaction's. Invariant: after the first error nothing more is put.
#pragma once

#include "persistence/lmdb/handles.hpp"
#include "persistence/read_model/rows/linked_rows.hpp"
#include "persistence/read_model/store/generation.hpp"

#include <algorithm>
#include <vector>

namespace hongbao::persistence {

class PageEstimate;

class RowsWriter {
  public:
    RowsWriter(MDB_txn* transaction, const TableHandles& tables, LinkedEnds& ends)
        : transaction_(transaction), tables_(tables), ends_(ends) {}

    /// Puts a row, new or changed.
    template <typename Of>
    void put(const typename Of::Key& key, const typename Of::Row& row) {
        if (error_ != 0) {
            return;
        }
        encode(row, key, bytes_);
        const auto& key_in_table = key_bytes(key);
        if constexpr (LinkedTableType<Of>) {
            error_ = put_linked(target<Of>(), key_in_table, bytes_);
        } else {
            MDB_val key_val = to_val(std::span<const std::byte>(key_in_table));
            MDB_val value = to_val(std::span<const std::byte>(bytes_));
            error_ = mdb_put(transaction_, tables_.of<Of>(), &key_val, &value, 0);
        }
    }
    /// A row that need not be there: it may have come and gone within one generation.
    template <typename Of>
    void remove(const typename Of::Key& key) {
        static_assert(!LinkedTableType<Of>);
        if (error_ != 0) {
            return;
        }
        const auto& key_in_table = key_bytes(key);
        MDB_val key_val = to_val(std::span<const std::byte>(key_in_table));
        const int error = mdb_del(transaction_, tables_.of<Of>(), &key_val, nullptr);
        error_ = error == MDB_NOTFOUND ? 0 : error;
    }
    /// The end of something that is open is in its table; that of others is not.
    template <typename Of>
    void put_end(const typename Of::Key& key, bool is_open) {
        if (is_open) {
            put<Of>(key, EndRow{});
        } else {
            remove<Of>(key);
        }
    }
    template <typename Of>
    LinkedTarget target() {
        return {transaction_, tables_.of<Of>(), linked<Of>, ends_};
    }

    /// LMDB's, 0 for none.
    int error() const { return error_; }
    void note(int error) { error_ = error_ != 0 ? error_ : error; }

  private:
    MDB_txn* transaction_;
    const TableHandles& tables_;
    LinkedEnds& ends_;
    RowBytes bytes_;
    int error_ = 0;
};

/// Keys in sorted order: the pages of a table are then touched one after the other.
template <typename Map>
std::vector<typename Map::key_type> sorted_keys(const Map& map) {
    std::vector<typename Map::key_type> keys;
    keys.reserve(map.size());
    for (const auto& [key, value] : map) {
        keys.push_back(key);
    }
    std::sort(keys.begin(), keys.end());
    return keys;
}

/// What has come onto lists and what has left them, and about how many pages that changes
/// (lists/writing.cpp).
void write_listed(RowsWriter& writer, const Generation& generation);
void count_listed_pages(PageEstimate& pages, const Generation& generation);

/// What a generation has of accounts (account/writing.cpp), and about how many pages that changes;
/// of the others: Kind::write and count_pages.
void write_accounts(RowsWriter& writer, const Generation& generation);
void count_account_pages(PageEstimate& pages, const Generation& generation);

} // namespace hongbao::persistence
