// Role: appends to the journal and answers questions about it.
#include "persistence/journal/lmdb/lmdb_journal.hpp"

#include "persistence/files/disk_room.hpp"
#include "persistence/journal/chain_hash.hpp"
#include "persistence/journal/lmdb/archive.hpp"
#include "persistence/journal/lmdb/record_rows.hpp"
#include "persistence/journal/lmdb/tables.hpp"
#include "persistence/journal/lmdb/trim.hpp"
#include "persistence/journal/lmdb/walk.hpp"
#include "persistence/lmdb/readers.hpp"
#include "persistence/lmdb/room_ahead.hpp"
#include "persistence/record/codec.hpp"

#include "domain/values/invariant.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <utility>

namespace hongbao::persistence {

namespace {

/// A step of trimming copies a few pages before it frees many.
constexpr std::uint64_t trim_bytes_min = 128U << 10U;
/// With less than this beyond the last page, a step frees only as much as one page can list.
constexpr std::uint64_t long_list_bytes_min = 8U << 20U;
constexpr std::uint64_t short_list_bytes = 768U << 10U;
/// Room beside its records that a commit takes, for copied tree pages and the list of free pages.
constexpr std::uint64_t commit_overhead_bytes = 256U << 10U;
/// Room for a step that only makes freed pages usable again, so that trimming never gets stuck.
constexpr std::uint64_t settle_bytes_min = 64U << 10U;

/// Of the file, up to the last page in use or once in use.
std::uint64_t used_bytes(MDB_env* environment) {
    MDB_envinfo info{};
    MDB_stat stat{};
    mdb_env_info(environment, &info);
    mdb_env_stat(environment, &stat);
    return (info.me_last_pgno + 1) * std::uint64_t{stat.ms_psize};
}

/// Of the map, beyond that.
std::uint64_t tail_bytes(MDB_env* environment) {
    MDB_envinfo info{};
    mdb_env_info(environment, &info);
    const std::uint64_t used = used_bytes(environment);
    return info.me_mapsize > used ? info.me_mapsize - used : 0;
}

/// LMDB's error, 0 for none.
int raise_epoch(const LmdbStore& store, Epoch& epoch) {
    LmdbTransaction transaction(store.environment.get(), 0);
    if (transaction.error() != 0) {
        return transaction.error();
    }
    const auto found = store.epoch(transaction.get());
    if (std::holds_alternative<Failure>(found)) {
        return MDB_CORRUPTED; // sound when opened
    }
    epoch = std::get<Epoch>(found) + 1;
    const int error = store.put_epoch(transaction.get(), epoch);
    return error != 0 ? error : transaction.commit();
}

void check_shard(JournalShard shard) {
    domain::invariant(shard == 0, "a node has one stream of records, number 0");
}

} // namespace

struct LmdbJournal::State {
    std::unique_ptr<LmdbStore> store;
    RecordEncoder encoder;
    CommitHasher hasher;
    std::unique_ptr<RoomAhead> room_ahead; // null in a journal opened to be read
    std::unique_ptr<DiskRoom> disk;        // likewise
    std::optional<JournalTrim> trim;       // likewise
    ReaderWatch readers{"the journal"};
    std::string broken; // why nothing may be written any more; empty: all is well

    AppendResult unknown(const Failure& failure) {
        broken = failure.sentence;
        return AppendResult{AppendOutcome::unknown, {}, broken};
    }
    AppendResult unknown(std::string_view what, int error) {
        return unknown(store->failure(what, error));
    }
    /// Bytes of pages that are in use or were, and of those that may be used again.
    struct Pages {
        std::uint64_t used = 0;
        std::uint64_t reusable = 0;
    };
    Pages pages();
    std::mutex pages_mutex;             // guards the next
    std::optional<Pages> pages_as_left; // by the last append or trim, once they were asked for
    void forget_pages() {
        const std::lock_guard lock(pages_mutex);
        pages_as_left.reset();
    }
    std::uint64_t file_bytes(const Pages& found) const {
        return std::max(found.used, room_ahead ? room_ahead->file_bytes() : 0);
    }

