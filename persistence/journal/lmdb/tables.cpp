// Role: opening and recognising a journal.
#include "persistence/journal/lmdb/tables.hpp"

#include "persistence/files/as_owner.hpp"
#include "persistence/files/folder.hpp"
#include "persistence/files/sight.hpp"
#include "persistence/journal/chain_hash.hpp"
#include "persistence/journal/lmdb/map.hpp"
#include "persistence/lmdb/environment.hpp"
#include "persistence/lmdb/missing_pages.hpp"

#include <sodium.h>
#include <xxhash.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

namespace hongbao::persistence {

namespace {

std::uint64_t checksum_of(std::string_view key, std::span<const std::byte> value) {
    std::vector<std::byte> bytes(key.size() + value.size());
    std::memcpy(bytes.data(), key.data(), key.size());
    std::memcpy(bytes.data() + key.size(), value.data(), value.size());
    return XXH3_64bits(bytes.data(), bytes.size());
}

template <typename Value>
int put_meta(MDB_txn* transaction, MDB_dbi meta, std::string_view key, const Value& value) {
    std::array<std::byte, sizeof(Value) + sizeof(std::uint64_t)> bytes{};
    std::memcpy(bytes.data(), &value, sizeof value);
    const std::uint64_t checksum = checksum_of(key, std::span(bytes).first(sizeof value));
    std::memcpy(&bytes[sizeof value], &checksum, sizeof checksum);
    MDB_val key_val = to_val(key);
    MDB_val value_val = to_val(std::span<const std::byte>(bytes));
    return mdb_put(transaction, meta, &key_val, &value_val, 0);
}

/// The value of a meta entry; nothing if it is missing or damaged.
template <typename Value>
std::optional<Value> get_meta(MDB_txn* transaction, MDB_dbi meta, std::string_view key) {
    MDB_val key_val = to_val(key);
    MDB_val found{};
    if (mdb_get(transaction, meta, &key_val, &found) != 0 ||
        found.mv_size != sizeof(Value) + sizeof(std::uint64_t)) {
        return std::nullopt;
    }
    const auto bytes = to_span(found);
    std::uint64_t checksum = 0;
    std::memcpy(&checksum, &bytes[sizeof(Value)], sizeof checksum);
    if (checksum != checksum_of(key, bytes.first(sizeof(Value)))) {
        return std::nullopt;
    }
    Value value{};
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

JournalId random_id() {
    JournalId id{};
    randombytes_buf(id.data(), id.size());
    return id;
}

Failure damage(const std::string& sentence) {
    return Failure{sentence, 0, true};
}

/// Opens the tables; makes those that are missing, and the meta entries, in a new journal.
std::optional<Failure> open_tables(LmdbStore& store, const LmdbJournalOptions& options,
                                   bool& is_full) {
    LmdbTransaction transaction(store.environment.get(), options.read_only ? MDB_RDONLY : 0);
    if (transaction.error() != 0) {
        return store.failure("cannot be read", transaction.error());
    }
    MDB_txn* const raw = transaction.get();
    int error = mdb_dbi_open(raw, "meta", 0, &store.meta);
    MDB_envinfo info{};
    mdb_env_info(store.environment.get(), &info);
    if (error == MDB_NOTFOUND && info.me_last_txnid > 0) {
        return damage("journal " + store.path.string() + ": it has lost its tables");
    }
    const bool is_new = error == MDB_NOTFOUND && !options.read_only;
    if (error == MDB_NOTFOUND && options.read_only) {
        return Failure{"journal " + store.path.string() +
                       ": was never made complete; starting the server on it does that"};
    }
    const unsigned create = is_new ? MDB_CREATE : 0;
    if (is_new) {
        error = mdb_dbi_open(raw, "meta", create, &store.meta);
    }
    if (error == 0) {
        error = mdb_dbi_open(raw, "records", create | MDB_INTEGERKEY, &store.records);
    }
    if (error == 0) {
        error = mdb_dbi_open(raw, "commits", create | MDB_INTEGERKEY, &store.commits);
    }
    if (error == 0) { // journals of older programs have none yet
        const unsigned make = options.read_only ? 0 : MDB_CREATE;
        error = mdb_dbi_open(raw, "parts", make | MDB_INTEGERKEY, &store.parts);
        error = error == MDB_NOTFOUND && options.read_only ? 0 : error;
    }
    if (error == 0 && is_new) {
        error = put_meta(raw, store.meta, "format", journal_format_version);
    }
    if (error == 0 && is_new) {
        error = put_meta(raw, store.meta, "id", options.new_id.value_or(random_id()));
    }
    if (error == 0 && is_new) {
        error = store.put_epoch(raw, 0);
    }
    if (error == 0) {
        error = transaction.commit(); // keeps the table handles, even of a reading one
    }
    is_full = error == MDB_MAP_FULL;
    return error == 0 ? std::nullopt : std::optional(store.failure("cannot be opened", error));
}

/// LMDB takes a folder without data.mdb, and an empty one, for a journal yet to be made. A file
/// that was truncated or lost must not pass for one. `is_new` is set if there is none.
std::optional<Failure> refuse_what_is_lost(const LmdbJournalOptions& options, bool& is_new) {
    const std::string name = "journal " + options.path.string() + ": ";
    auto file = is_there(options.path / "data.mdb");
    auto lock = is_there(options.path / "lock.mdb");
    for (auto* seen : {&file, &lock}) {
        if (auto* failure = std::get_if<Failure>(seen)) {
            return std::move(*failure);
        }
    }
    is_new = !std::get<bool>(file);
    if (!is_new) {
        return file_bytes_in(options.path) == 0
                   ? std::optional(damage(name + "data.mdb is empty: all it held is lost"))
                   : std::nullopt;
    }
    if (options.read_only || !std::get<bool>(lock)) {
        return std::nullopt;
    }
    return Failure{name + "there is a lock.mdb and no data.mdb, so this is no new journal; put "
                          "data.mdb back, or restore a backup into a new folder"};
}

bool is_damage_to(int error) {
    return error == MDB_CORRUPTED || error == MDB_PAGE_NOTFOUND || error == MDB_INVALID ||
           error == MDB_NOTFOUND || error == MDB_INCOMPATIBLE;
}

Failure not_mapped(const LmdbStore& store, const LmdbJournalOptions& options) {
    Failure failure = store.failure("cannot be opened", ENOMEM);
    failure.sentence += options.read_only
                            ? "; it is mapped as a whole, " +
                                  std::to_string(file_bytes_in(options.path)) + " bytes at least"
                            : "; it is mapped as a whole: name a journal_map_bytes that fits, or "
                              "raise that limit. It is as it was";
    return failure;
}

} // namespace

std::variant<std::unique_ptr<LmdbStore>, Failure> LmdbStore::open(const LmdbJournalOptions& options,
                                                                  Recognise when) {
    if (sodium_init() < 0) {
        return Failure{"libsodium does not start on this machine"};
    }
    bool is_new = false;
    if (auto refused = refuse_what_is_lost(options, is_new)) {
        return std::move(*refused);
    }
    auto store = std::make_unique<LmdbStore>();
    store->path = options.path;
    if (!options.read_only) {
        if (auto failure = make_writable_folder(options.path)) {
            return std::move(*failure);
        }
    }
    const AsOwner as_owner(options.path); // even a reader makes a lock.mdb
    if (as_owner.failure()) {
        return *as_owner.failure();
    }
    if (const int error = map_journal(options, is_new, store->environment); error != 0) {
        return error == ENOMEM ? not_mapped(*store, options)
                               : store->failure("cannot be opened", error);
    }
    if (auto failure =
            find_missing_pages(store->environment.get(), options.path / "data.mdb",
                               "journal " + options.path.string() + ": ", unwritten_pages_max)) {
        failure->damaged = true;
        return std::move(*failure);
    }
    bool is_full = false;
    auto not_opened = open_tables(*store, options, is_full);
    if (is_full && store->enlarge_full_map() == 0) {
        not_opened = open_tables(*store, options, is_full);
    }
    if (not_opened) {
        return std::move(*not_opened);
    }
    if (is_new) {
        if (auto failure = sync_folder(options.path)) {
            return std::move(*failure);
        }
    }
    if (when == Recognise::now) {
        if (auto failure = store->recognise()) {
            return std::move(*failure);
        }
    }
    return store;
}

std::optional<Failure> LmdbStore::recognise() {
    const std::string name = "journal " + path.string() + ": ";
    LmdbTransaction transaction(environment.get(), MDB_RDONLY);
    if (transaction.error() != 0) {
        return failure("cannot be read", transaction.error());
    }
    const auto version = get_meta<std::uint64_t>(transaction.get(), meta, "format");
    if (!version) {
        return damage(name + "its format version is damaged or missing");
    }
    if (*version < journal_format_version || *version > parts_format_version) {
        return Failure{name + "is of format version " + std::to_string(*version) +
                       "; this program reads versions " + std::to_string(journal_format_version) +
                       " to " + std::to_string(parts_format_version)};
    }
    const auto found_id = get_meta<JournalId>(transaction.get(), meta, "id");
    if (!found_id) {
        return damage(name + "its id is damaged or missing");
    }
    id = *found_id;
    auto found_epoch = epoch(transaction.get());
    if (auto* wrong = std::get_if<Failure>(&found_epoch)) {
        return std::move(*wrong);
    }
    auto last = last_commit(transaction.get());
    if (auto* wrong = std::get_if<Failure>(&last)) {
        return std::move(*wrong);
    }
    const auto prefix = archived(transaction.get());
    auto anchor = commit_at(transaction.get(), std::get<domain::Sequence>(prefix));
    if (auto* wrong = std::get_if<Failure>(&anchor)) {
        return std::move(*wrong);
    }
    return std::nullopt;
}

Failure LmdbStore::failure(std::string_view what, int error) const {
    return Failure{.sentence = "journal " + path.string() + ": " + std::string(what) + ": " +
                               words_of(error, path),
                   .damaged = is_damage_to(error),
                   .is_of_machine = is_machine_error(error)};
}

std::variant<CommitEntry, Failure> LmdbStore::last_commit(MDB_txn* transaction) const {
    MDB_val key{};
    MDB_val value{};
    auto found_archived = archived(transaction);
    if (auto* damage = std::get_if<Failure>(&found_archived)) {
        return std::move(*damage);
    }
    std::uint64_t last_record = std::get<domain::Sequence>(found_archived);
    LmdbCursor records_cursor(transaction, records);
    int error = records_cursor.get(key, value, MDB_LAST);
    if (error == 0 && key.mv_size == sizeof last_record) {
        std::memcpy(&last_record, key.mv_data, sizeof last_record);
    } else if (error != MDB_NOTFOUND) {
        return failure("its last record cannot be read", error == 0 ? MDB_CORRUPTED : error);
    }
    LmdbCursor commits_cursor(transaction, commits);
    error = commits_cursor.get(key, value, MDB_LAST);
    CommitEntry entry;
    if (error == 0 && key.mv_size == sizeof entry.last) {
        std::memcpy(&entry.last, key.mv_data, sizeof entry.last);
        const auto found = decode_commit(to_span(value), entry.last);
        if (!found) {
            return Failure{"journal " + path.string() + ": the entry of the commit that ends at " +
                               std::to_string(entry.last) + " is damaged",
                           entry.last};
        }
        entry = *found;
    } else if (error == MDB_NOTFOUND) {
        entry.hash = first_chain_hash(id);
    } else {
        return failure("its last commit cannot be read", error == 0 ? MDB_CORRUPTED : error);
    }
    if (entry.last != last_record) {
        return Failure{"journal " + path.string() + ": its last record is " +
                           std::to_string(last_record) + ", its last commit ends at " +
                           std::to_string(entry.last),
                       std::min(entry.last, last_record) + 1};
    }
    return entry;
}

std::variant<CommitEntry, Failure> LmdbStore::commit_at(MDB_txn* transaction,
                                                        domain::Sequence last) const {
    CommitEntry entry;
    if (last == 0) {
        entry.hash = first_chain_hash(id);
        return entry;
    }
    MDB_val key = to_val(last);
    MDB_val value{};
    const int error = mdb_get(transaction, commits, &key, &value);
    if (error == MDB_NOTFOUND) {
        return Failure{"journal " + path.string() + ": no commit ends at " + std::to_string(last),
                       last};
    }
    if (error != 0) {
        return failure("the commit that ends at " + std::to_string(last) + " cannot be read",
                       error);
    }
    const auto found = decode_commit(to_span(value), last);
    if (!found) {
        return Failure{"journal " + path.string() + ": the entry of the commit that ends at " +
                           std::to_string(last) + " is damaged",
                       last};
    }
    return *found;
}

std::vector<MDB_dbi> LmdbStore::tables() const {
    std::vector<MDB_dbi> all{records, commits, meta};
    if (has_parts()) {
        all.push_back(parts);
    }
    return all;
}

std::uint64_t LmdbStore::table_bytes(MDB_txn* transaction) const {
    std::uint64_t bytes = 0;
    for (const MDB_dbi table : tables()) {

        MDB_stat stat{};
        if (mdb_stat(transaction, table, &stat) == 0) {
            bytes += (stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages) *
                     std::uint64_t{stat.ms_psize};
        }
    }
    return bytes;
}

std::variant<domain::Sequence, Failure> LmdbStore::archived(MDB_txn* transaction) const {
    if (const auto found = get_meta<domain::Sequence>(transaction, meta, "archived")) {
        return *found;
    }
    if (get_meta<std::uint64_t>(transaction, meta, "format") == journal_format_version) {
        return domain::Sequence{0};
    }
    return Failure{"journal " + path.string() + ": where its archive ends is damaged or missing"};
}

int LmdbStore::put_archived(MDB_txn* transaction, domain::Sequence archived) const {
    const bool parted =
        get_meta<std::uint64_t>(transaction, meta, "format") == parts_format_version;
    const int error = parted ? 0 : put_meta(transaction, meta, "format", trimmed_format_version);
    return error != 0 ? error : put_meta(transaction, meta, "archived", archived);
}

int LmdbStore::put_has_parts(MDB_txn* transaction) const {
    const auto version = get_meta<std::uint64_t>(transaction, meta, "format");
    if (version == parts_format_version) {
        return 0;
    }
    const int error = version == journal_format_version
                          ? put_meta(transaction, meta, "archived", domain::Sequence{0})
                          : 0;
    return error != 0 ? error : put_meta(transaction, meta, "format", parts_format_version);
}

int LmdbStore::enlarge_full_map() const {
    constexpr std::uint64_t more_bytes = 1U << 20U;
    MDB_envinfo info{};
    mdb_env_info(environment.get(), &info);
    return mdb_env_set_mapsize(environment.get(), info.me_mapsize + more_bytes);
}

std::variant<Epoch, Failure> LmdbStore::epoch(MDB_txn* transaction) const {
    if (const auto found = get_meta<Epoch>(transaction, meta, "epoch")) {
        return *found;
    }
    return damage("journal " + path.string() + ": its epoch is damaged or missing");
}

int LmdbStore::put_epoch(MDB_txn* transaction, Epoch epoch) const {
    return put_meta(transaction, meta, "epoch", epoch);
}

} // namespace hongbao::persistence
