// Role: LMDB's handles, closed in the right order by their scopes. Names no table.
// Owner thread: a transaction and its cursors stay on the thread that made them.
#pragma once

#include <lmdb.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace hongbao::persistence {

struct CloseEnvironment {
    void operator()(MDB_env* environment) const { mdb_env_close(environment); }
};
using EnvironmentHandle = std::unique_ptr<MDB_env, CloseEnvironment>;

/// Aborted at the end of its scope, unless committed.
class LmdbTransaction {
  public:
    LmdbTransaction(MDB_env* environment, unsigned flags)
        : error_(mdb_txn_begin(environment, nullptr, flags, &transaction_)) {
        int dead = 0;
        if (error_ == MDB_READERS_FULL && mdb_reader_check(environment, &dead) == 0) {
            error_ = mdb_txn_begin(environment, nullptr, flags, &transaction_);
        }
    }
    ~LmdbTransaction() {
        if (transaction_ != nullptr) {
            mdb_txn_abort(transaction_);
        }
    }
    LmdbTransaction(const LmdbTransaction&) = delete;
    LmdbTransaction& operator=(const LmdbTransaction&) = delete;

    /// 0, or why there is no transaction.
    int error() const { return error_; }
    MDB_txn* get() const { return transaction_; }
    /// A reading one's: the newest snapshot instead of its own. LMDB's error, 0 for none.
    int renew() {
        mdb_txn_reset(transaction_);
        return mdb_txn_renew(transaction_);
    }
    int commit() {
        MDB_txn* const transaction = transaction_;
        transaction_ = nullptr; // LMDB frees it, whatever the result
        return mdb_txn_commit(transaction);
    }

  private:
    MDB_txn* transaction_ = nullptr;
    int error_ = 0;
};

inline MDB_val to_val(std::span<const std::byte> bytes) {
    return {bytes.size(), const_cast<std::byte*>(bytes.data())};
}
inline MDB_val to_val(std::string_view text) {
    return {text.size(), const_cast<char*>(text.data())};
}
inline MDB_val to_val(const std::uint64_t& key) {
    return {sizeof key, const_cast<std::uint64_t*>(&key)};
}
inline std::span<const std::byte> to_span(const MDB_val& val) {
    return {static_cast<const std::byte*>(val.mv_data), val.mv_size};
}

/// Must end before its transaction does.
class LmdbCursor {
  public:
    LmdbCursor(MDB_txn* transaction, MDB_dbi table)
        : error_(mdb_cursor_open(transaction, table, &cursor_)) {}
    ~LmdbCursor() {
        if (cursor_ != nullptr) {
            mdb_cursor_close(cursor_);
        }
    }
    LmdbCursor(const LmdbCursor&) = delete;
    LmdbCursor& operator=(const LmdbCursor&) = delete;

    int error() const { return error_; }
    int get(MDB_val& key, MDB_val& value, MDB_cursor_op op) {
        return error_ != 0 ? error_ : mdb_cursor_get(cursor_, &key, &value, op);
    }
    /// Appends: the key is larger than every key there.
    int append(std::uint64_t key, std::span<const std::byte> bytes) {
        MDB_val key_val = to_val(key);
        MDB_val value = to_val(bytes);
        return error_ != 0 ? error_ : mdb_cursor_put(cursor_, &key_val, &value, MDB_APPEND);
    }

    /// Removes the entry that was got last.
    int remove() { return error_ != 0 ? error_ : mdb_cursor_del(cursor_, 0); }

  private:
    MDB_cursor* cursor_ = nullptr;
    int error_ = 0;
};

/// Of a table with integer keys. 0, which is no key of theirs, if it has another size: so it shows
/// as a gap.
inline std::uint64_t number_in(const MDB_val& key) {
    std::uint64_t number = 0;
    if (key.mv_size == sizeof number) {
        std::memcpy(&number, key.mv_data, sizeof number);
    }
    return number;
}

} // namespace hongbao::persistence
