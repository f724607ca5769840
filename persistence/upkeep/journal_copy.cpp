// Role: records and commit entries straight into the tables.
#include "persistence/upkeep/journal_copy.hpp"

#include "persistence/files/file_size_limit.hpp"
#include "persistence/files/folder.hpp"

#include "domain/values/invariant.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace hongbao::persistence {

namespace {

/// A sync for each would take longer than all the rest; much more at once would delay a server's.
constexpr std::size_t bytes_per_transaction = 4U << 20U;

std::variant<Epoch, Failure> epoch_of(const LmdbStore& store) {
    LmdbTransaction transaction(store.environment.get(), MDB_RDONLY);
    if (transaction.error() != 0) {
        return store.failure("cannot be read", transaction.error());
    }
    return store.epoch(transaction.get());
}

/// LMDB calls a write that was cut short, by a full disk or the limit of file sizes, an
/// input/output error.
int plain_error(int error, const std::filesystem::path& path) {
    if (error != EIO) {
        return error;
    }
    std::error_code unknown;
    if (std::filesystem::space(path, unknown).available < bytes_per_transaction && !unknown) {
        return ENOSPC;
    }
    const auto file_bytes = std::filesystem::file_size(path / "data.mdb", unknown);
    return !unknown && file_bytes >= file_size_limit_bytes() ? EFBIG : error;
}

} // namespace

std::variant<std::unique_ptr<JournalCopy>, Failure>
JournalCopy::begin(const LmdbStore& original, const std::filesystem::path& path,
                   domain::Sequence last) {
    auto epoch = epoch_of(original);
    if (auto* failure = std::get_if<Failure>(&epoch)) {
        return std::move(*failure);
    }
    MDB_envinfo info{};
    mdb_env_info(original.environment.get(), &info);
    LmdbJournalOptions options;
    options.path = path;
    options.map_bytes = info.me_mapsize;
    options.new_id = original.id;
    auto opened = LmdbStore::open(options);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        return std::move(*failure);
    }
    return std::unique_ptr<JournalCopy>(new JournalCopy(
        std::move(std::get<std::unique_ptr<LmdbStore>>(opened)), last, std::get<Epoch>(epoch)));
}

JournalCopy::JournalCopy(std::unique_ptr<LmdbStore> store, domain::Sequence last, Epoch epoch)
    : store_(std::move(store)), last_(last), epoch_(epoch) {
    end_.hash = first_chain_hash(store_->id);
}

std::optional<Failure> JournalCopy::begin_transaction() {
    transaction_.emplace(store_->environment.get(), 0U);
    if (transaction_->error() != 0) {
        return store_->failure("cannot be written", transaction_->error());
    }
    records_.emplace(transaction_->get(), *store_);
    commits_.emplace(transaction_->get(), store_->commits);
    return archived_end_ ? write_archived_end() : std::nullopt;
}

void JournalCopy::begin_after(const CommitEntry& archived_end) {
    domain::invariant(end_.last == 0 && archived_end.last <= last_, "the archive comes first");
    end_ = archived_end;
    archived_end_ = true;
}

/// What the chain goes on from, in the first transaction.
std::optional<Failure> JournalCopy::write_archived_end() {
    archived_end_ = false;
    int error = commits_->append(end_.last, encode_commit(end_));
    if (error == 0) {
        error = store_->put_archived(transaction_->get(), end_.last);
    }
    return error == 0 ? std::nullopt : std::optional(store_->failure("cannot be written", error));
}

std::optional<Failure> JournalCopy::take(const WalkedRecord& walked) {
    if (!transaction_) {
        if (auto failure = begin_transaction()) {
            return failure;
        }
    }
    const domain::Sequence sequence = walked.record.sequence;
    const CommitEntry& original = walked.commit;
    const domain::Sequence ends_at = std::min(original.last, last_);
    domain::invariant(sequence <= last_, "a copy ends where it was told to");
    if (sequence == original.first) {
        domain::invariant(sequence == end_.last + 1, "commits are copied without a gap");
        hasher_.begin(end_.hash, original.first, ends_at);
    }
    int error = records_->append(sequence, walked.bytes);
    hasher_.add(walked.bytes);
    unwritten_bytes_ += walked.bytes.size();
    if (error == 0 && sequence == ends_at) {
        end_ = CommitEntry{original.first, ends_at, walked.record.at, hasher_.end()};
        if (ends_at == original.last && end_.hash != original.hash) {
            return Failure{"journal " + store_->path.string() + ": records " +
                               std::to_string(original.first) + " to " + std::to_string(ends_at) +
                               " are not what the original has; check this machine's memory",
                           original.first};
        }
        error = commits_->append(end_.last, encode_commit(end_));
    }
    return error == 0 ? std::nullopt : std::optional(store_->failure("cannot be written", error));
}

std::optional<Failure> JournalCopy::write_when_due() {
    return unwritten_bytes_ < bytes_per_transaction ? std::nullopt : write();
}

std::optional<Failure> JournalCopy::write() {
    records_.reset();
    commits_.reset();
    const int error = transaction_->commit();
    transaction_.reset();
    unwritten_bytes_ = 0;
    return error == 0 ? std::nullopt
                      : std::optional(
                            store_->failure("cannot be written", plain_error(error, store_->path)));
}

std::optional<Failure> JournalCopy::finish() {
    domain::invariant(end_.last == last_, "a copy is finished when all records are taken");
    if (!transaction_) {
        if (auto failure = begin_transaction()) {
            return failure;
        }
    }
    if (const int error = store_->put_epoch(transaction_->get(), epoch_); error != 0) {
        return store_->failure("cannot be written", error);
    }
    if (auto failure = write()) {
        return failure;
    }
    const std::filesystem::path path = store_->path;
    store_.reset();
    return sync_and_forget(path / "data.mdb");
}

} // namespace hongbao::persistence
