// Role: writes the journal's first records into segments, one after another.
#include "persistence/upkeep/archiving.hpp"

#include "persistence/files/folder.hpp"
#include "persistence/files/sight.hpp"
#include "persistence/journal/lmdb/archive.hpp"
#include "persistence/journal/lmdb/trim.hpp"
#include "persistence/journal/lmdb/walk.hpp"
#include "persistence/journal/segment/writer.hpp"
#include "persistence/read_model/store/store.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace hongbao::persistence {

namespace {

namespace fs = std::filesystem;

/// Left on the disk at least, beyond what the segment takes: a running server needs it.
constexpr std::uint64_t kept_clear_bytes = 64U << 20U;
constexpr const char* unfinished_name = "segment.partial";

/// One process writes an archive at a time. The kernel frees the lock however the process ends.
class ArchiveLock {
  public:
    explicit ArchiveLock(const fs::path& folder)
        : descriptor_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
        const bool held = descriptor_ >= 0 && ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
        if (!held && descriptor_ >= 0 && errno == EWOULDBLOCK) {
            failure_ =
                Failure{"archive " + folder.string() + " is being written by another process"};
        } else if (!held) {
            failure_ = machine_failure(folder, "cannot be locked", errno);
        }
    }
    ~ArchiveLock() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
    }
    ArchiveLock(const ArchiveLock&) = delete;
    ArchiveLock& operator=(const ArchiveLock&) = delete;
    /// Why it is not held.
    std::optional<Failure>& failure() { return failure_; }

  private:
    int descriptor_;
    std::optional<Failure> failure_;
};

/// Where the last commit ends that may be archived; `least` if that is not beyond it.
std::variant<domain::Sequence, Failure> last_to_archive(const LmdbStore& store,
                                                        domain::Sequence projected,
                                                        const ArchiveLimits& limits,
                                                        domain::Sequence least) {
    LmdbTransaction transaction(store.environment.get(), MDB_RDONLY);
    if (transaction.error() != 0) {
        return store.failure("cannot be read", transaction.error());
    }
    auto end = store.last_commit(transaction.get());
    if (auto* failure = std::get_if<Failure>(&end)) {
        return std::move(*failure);
    }
    const domain::Sequence last = std::get<CommitEntry>(end).last;
    const std::uint64_t first_kept =
        std::min(projected, last - std::min(last, limits.keep_records) + 1);
    LmdbCursor commits(transaction.get(), store.commits);
    MDB_val key = to_val(first_kept);
    MDB_val value{};
    int error = commits.get(key, value, MDB_SET_RANGE);
    error = commits.get(key, value, error == 0 ? MDB_PREV : MDB_LAST);
    if (error == MDB_NOTFOUND) {
        return least;
    }
    domain::Sequence found = 0;
    if (error != 0 || key.mv_size != sizeof found) {
        return store.failure("its commits cannot be read", error != 0 ? error : MDB_CORRUPTED);
    }
    std::memcpy(&found, key.mv_data, sizeof found);
    return std::max(found, least);
}

std::optional<Failure> find_room(const fs::path& folder, std::uint64_t segment_bytes) {
    std::error_code error;
    const auto space = fs::space(folder, error);
    if (error || space.available >= kept_clear_bytes + segment_bytes) {
        return std::nullopt;
    }
    return Failure{"the disk of " + folder.string() + " has only " +
                   std::to_string(space.available >> 20U) + " MiB left, and archiving needs " +
                   std::to_string((kept_clear_bytes + segment_bytes) >> 20U) +
                   " MiB; make room, or let the folder be a link to one on another disk"};
}

/// Writes one segment after the other.
class Archiving {
  public:
    Archiving(const LmdbStore& store, const ArchiveLimits& limits, domain::Sequence last,
              const ProgressObserver& progress)
        : store_(store), limits_(limits), last_(last), progress_(progress),
          unfinished_(store.archive_path() / unfinished_name) {}

    /// All commits from the one after `before` to last_.
    std::optional<Failure> run(const CommitEntry& before, WrittenArchive& written);

  private:
    std::variant<SegmentHeader, Failure> write_segment(domain::Sequence first,
                                                       const ChainHash& hash_before);
    std::optional<Failure> complete(const SegmentHeader& header);

    const LmdbStore& store_;
    const ArchiveLimits& limits_;
    const domain::Sequence last_;
    const ProgressObserver& progress_;
    const fs::path unfinished_;
    domain::Sequence first_ = 0;
};

