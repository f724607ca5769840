// Role: writing a generation to the read model's tables, if it fits into one transaction and the
// disk has room for it.
#include "persistence/files/file_size_limit.hpp"
#include "persistence/lmdb/missing_pages.hpp"
#include "persistence/read_model/administration/kind.hpp"
#include "persistence/read_model/days/kind.hpp"
#include "persistence/read_model/kinds.hpp"
#include "persistence/read_model/store/dirty_pages.hpp"
#include "persistence/read_model/store/store.hpp"
#include "persistence/read_model/store/writer.hpp"
#include "persistence/record/codec.hpp"

#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

namespace hongbao::persistence {

/// The journal keeps 32 MiB back for what it has admitted; the model keeps clear of them.
bool ModelStore::has_room_for(const Generation& generation) const {
    constexpr std::uint64_t kept_clear_bytes = 64U << 20U;
    constexpr std::uint64_t bytes_per_record = 512;
    constexpr std::uint64_t bytes_per_row_changed = 1'024;
    std::uint64_t rows = generation.accounts.size() + 2 * generation.suspended.size();
    // Their rows are small, and most come with a packet, a sale or an order.
    rows += generation.listed.size() / 8 + generation.days.size();
    for_each_kind([&](auto kind) { rows += (generation.*kind.parts).size(); });
    for (const auto& [sale_id, part] : generation.sales) {
        rows += part.changed_orders.size();
    }
    const std::uint64_t bytes = generation.sides.size() * bytes_per_record +
                                rows * bytes_per_row_changed + generation.answer_bytes;
    struct statvfs disk {};
    return used_bytes() + bytes <= file_size_limit_bytes() &&
           (::statvfs(path_.c_str(), &disk) != 0 ||
            disk.f_bavail * disk.f_frsize >= kept_clear_bytes + bytes);
}

int ModelStore::write(const Generation& generation, const WriteLimits& limits) {
    if (!has_room_for(generation)) {
        return ENOSPC;
    }
    const int error = try_to_write(generation, limits);
    // LMDB calls a write that was cut short by a full disk an error of the device.
    return error == EIO && !has_room_for(generation) ? ENOSPC : error;
}

int ModelStore::try_to_write(const Generation& generation, const WriteLimits& limits) {
    LmdbTransaction transaction(environment_.get(), 0);
    LinkedEnds ends;
    int error = transaction.error();
    if (error == 0) {
        error = read_ends(transaction.get(), ends);
    }
    if (error == 0) {
        const auto rows = dirty_pages_of_rows(transaction.get(), tables_, generation);
        error = rows > limits.dirty_pages_max
                    ? MDB_TXN_FULL
                    : write_history(transaction.get(), generation, limits.dirty_pages_max - rows);
    }
    if (error == 0) {
        error = write_rows(transaction.get(), generation, ends);
    }
    if (error == 0) {
        error = forget_keys(transaction.get(), limits.elapsed_ms_min, ends);
    }
    if (error == 0) {
        error = write_totals(transaction.get(), generation.totals, ends);
    }
    if (error == 0) {
        error = transaction.commit();
    }
    if (error == 0) {
        fill_up(environment_.get());
    }
    return error;
}

/// Those of an empty model, before its first totals.
int ModelStore::read_ends(MDB_txn* transaction, LinkedEnds& ends) const {
    MDB_val key = to_val(linked_ends_key);
    MDB_val value{};
    const int error = mdb_get(transaction, tables_.of<Totals>(), &key, &value);
    if (error == MDB_NOTFOUND) {
        MDB_stat stat{};
        mdb_stat(transaction, tables_.of<Totals>(), &stat);
        return stat.ms_entries == 0 ? 0 : MDB_CORRUPTED;
    }
    const auto found = error == 0 ? decode_ends(to_span(value)) : std::nullopt;
    ends = found.value_or(LinkedEnds{});
    return error != 0 || found ? error : MDB_CORRUPTED;
}

int ModelStore::write_totals(MDB_txn* transaction, const ModelTotals& totals,
                             const LinkedEnds& ends) {
    RowBytes bytes;
    const auto put = [&](std::string_view key) {
        MDB_val key_val = to_val(key);
        MDB_val value = to_val(std::span<const std::byte>(bytes));
        return mdb_put(transaction, tables_.of<Totals>(), &key_val, &value, 0);
    };
    encode(ends, bytes);
    const int error = put(linked_ends_key);
    encode(totals, journal_id_, bytes);
    return error != 0 ? error : put(model_totals_key);
}

int ModelStore::write_history(MDB_txn* transaction, const Generation& generation,
                              std::uint64_t dirty_pages_max) {
    RowBytes bytes;
    RecordEncoder encoder;
    LmdbCursor history(transaction, tables_.of<History>());
    const std::uint64_t pages_max = pages_in(transaction, tables_.of<History>()) + dirty_pages_max;
    for (const CommitPtr& commit : generation.commits) {
        for (const domain::Record& record : commit->records) {
            encode(generation.sides_of(record.sequence), record, encoder, bytes);
            if (const int error = history.append(record.sequence, bytes); error != 0) {
                return error;
            }
            if (pages_in(transaction, tables_.of<History>()) > pages_max) {
                return MDB_TXN_FULL;
            }
        }
    }
    return 0;
}

int ModelStore::write_rows(MDB_txn* transaction, const Generation& generation, LinkedEnds& ends) {
    RowsWriter writer(transaction, tables_, ends);
    writer.note(write_keys(transaction, generation, writer.target<Keys>()));
    write_accounts(writer, generation);
    for_each_kind([&](auto kind) { kind.write(writer, generation); });
    write_listed(writer, generation);
    write_days(writer, generation);
    write_administration(writer, generation);
    return writer.error();
}

int ModelStore::write_keys(MDB_txn* transaction, const Generation& generation,
                           const LinkedTarget& target) {
    RowBytes bytes;
    LmdbCursor keys(transaction, target.dbi);
    for (const KeyRow& row : generation.keys) {
        encode(row, row.sequence, bytes);
        if (const int error = append_linked(target, keys, row.sequence, bytes); error != 0) {
            return error;
        }
    }
    return 0;
}

/// The rest the next time, if there are very many after a quiet day.
int ModelStore::forget_keys(MDB_txn* transaction, std::int64_t elapsed_ms_min, LinkedEnds& ends) {
    constexpr int keys_max = 1 << 20;
    MDB_cursor* cursor = nullptr;
    int error = mdb_cursor_open(transaction, tables_.of<Keys>(), &cursor);
    MDB_val key{};
    MDB_val value{};
    for (int i = 0; error == 0 && i < keys_max &&
                    (error = mdb_cursor_get(cursor, &key, &value, MDB_FIRST)) == 0;
         ++i) {
        std::uint64_t sequence = 0;
        std::memcpy(&sequence, key.mv_data, sizeof sequence);
        const auto row = decode<KeyRow>(to_span(value), sequence);
        if (!row) {
            error = MDB_CORRUPTED;
            break;
        }
        if (row->elapsed_ms >= elapsed_ms_min) {
            break;
        }
        ends.keys_forgotten = sequence;
        error = mdb_cursor_del(cursor, 0);
    }
    if (cursor != nullptr) {
        mdb_cursor_close(cursor);
    }
    return error == MDB_NOTFOUND ? 0 : error;
}

} // namespace hongbao::persistence