    /// Why nothing may be written; empty if all is well.
    const std::string& why_not_to_write();
    /// Writes records and entry into the transaction; LMDB's error, 0 for none.
    int write(MDB_txn* transaction, CommitEntry& entry, std::span<const domain::Record> records);
    /// The record in the table, checked.
    std::optional<Failure> find(MDB_txn* transaction, domain::Sequence sequence,
                                domain::Record& record) const;
};

LmdbJournal::State::Pages LmdbJournal::State::pages() {
    MDB_env* const environment = store->environment.get();
    const std::uint64_t used = used_bytes(environment);
    const Pages found{used, std::min(used, store->free().usable)};
    const std::lock_guard lock(pages_mutex);
    pages_as_left = found;
    return found;
}

const std::string& LmdbJournal::State::why_not_to_write() {
    if (const std::string why = room_ahead->failure(); broken.empty() && !why.empty()) {
        broken = "journal " + store->path.string() + ": " + why;
    }
    return broken;
}

int LmdbJournal::State::write(MDB_txn* transaction, CommitEntry& entry,
                              std::span<const domain::Record> records) {
    hasher.begin(entry.hash, entry.first, entry.last);
    RecordRows rows(transaction, *store);
    domain::Sequence sequence = entry.first;
    for (const domain::Record& record : records) {
        domain::invariant(record.sequence == sequence, "sequences are handed out without a gap");
        const auto bytes = encoder.encode(record);
        if (const int error = rows.append(sequence, bytes); error != 0) {
            return error;
        }
        hasher.add(bytes);
        ++sequence;
    }
    entry.hash = hasher.end();
    LmdbCursor commit_cursor(transaction, store->commits);
    return commit_cursor.append(entry.last, encode_commit(entry));
}

std::optional<Failure> LmdbJournal::State::find(MDB_txn* transaction, domain::Sequence sequence,
                                                domain::Record& record) const {
    MDB_val key = to_val(sequence);
    MDB_val value{};
    const int error = mdb_get(transaction, store->records, &key, &value);
    if (error != 0) {
        Failure failure =
            store->failure("record " + std::to_string(sequence) + " cannot be read", error);
        failure.first_bad_sequence = failure.is_of_machine ? 0 : sequence;
        return failure;
    }
    std::vector<std::byte> joined;
    return decode_record(whole_record(transaction, *store, sequence, to_span(value), joined),
                         sequence, record);
}

LmdbJournal::LmdbJournal(std::unique_ptr<State> state) : state_(std::move(state)) {}

LmdbJournal::~LmdbJournal() = default;

std::variant<std::unique_ptr<LmdbJournal>, Failure> LmdbJournal::open(const Options& options) {
    auto opened = LmdbStore::open(options);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        return std::move(*failure);
    }
    auto state = std::make_unique<State>();
    state->store = std::move(std::get<std::unique_ptr<LmdbStore>>(opened));
    if (!options.read_only) {
        MDB_envinfo info{};
        mdb_env_info(state->store->environment.get(), &info);
        const auto file = options.path / "data.mdb";
        state->room_ahead = std::make_unique<RoomAhead>(file, info.me_mapsize);
        state->disk = std::make_unique<DiskRoom>(file, options.looks_aside);
        state->trim.emplace(*state->store, options.trim_records_max, options.looks_aside);
    }
    return std::unique_ptr<LmdbJournal>(new LmdbJournal(std::move(state)));
}

std::variant<Epoch, Failure> LmdbJournal::acquire(JournalShard shard) {
    check_shard(shard);
    const LmdbStore& store = *state_->store;
    int dead_readers = 0;
    mdb_reader_check(store.environment.get(), &dead_readers);
    Epoch epoch = 0;
    int error = raise_epoch(store, epoch);
    const bool is_full = error == MDB_MAP_FULL;
    // A start is for reading, and for archiving, too, which has to be able to trim.
    if (is_full || tail_bytes(store.environment.get()) + store.free().usable < trim_bytes_min) {
        const int not_enlarged = store.enlarge_full_map();
        error = is_full ? not_enlarged : error;
    }
    if (is_full && error == 0) {
        error = raise_epoch(store, epoch);
    }
    return error == 0 ? std::variant<Epoch, Failure>(epoch)
                      : store.failure("cannot be acquired", error);
}

