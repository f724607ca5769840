// Role: appending to the journal, and asking it.
#include "persistence/lmdb_journal.hpp"

#include "persistence/archive.hpp"
#include "persistence/chain_hash.hpp"
#include "persistence/file_size_limit.hpp"
#include "persistence/free_pages.hpp"
#include "persistence/journal_trim.hpp"
#include "persistence/lmdb_store.hpp"
#include "persistence/record_codec.hpp"
#include "persistence/record_walk.hpp"
#include "persistence/room_ahead.hpp"

#include "domain/invariant.hpp"

#include <sys/statvfs.h>

#include <algorithm>
#include <utility>

namespace hongbao::persistence {

namespace {

/// How often slots of readers that died are freed: a dead reader keeps pages from being reused.
constexpr std::uint64_t commits_per_reader_check = 1'024;

/// A step of trimming copies a few pages before it frees many.
constexpr std::uint64_t trim_bytes_min = 1U << 20U;
/// What the step before has freed is made room with less, so that no step is the last for ever.
constexpr std::uint64_t settle_bytes_min = 64U << 10U;

/// Of the file, up to the last page in use or once in use.
std::uint64_t used_bytes(MDB_env* environment) {
    MDB_envinfo info{};
    MDB_stat stat{};
    mdb_env_info(environment, &info);
    mdb_env_stat(environment, &stat);
    return (info.me_last_pgno + 1) * std::uint64_t{stat.ms_psize};
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
    std::optional<JournalTrim> trim;       // likewise
    std::uint64_t commits = 0;
    std::string broken; // why nothing may be written any more; empty: all is well

    AppendResult unknown(const Failure& failure) {
        broken = failure.sentence;
        return AppendResult{AppendOutcome::unknown, {}, broken};
    }
    AppendResult unknown(std::string_view what, int error) {
        return unknown(store->failure(what, error));
    }
    /// Why nothing may be written; empty if all is well.
    const std::string& why_not_to_write();
    /// Writes records and entry into the transaction; LMDB's error, 0 for none.
    int write(MDB_txn* transaction, CommitEntry& entry, std::span<const domain::Record> records);
    /// The record in the table, checked.
    std::optional<Failure> find(MDB_txn* transaction, domain::Sequence sequence,
                                domain::Record& record) const;
};

const std::string& LmdbJournal::State::why_not_to_write() {
    if (const std::string why = room_ahead->failure(); broken.empty() && !why.empty()) {
        broken = "journal " + store->path.string() + ": " + why;
    }
    return broken;
}

int LmdbJournal::State::write(MDB_txn* transaction, CommitEntry& entry,
                              std::span<const domain::Record> records) {
    hasher.begin(entry.hash, entry.first, entry.last);
    LmdbCursor record_cursor(transaction, store->records);
    domain::Sequence sequence = entry.first;
    for (const domain::Record& record : records) {
        domain::invariant(record.sequence == sequence, "sequences are handed out without a gap");
        const auto bytes = encoder.encode(record);
        if (const int error = record_cursor.append(sequence, bytes); error != 0) {
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
        failure.first_bad_sequence = sequence;
        return failure;
    }
    return decode_record(to_span(value), sequence, record);
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
        state->room_ahead = std::make_unique<RoomAhead>(options.path / "data.mdb", info.me_mapsize);
        state->trim.emplace(*state->store, options.trim_records_max);
    }
    return std::unique_ptr<LmdbJournal>(new LmdbJournal(std::move(state)));
}

std::variant<Epoch, Failure> LmdbJournal::acquire(JournalShard shard) {
    check_shard(shard);
    const LmdbStore& store = *state_->store;
    int dead_readers = 0;
    mdb_reader_check(store.environment.get(), &dead_readers);
    LmdbTransaction transaction(store.environment.get(), 0);
    if (transaction.error() != 0) {
        return store.failure("cannot be acquired", transaction.error());
    }
    auto found = store.epoch(transaction.get());
    if (auto* failure = std::get_if<Failure>(&found)) {
        return std::move(*failure);
    }
    const Epoch epoch = std::get<Epoch>(found) + 1;
    int error = store.put_epoch(transaction.get(), epoch);
    if (error == 0) {
        error = transaction.commit();
    }
    if (error != 0) {
        return store.failure("cannot be acquired", error);
    }
    return epoch;
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
    state.room_ahead->in_use(used_bytes(store.environment.get()));
    if (++state.commits % commits_per_reader_check == 0) {
        int dead_readers = 0;
        mdb_reader_check(store.environment.get(), &dead_readers);
    }
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
    TrimStep step = state.trim->step(epoch, left_bytes >= trim_bytes_min);
    state.broken = step.broken;
    return step;
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
    const LmdbStore& store = *state_->store;
    MDB_envinfo info{};
    mdb_env_info(store.environment.get(), &info);
    const std::uint64_t used = used_bytes(store.environment.get());
    const std::uint64_t reusable =
        std::min(used, reusable_bytes(store.environment.get(),
                                      std::array{store.records, store.commits, store.meta}));
    std::uint64_t left_bytes = info.me_mapsize > used ? info.me_mapsize - used : 0;
    struct statvfs disk {};
    if (::statvfs(store.path.c_str(), &disk) == 0) {
        // What the file has beyond its last page in use needs no more of the disk.
        const std::uint64_t file = state_->room_ahead ? state_->room_ahead->file_bytes() : 0;
        left_bytes = std::min<std::uint64_t>(left_bytes, disk.f_bavail * disk.f_frsize +
                                                             (file > used ? file - used : 0));
    }
    const std::uint64_t limit = file_size_limit_bytes();
    left_bytes = std::min(left_bytes, limit > used ? limit - used : 0);
    return JournalSpace{used - reusable, left_bytes + reusable, info.me_mapsize};
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
