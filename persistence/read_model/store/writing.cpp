// Role: writing generations to the read model's tables.
#include "persistence/read_model/rows/writing.hpp"
#include "persistence/files/file_size_limit.hpp"
#include "persistence/lmdb/missing_pages.hpp"
#include "persistence/read_model/rows/rows_by_user.hpp"
#include "persistence/read_model/store/dirty_pages.hpp"
#include "persistence/read_model/store/store.hpp"
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
    std::uint64_t rows = generation.accounts.size() + generation.packets.size() +
                         generation.campaigns.size() + generation.sales.size() +
                         2 * generation.suspended.size();
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
    const int error = mdb_get(transaction, tables_.totals, &key, &value);
    if (error == MDB_NOTFOUND) {
        MDB_stat stat{};
        mdb_stat(transaction, tables_.totals, &stat);
        return stat.ms_entries == 0 ? 0 : MDB_CORRUPTED;
    }
    const auto found = error == 0 ? decode_ends(to_span(value)) : std::nullopt;
    ends = found.value_or(LinkedEnds{});
    return error != 0 || found ? error : MDB_CORRUPTED;
}

int ModelStore::write_totals(MDB_txn* transaction, const ModelTotals& totals,
                             const LinkedEnds& ends) {
    RowBytes bytes;
    encode(ends, bytes);
    const int error = put(transaction, tables_.totals, to_val(linked_ends_key), bytes);
    encode(totals, journal_id_, bytes);
    return error != 0 ? error : put(transaction, tables_.totals, to_val(model_totals_key), bytes);
}

int ModelStore::write_history(MDB_txn* transaction, const Generation& generation,
                              std::uint64_t dirty_pages_max) {
    RowBytes bytes;
    RecordEncoder encoder;
    LmdbCursor history(transaction, tables_.history);
    const std::uint64_t pages_max = pages_in(transaction, tables_.history) + dirty_pages_max;
    for (const CommitPtr& commit : generation.commits) {
        for (const domain::Record& record : commit->records) {
            encode(generation.sides_of(record.sequence), record, encoder, bytes);
            if (const int error = history.append(record.sequence, bytes); error != 0) {
                return error;
            }
            if (pages_in(transaction, tables_.history) > pages_max) {
                return MDB_TXN_FULL;
            }
        }
    }
    return 0;
}

int ModelStore::write_keys(MDB_txn* transaction, const Generation& generation, LinkedEnds& ends) {
    RowBytes bytes;
    LmdbCursor keys(transaction, tables_.keys);
    const LinkedTarget target = this->target(transaction, linked::keys, ends);
    for (const KeyRow& row : generation.keys) {
        encode(row, bytes);
        if (const int error = append_linked(target, keys, row.sequence, bytes); error != 0) {
            return error;
        }
    }
    return 0;
}

int ModelStore::write_deposit_refs(MDB_txn* transaction, const Generation& generation,
                                   LinkedEnds& ends) {
    RowBytes bytes;
    int error = 0;
    const LinkedTarget refs = target(transaction, linked::deposit_refs, ends);
    for (const domain::Digest& digest : sorted_keys(generation.deposit_refs)) {
        encode(generation.deposit_refs.at(digest), digest, bytes);
        error = error != 0 ? error : put_linked(refs, std::as_bytes(std::span(digest)), bytes);
    }
    return error;
}

int ModelStore::write_packet(MDB_txn* transaction, domain::PacketId packet_id,
                             const Generation::PacketPart& part, LinkedEnds& ends) {
    RowBytes bytes;
    encode(part.row, packet_id.value, bytes);
    int error =
        put_linked(target(transaction, linked::packets, ends), as_key(packet_id.value), bytes);
    std::uint64_t claim_no = part.claims_before();
    for (const ClaimRow& claim : part.new_claims) {
        const auto key = claim_key(packet_id, ++claim_no);
        encode(claim, key, bytes);
        error = error != 0 ? error : put(transaction, tables_.claims, key, bytes);
    }
    error = error != 0 ? error
                       : write_claims_by_user(target(transaction, linked::claims_by_user, ends),
                                              packet_id, part);
    const auto key = expiry_key(OpenPacket{packet_id, part.row.expires_at});
    return error != 0 ? error
                      : put_expiry(transaction, tables_.expiries, key, part.row.is_open(), bytes);
}

