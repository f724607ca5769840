// Role: opening the read model, and writing generations to it.
#include "persistence/model_store.hpp"

#include "persistence/as_owner.hpp"
#include "persistence/chain_hash.hpp"
#include "persistence/dirty_pages.hpp"
#include "persistence/file_size_limit.hpp"
#include "persistence/folder.hpp"
#include "persistence/free_pages.hpp"
#include "persistence/lmdb_environment.hpp"
#include "persistence/missing_pages.hpp"
#include "persistence/record_codec.hpp"
#include "persistence/row_writing.hpp"
#include "persistence/rows_by_user.hpp"
#include "persistence/sight.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>

namespace hongbao::persistence {

namespace {

/// Address space only; the disk ends earlier.
constexpr std::uint64_t map_bytes = std::uint64_t{1} << 40U;
constexpr mdb_mode_t file_mode = 0600;
constexpr auto look_interval = std::chrono::milliseconds(20);
constexpr int looks_at_length_max = 25;

} // namespace

std::variant<std::unique_ptr<ModelStore>, Failure>
ModelStore::open(const std::filesystem::path& path, const JournalId& journal_id, bool read_only) {
    const std::string name = "read model " + path.string() + ": ";
    if (auto failure = read_only ? std::nullopt : make_writable_folder(path)) {
        return std::move(*failure);
    }
    auto store = std::unique_ptr<ModelStore>(new ModelStore);
    store->path_ = path;
    store->journal_id_ = journal_id;
    const AsOwner as_owner(path); // also who only reads makes a lock.mdb
    if (as_owner.failure()) {
        return *as_owner.failure();
    }
    int error = store->open_environment(path, read_only);
    if (error == 0) {
        auto missing = find_missing_pages(store->environment_.get(), path / "data.mdb", name, 0);
        for (int looks = 0; missing && read_only && looks < looks_at_length_max; ++looks) {
            std::this_thread::sleep_for(look_interval); // whoever writes fills up after the commit
            missing = find_missing_pages(store->environment_.get(), path / "data.mdb", name, 0);
        }
        if (missing) {
            return std::move(*missing);
        }
        error = store->open_tables(read_only);
    }
    if (error != 0) {
        return Failure{.sentence = name + "cannot be opened: " + words_of(error, path),
                       .is_of_machine = is_machine_error(error)};
    }
    ModelReader reader(*store);
    const auto totals = reader.totals();
    if (totals) {
        store->totals_at_open_ = *totals;
        return store;
    }
    if (!reader.damage().empty()) {
        return Failure{name + "is damaged, of another version or of another journal"};
    }
    if (reader.has_history()) {
        return Failure{name + "it has lost its totals"};
    }
    store->totals_at_open_.position.chain_hash = first_chain_hash(journal_id);
    return store;
}

std::variant<ModelTotals, Failure> ModelStore::read_totals(const std::filesystem::path& path,
                                                           const JournalId& journal_id) {
    auto opened = open(path, journal_id, true);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        return std::move(*failure);
    }
    return std::get<std::unique_ptr<ModelStore>>(opened)->totals_at_open();
}

int ModelStore::open_environment(const std::filesystem::path& path, bool read_only) {
    EnvironmentSettings settings{
        path, model_tables_max,
        MDB_NOTLS | MDB_NOMETASYNC | MDB_NORDAHEAD | (read_only ? MDB_RDONLY : 0U), map_bytes};
    settings.map_bytes_if_limited =
        read_only ? file_bytes_in(path) : address_bytes_left().value_or(0) / 2;
    return persistence::open_environment(settings, environment_);
}

