// Role: cuts a record into rows, joins them, and deletes them.
#include "persistence/journal/lmdb/record_rows.hpp"

#include "persistence/record/header.hpp"

#include <algorithm>
#include <cstring>

namespace hongbao::persistence {

namespace {

static_assert(payload_bytes_max / row_bytes_max + 1 < (std::size_t{1} << part_bits));

/// Of a record, by the length in its header; what fits into its row if that cannot be believed.
std::size_t bytes_by_header(std::span<const std::byte> row) {
    RecordHeader header;
    if (row.size() != row_bytes_max) {
        return row.size(); // only a row that is full goes on
    }
    std::memcpy(&header, row.data(), sizeof header);
    return header.payload_bytes > payload_bytes_max ? row.size()
                                                    : sizeof header + header.payload_bytes;
}

} // namespace

RecordRows::RecordRows(MDB_txn* transaction, const LmdbStore& store)
    : transaction_(transaction), store_(store), records_(transaction, store.records),
      parts_(transaction, store.parts) {}

int RecordRows::append(domain::Sequence sequence, std::span<const std::byte> bytes) {
    int error = records_.append(sequence, bytes.first(std::min(bytes.size(), row_bytes_max)));
    if (bytes.size() <= row_bytes_max) {
        return error;
    }
    if (error == 0 && !says_so_) {
        error = store_.put_has_parts(transaction_);
        says_so_ = true;
    }
    std::uint64_t key = first_part_of(sequence);
    for (std::size_t done = row_bytes_max; error == 0 && done < bytes.size(); ++key) {
        const auto part = bytes.subspan(done, std::min(row_bytes_max, bytes.size() - done));
        error = parts_.append(key, part);
        done += part.size();
    }
    return error;
}

std::span<const std::byte> whole_record(MDB_txn* transaction, const LmdbStore& store,
                                        domain::Sequence sequence, std::span<const std::byte> row,
                                        std::vector<std::byte>& joined) {
    const std::size_t wanted = bytes_by_header(row);
    if (wanted <= row.size() || !store.has_parts()) {
        return row;
    }
    joined.clear();
    joined.reserve(wanted);
    joined.assign(row.begin(), row.end());
    LmdbCursor parts(transaction, store.parts);
    MDB_val value{};
    const std::uint64_t first = first_part_of(sequence);
    MDB_val key = to_val(first);
    int error = parts.get(key, value, MDB_SET_RANGE);
    // Up to one too many: then the length is wrong as well.
    while (error == 0 && sequence_of_part(number_in(key)) == sequence && joined.size() <= wanted) {
        const auto part = to_span(value);
        joined.insert(joined.end(), part.begin(), part.end());
        error = parts.get(key, value, MDB_NEXT);
    }
    return joined;
}

int delete_parts(MDB_txn* transaction, const LmdbStore& store, domain::Sequence last,
                 std::uint64_t& bytes) {
    if (!store.has_parts()) {
        return 0;
    }
    LmdbCursor parts(transaction, store.parts);
    while (true) {
        MDB_val key{};
        MDB_val value{};
        int error = parts.get(key, value, MDB_FIRST);
        if (error == MDB_NOTFOUND || (error == 0 && sequence_of_part(number_in(key)) > last)) {
            return 0;
        }
        bytes += error == 0 ? value.mv_size : 0;
        error = error != 0 ? error : parts.remove();
        if (error != 0) {
            return error;
        }
    }
}

} // namespace hongbao::persistence
