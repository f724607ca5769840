// Role: putting rows of the read model into their tables. Owner thread: the transaction's.
#pragma once

#include "persistence/lmdb/handles.hpp"
#include "persistence/read_model/rows/rows.hpp"

#include <algorithm>
#include <vector>

namespace hongbao::persistence {

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

/// A number, or a text, as a key.
inline std::span<const std::byte> as_key(const std::uint64_t& number) {
    return std::as_bytes(std::span(&number, 1));
}
inline std::span<const std::byte> as_key(std::string_view text) {
    return std::as_bytes(std::span(text));
}

/// LMDB's error, 0 for none; as below.
inline int put(MDB_txn* transaction, MDB_dbi table, MDB_val key, const RowBytes& bytes) {
    MDB_val value = to_val(std::span<const std::byte>(bytes));
    return mdb_put(transaction, table, &key, &value, 0);
}

/// Under a key of two numbers.
inline int put(MDB_txn* transaction, MDB_dbi table, const ClaimKey& key, const RowBytes& bytes) {
    return put(transaction, table, to_val(std::as_bytes(std::span(key))), bytes);
}

/// The end of something that is open is in its table; that of others is not.
inline int put_expiry(MDB_txn* transaction, MDB_dbi table, const ExpiryKey& key, bool is_open,
                      RowBytes& bytes) {
    if (is_open) {
        encode_expiry(key, bytes);
        return put(transaction, table, key, bytes);
    }
    MDB_val key_val = to_val(std::as_bytes(std::span(key)));
    const int error = mdb_del(transaction, table, &key_val, nullptr);
    return error == MDB_NOTFOUND ? 0 : error; // begun and over within one generation
}

} // namespace hongbao::persistence
