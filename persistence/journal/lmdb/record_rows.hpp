// Role: a record as rows of the journal's tables. LMDB keeps a value larger than half a page in
// pages of its own, which must be neighbours; in a file whose pages are reused there may be no
// neighbours, however many pages are free. So a long record is cut into rows that lie two to a
// page, and any free page serves any record. Owner thread: the transaction's.
#pragma once

#include "persistence/journal/lmdb/tables.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace hongbao::persistence {

/// The longest row of which two fill a page of 4,096 bytes, with LMDB's headers and our key.
inline constexpr std::size_t row_bytes_max = 2'022;

/// Keys of `parts`: those of a record follow each other, and those of the next come after them.
inline constexpr unsigned part_bits = 16;
inline constexpr std::uint64_t first_part_of(domain::Sequence sequence) {
    return sequence << part_bits | 1U;
}
inline constexpr domain::Sequence sequence_of_part(std::uint64_t key) {
    return key >> part_bits;
}

/// Appends records, in order.
class RecordRows {
  public:
    RecordRows(MDB_txn* transaction, const LmdbStore& store);
    /// Header and payload. LMDB's error, 0 for none.
    int append(domain::Sequence sequence, std::span<const std::byte> bytes);

  private:
    MDB_txn* const transaction_;
    const LmdbStore& store_;
    LmdbCursor records_;
    LmdbCursor parts_;
    bool says_so_ = false; // the format version: some records have parts
};

/// Header and payload of the record that has this row in `records`: the row itself, or what
/// `joined` holds then. What is missing in between is left out, so that the length is wrong.
std::span<const std::byte> whole_record(MDB_txn* transaction, const LmdbStore& store,
                                        domain::Sequence sequence, std::span<const std::byte> row,
                                        std::vector<std::byte>& joined);

/// Deletes the parts of all records up to this one and counts their bytes. LMDB's error, 0 for
/// none.
int delete_parts(MDB_txn* transaction, const LmdbStore& store, domain::Sequence last,
                 std::uint64_t& bytes);

} // namespace hongbao::persistence