int ModelStore::open_tables(bool read_only) {
    LmdbTransaction transaction(environment_.get(), read_only ? MDB_RDONLY : 0);
    int error = transaction.error();
    const unsigned create = read_only ? 0 : MDB_CREATE;
    const auto open = [&](const char* name, unsigned flags, MDB_dbi& table) {
        if (error == 0) {
            error = mdb_dbi_open(transaction.get(), name, create | flags, &table);
        }
    };
    open("totals", 0, tables_.totals);
    open("numbers", 0, tables_.numbers);
    open("accounts", MDB_INTEGERKEY, tables_.accounts);
    open("packets", MDB_INTEGERKEY, tables_.packets);
    open("recipients", MDB_INTEGERKEY, tables_.recipients);
    open("claims", 0, tables_.claims);
    open("claims_by_user", 0, tables_.claims_by_user);
    open("expiries", 0, tables_.expiries);
    open("campaigns", MDB_INTEGERKEY, tables_.campaigns);
    open("shakes", 0, tables_.shakes);
    open("shakes_by_user", 0, tables_.shakes_by_user);
    open("campaign_ends", 0, tables_.campaign_ends);
    open("sales", MDB_INTEGERKEY, tables_.sales);
    open("orders", 0, tables_.orders);
    open("order_places", MDB_INTEGERKEY, tables_.order_places);
    open("external_payments", 0, tables_.external_payments);
    open("gateway_refs", 0, tables_.gateway_refs);
    open("waiters", 0, tables_.waiters);
    open("sale_ends", 0, tables_.sale_ends);
    open("history", MDB_INTEGERKEY, tables_.history);
    open("keys", MDB_INTEGERKEY, tables_.keys);
    if (error == 0) {
        error = transaction.commit(); // keeps the table handles, also of a reading one
    }
    if (error == 0 && !read_only) {
        fill_up(environment_.get());
    }
    return error;
}

std::uint64_t ModelStore::used_bytes() const {
    MDB_envinfo info{};
    MDB_stat stat{};
    mdb_env_info(environment_.get(), &info);
    mdb_env_stat(environment_.get(), &stat);
    return (info.me_last_pgno + 1) * std::uint64_t{stat.ms_psize};
}

std::optional<std::string> ModelStore::look_after_readers() {
    static_assert(sizeof tables_ == model_tables_max * sizeof(MDB_dbi));
    return readers_.look(environment_.get(), std::chrono::steady_clock::now(), [this] {
        const auto tables = std::bit_cast<std::array<MDB_dbi, model_tables_max>>(tables_);
        return free_bytes(environment_.get(), tables).kept;
    });
}

void ModelStore::let_go_of_pages() const {
    std::error_code error;
    const std::string file = std::filesystem::canonical(path_ / "data.mdb", error).string();
    std::ifstream maps("/proc/self/maps"); // LMDB does not tell where its map is
    for (std::string line; !error && std::getline(maps, line);) {
        std::uintptr_t begin = 0;
        std::uintptr_t end = 0;
        if (line.ends_with(" " + file) &&
            std::sscanf(line.c_str(), "%" SCNxPTR "-%" SCNxPTR, &begin, &end) == 2) {
            // Mapped read-only and shared: what is needed again comes from the page cache.
            ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
        }
    }
}

int ModelStore::set_synced(bool synced) {
    const int error = mdb_env_set_flags(environment_.get(), MDB_NOSYNC, synced ? 0 : 1);
    return error == 0 && synced ? mdb_env_sync(environment_.get(), 1) : error;
}

int ModelStore::leave_mark(const std::filesystem::path& path) {
    const int mark =
        ::open(mark_in(path).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, file_mode);
    if (mark < 0) {
        return errno;
    }
    ::fsync(mark);
    ::close(mark);
    static_cast<void>(sync_folder(path));
    return 0;
}

/// The journal keeps 32 MiB back for what it has admitted; the model keeps clear of them.
bool ModelStore::has_room_for(const Generation& generation) const {
    constexpr std::uint64_t kept_clear_bytes = 64U << 20U;
    constexpr std::uint64_t bytes_per_record = 512;
    constexpr std::uint64_t bytes_per_row_changed = 1'024;
    std::uint64_t rows = generation.accounts.size() + generation.packets.size() +
                         generation.campaigns.size() + generation.sales.size();
    for (const auto& [sale_id, part] : generation.sales) {
        rows += part.changed_orders.size();
    }
    const std::uint64_t bytes =
        generation.sides.size() * bytes_per_record + rows * bytes_per_row_changed;
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
    return error != 0 ? error : write_external_payments(transaction, generation);
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