bool LmdbJournal::has_room_for(std::uint64_t bytes) {
    State& state = *state_;
    const std::uint64_t needed = bytes + commit_overhead_bytes;
    // Free pages are used first, and only then does the file grow. Since they were counted, a
    // reader that ended may have freed more.
    const auto fits = [&](const State::Pages& found) {
        const std::uint64_t behind = needed - std::min(needed, found.reusable);
        return behind <= tail_bytes(state.store->environment.get()) &&
               state.disk->take(found.used + behind, state.file_bytes(found));
    };
    std::unique_lock lock(state.pages_mutex);
    const auto as_left = state.pages_as_left;
    lock.unlock();
    return (as_left && fits(*as_left)) || fits(state.pages());
}

AppendResult LmdbJournal::append(JournalShard shard, Epoch epoch, domain::Sequence expected_last,
                                 std::span<const domain::Record> records) {
    check_shard(shard);
    domain::invariant(!records.empty(), "a commit has a record");
    State& state = *state_;
    const LmdbStore& store = *state.store;
    if (const std::string& why = state.why_not_to_write(); !why.empty()) {
        return AppendResult{AppendOutcome::unknown, {}, why};
    }
    LmdbTransaction transaction(store.environment.get(), 0);
    if (transaction.error() != 0) {
        return state.unknown("cannot begin a commit", transaction.error());
    }
    const auto current = store.epoch(transaction.get());
    if (const auto* failure = std::get_if<Failure>(&current)) {
        return state.unknown(*failure);
    }
    const auto before = store.last_commit(transaction.get());
    if (const auto* failure = std::get_if<Failure>(&before)) {
        return state.unknown(*failure);
    }
    if (std::get<Epoch>(current) != epoch) {
        return AppendResult{AppendOutcome::fenced,
                            {},
                            "journal " + store.path.string() + ": epoch " + std::to_string(epoch) +
                                " is over, another writer has acquired " +
                                std::to_string(std::get<Epoch>(current))};
    }
    const CommitEntry& last = std::get<CommitEntry>(before);
    if (last.last != expected_last) {
        return AppendResult{AppendOutcome::wrong_sequence,
                            {},
                            "journal " + store.path.string() + ": ends at " +
                                std::to_string(last.last) + ", not at " +
                                std::to_string(expected_last)};
    }
    CommitEntry entry{expected_last + 1, expected_last + records.size(), records.back().at,
                      last.hash};
    if (const int error = state.write(transaction.get(), entry, records); error != 0) {
        return state.unknown("cannot write a commit", error);
    }
    if (const int error = transaction.commit(); error != 0) {
        return state.unknown("cannot sync a commit", error);
    }
    state.forget_pages();
    state.room_ahead->in_use(used_bytes(store.environment.get()));
    return AppendResult{AppendOutcome::ok, entry.hash, {}};
}

TrimStep LmdbJournal::trim(JournalShard shard, Epoch epoch) {
    check_shard(shard);
    State& state = *state_;
    if (const std::string& why = state.why_not_to_write(); !why.empty()) {
        return {.broken = why};
    }
    const std::uint64_t left_bytes = space().left_bytes;
    if (left_bytes < settle_bytes_min) {
        return {}; // what is left is for commits
    }
    const bool has_tail = tail_bytes(state.store->environment.get()) >= long_list_bytes_min;
    TrimStep step = state.trim->step(epoch, left_bytes >= trim_bytes_min,
                                     has_tail ? UINT64_MAX : short_list_bytes);
    state.broken = step.broken;
    if (step.more) {
        state.forget_pages();
    }
    return step;
}