std::optional<Failure> Archiving::run(const CommitEntry& before, WrittenArchive& written) {
    first_ = before.last + 1;
    ChainHash hash = before.hash;
    while (written.last < last_) {
        if (auto failure = find_room(store_.archive_path(), limits_.segment_bytes)) {
            return failure;
        }
        auto made = write_segment(written.last + 1, hash);
        if (auto* failure = std::get_if<Failure>(&made)) {
            return std::move(*failure);
        }
        const SegmentHeader& header = std::get<SegmentHeader>(made);
        if (auto failure = complete(header)) {
            return failure;
        }
        hash = header.hash_after;
        written.last = header.last;
        written.body_bytes += header.body_bytes;
        written.file_bytes += header.file_bytes;
        ++written.segments;
    }
    return std::nullopt;
}

std::variant<SegmentHeader, Failure> Archiving::write_segment(domain::Sequence first,
                                                              const ChainHash& hash_before) {
    auto begun = SegmentWriter::begin(unfinished_, store_.id, first, hash_before);
    if (auto* failure = std::get_if<Failure>(&begun)) {
        return std::move(*failure);
    }
    SegmentWriter& writer = *std::get<std::unique_ptr<SegmentWriter>>(begun);
    std::optional<Failure> not_written;
    RecordWalk walk(store_, first, [&](const WalkedRecord& walked) {
        const domain::Sequence sequence = walked.record.sequence;
        not_written = writer.add(sequence, walked.bytes, walked.commit);
        const bool may_end = sequence == walked.commit.last;
        const bool is_full = writer.body_bytes() >= limits_.segment_bytes || sequence == last_;
        return not_written || (may_end && is_full) ? Visit::stop : Visit::next;
    });
    while (!walk.has_ended()) {
        if (auto damage = walk.step()) {
            return std::move(*damage);
        }
        if (not_written) {
            return std::move(*not_written);
        }
        if (progress_) {
            progress_(writer.last() - first_ + 1, last_ - first_ + 1);
        }
    }
    return writer.finish();
}

/// Reads back what was written, and gives it its name.
std::optional<Failure> Archiving::complete(const SegmentHeader& header) {
    const auto read = verify_segment({unfinished_, header.first, header.last}, store_.id);
    if (const auto* failure = std::get_if<Failure>(&read)) {
        return Failure{failure->sentence +
                       ". It has just been written so: check disk and memory. The journal is sound "
                       "and keeps these records"};
    }
    if (encode_segment_header(std::get<SegmentHeader>(read)) != encode_segment_header(header)) {
        return Failure{unfinished_.string() +
                       ": what was read back is not what was written; check disk and memory"};
    }
    const fs::path name = store_.archive_path() / segment_name(header.first, header.last);
    if (std::rename(unfinished_.c_str(), name.c_str()) != 0) {
        return machine_failure(unfinished_, "cannot be renamed to " + name.string(), errno);
    }
    return sync_folder(store_.archive_path());
}

} // namespace

std::variant<domain::Sequence, Failure> projected_sequence(const fs::path& model_path,
                                                           const JournalId& journal_id) {
    const Failure none{"there is no read model in " + model_path.string() +
                       " yet that says how far it has come: start the server once, or run "
                       "`hongbao rebuild`"};
    auto file = is_there(model_path / "data.mdb");
    auto mark = is_there(ModelStore::mark_in(model_path));
    for (auto* seen : {&file, &mark}) {
        if (auto* failure = std::get_if<Failure>(seen)) {
            return std::move(*failure);
        }
    }
    if (!std::get<bool>(file) || std::get<bool>(mark)) {
        return none;
    }
    auto totals = ModelStore::read_totals(model_path, journal_id);
    if (auto* failure = std::get_if<Failure>(&totals)) {
        return failure->is_of_machine ? std::move(*failure) : none;
    }
    return std::get<ModelTotals>(totals).position.last_sequence;
}

std::variant<WrittenArchive, Failure> write_archive(const LmdbStore& store,
                                                    domain::Sequence projected,
                                                    const ArchiveLimits& limits,
                                                    const ProgressObserver& progress) {
    const fs::path folder = store.archive_path();
    if (auto failure = make_folder(folder)) {
        return std::move(*failure);
    }
    ArchiveLock lock(folder);
    if (lock.failure()) {
        return std::move(*lock.failure());
    }
    std::error_code ignored; // left by a process that was stopped
    fs::remove(folder / unfinished_name, ignored);

    auto found = find_archive_cover(store);
    if (auto* failure = std::get_if<Failure>(&found)) {
        return std::move(*failure);
    }
    const ArchiveCover& cover = std::get<ArchiveCover>(found);
    auto until = last_to_archive(store, projected, limits, cover.end.last);
    if (auto* failure = std::get_if<Failure>(&until)) {
        return std::move(*failure);
    }
    WrittenArchive written;
    written.first = cover.archived + 1;
    written.last = cover.end.last;
    Archiving archiving(store, limits, std::get<domain::Sequence>(until), progress);
    if (auto failure = archiving.run(cover.end, written)) {
        return std::move(*failure);
    }
    return written;
}

} // namespace hongbao::persistence