int ModelStore::write_recipients(MDB_txn* transaction, const domain::PacketSent& sent) {
    RowBytes bytes;
    encode_recipients(sent.recipients, sent.packet_id.value, bytes);
    return put(transaction, tables_.recipients, to_val(sent.packet_id.value), bytes);
}

int ModelStore::write_campaign(MDB_txn* transaction, domain::CampaignId campaign_id,
                               const Generation::CampaignPart& part, LinkedEnds& ends) {
    RowBytes bytes;
    encode(part.row, campaign_id.value, bytes);
    int error =
        put_linked(target(transaction, linked::campaigns, ends), as_key(campaign_id.value), bytes);
    std::uint64_t shake_no = part.shakes_before();
    for (const ShakeRow& shake : part.new_shakes) {
        const auto key = shake_key(campaign_id, ++shake_no);
        encode(shake, key, bytes);
        error = error != 0 ? error : put(transaction, tables_.shakes, key, bytes);
    }
    error = error != 0 ? error
                       : write_shakes_by_user(target(transaction, linked::shakes_by_user, ends),
                                              campaign_id, part);
    const auto key = expiry_key(OpenCampaign{campaign_id, part.row.ends_at});
    return error != 0
               ? error
               : put_expiry(transaction, tables_.campaign_ends, key, part.row.is_open(), bytes);
}

int ModelStore::write_rows(MDB_txn* transaction, const Generation& generation, LinkedEnds& ends) {
    RowBytes bytes;
    int error = write_keys(transaction, generation, ends);
    for (const auto& [packet_id, sequence] : generation.sent_to_many) {
        error = error != 0 ? error
                           : write_recipients(transaction, std::get<domain::PacketSent>(
                                                               generation.record(sequence).event));
    }
    const LinkedTarget numbers = target(transaction, linked::numbers, ends);
    for (const AccountNumber number : generation.new_accounts) {
        const auto& user_id = generation.accounts.at(number).account.profile.user_id;
        encode_number(number, user_id, bytes);
        error = error != 0 ? error : put_linked(numbers, as_key(user_id), bytes);
    }
    for (const AccountNumber number : sorted_keys(generation.accounts)) {
        encode(generation.accounts.at(number), number, bytes);
        error = error != 0 ? error : put(transaction, tables_.accounts, to_val(number), bytes);
    }
    for (const domain::PacketId packet_id : sorted_keys(generation.packets)) {
        error = error != 0
                    ? error
                    : write_packet(transaction, packet_id, generation.packets.at(packet_id), ends);
    }
    for (const domain::CampaignId campaign_id : sorted_keys(generation.campaigns)) {
        error = error != 0 ? error
                           : write_campaign(transaction, campaign_id,
                                            generation.campaigns.at(campaign_id), ends);
    }
    for (const domain::SaleId sale_id : sorted_keys(generation.sales)) {
        error = error != 0 ? error
                           : write_sale(transaction, sale_id, generation.sales.at(sale_id), ends);
    }
    error = error != 0 ? error : write_names_of_orders(transaction, generation, ends);
    error = error != 0 ? error : write_deposit_refs(transaction, generation, ends);
    error = error != 0 ? error : write_external_payments(transaction, generation);
    return error != 0 ? error : write_suspended(transaction, generation);
}

/// The rest the next time, if after a quiet day there are very many.
int ModelStore::forget_keys(MDB_txn* transaction, std::int64_t elapsed_ms_min, LinkedEnds& ends) {
    constexpr int keys_max = 1 << 20;
    MDB_cursor* cursor = nullptr;
    int error = mdb_cursor_open(transaction, tables_.keys, &cursor);
    MDB_val key{};
    MDB_val value{};
    for (int i = 0; error == 0 && i < keys_max &&
                    (error = mdb_cursor_get(cursor, &key, &value, MDB_FIRST)) == 0;
         ++i) {
        std::uint64_t sequence = 0;
        std::memcpy(&sequence, key.mv_data, sizeof sequence);
        const auto row = decode_key(to_span(value), sequence);
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