std::optional<std::string> LmdbJournal::look_after_readers() {
    const LmdbStore& store = *state_->store;
    return state_->readers.look(store.environment.get(), std::chrono::steady_clock::now(),
                                [&store] { return store.free().kept; });
}

std::optional<Failure> LmdbJournal::read(JournalShard shard, domain::Sequence from,
                                         const RecordVisitor& visit) const {
    check_shard(shard);
    return RecordWalk(*state_->store, from,
                      [&visit](const WalkedRecord& walked) { return visit(walked.record); })
        .run();
}

std::optional<Failure> LmdbJournal::read_each(JournalShard shard,
                                              std::span<const domain::Sequence> sequences,
                                              const RecordVisitor& visit) const {
    check_shard(shard);
    const LmdbStore& store = *state_->store;
    LmdbTransaction transaction(store.environment.get(), MDB_RDONLY);
    if (transaction.error() != 0) {
        return store.failure("cannot be read", transaction.error());
    }
    auto archived = store.archived(transaction.get());
    if (auto* failure = std::get_if<Failure>(&archived)) {
        return std::move(*failure);
    }
    domain::Record record;
    ArchivedRecords archive(store, std::get<domain::Sequence>(archived));
    for (const domain::Sequence sequence : sequences) {
        auto failure = archive.holds(sequence) ? archive.find(sequence, record)
                                               : state_->find(transaction.get(), sequence, record);
        if (failure) {
            return failure;
        }
        if (visit(record) == Visit::stop) {
            break;
        }
    }
    return std::nullopt;
}

std::optional<Failure> LmdbJournal::find_missing_segment() const {
    const LmdbStore& store = *state_->store;
    LmdbTransaction transaction(store.environment.get(), MDB_RDONLY);
    if (transaction.error() != 0) {
        return store.failure("cannot be read", transaction.error());
    }
    auto archived = store.archived(transaction.get());
    if (auto* failure = std::get_if<Failure>(&archived)) {
        return std::move(*failure);
    }
    return persistence::find_missing_segment(store.archive_path(),
                                             std::get<domain::Sequence>(archived));
}

JournalPosition LmdbJournal::position(JournalShard shard) const {
    check_shard(shard);
    const LmdbStore& store = *state_->store;
    LmdbTransaction transaction(store.environment.get(), MDB_RDONLY);
    domain::invariant(transaction.error() == 0, "an open journal can be read");
    const auto last = store.last_commit(transaction.get());
    domain::invariant(std::holds_alternative<CommitEntry>(last),
                      "the journal's end, sound when opened, stays so");
    const CommitEntry& entry = std::get<CommitEntry>(last);
    return JournalPosition{entry.last, entry.hash};
}

JournalSpace LmdbJournal::space() const {
    MDB_env* const environment = state_->store->environment.get();
    MDB_envinfo info{};
    mdb_env_info(environment, &info);
    const State::Pages found = state_->pages();
    std::uint64_t behind = tail_bytes(environment);
    if (state_->disk) {
        const std::uint64_t end = state_->disk->file_bytes_max(state_->file_bytes(found));
        behind = std::min(behind, end - std::min(end, found.used));
    }
    return JournalSpace{found.used - found.reusable, behind + found.reusable, info.me_mapsize};
}

StorageFigures LmdbJournal::storage() const {
    return state_->store->storage();
}

const JournalId& LmdbJournal::id() const {
    return state_->store->id;
}

std::optional<ChainHash> LmdbJournal::chain_hash_after(domain::Sequence last) const {
    const LmdbStore& store = *state_->store;
    if (last == 0) {
        return first_chain_hash(store.id);
    }
    LmdbTransaction transaction(store.environment.get(), MDB_RDONLY);
    MDB_val key = to_val(last);
    MDB_val value{};
    if (transaction.error() != 0 || mdb_get(transaction.get(), store.commits, &key, &value) != 0) {
        return std::nullopt;
    }
    const auto entry = decode_commit(to_span(value), last);
    return entry ? std::optional(entry->hash) : std::nullopt;
}

} // namespace hongbao::persistence
