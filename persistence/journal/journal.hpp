// Role: the seam between the actors and whatever keeps their records. LMDB is the default behind it
// (lmdb_journal.hpp); a replicated journal comes behind the same interface, so nothing above it may
// assume that the journal is local, or that an append which failed was not written.
// Owner thread: append is called by one thread, the journal writer's; reads by any.
#pragma once

#include "domain/record.hpp"
#include "persistence/failure.hpp"
#include "persistence/storage_figures.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>

namespace hongbao::persistence {

/// One stream of records with one writer. A record may touch entities of several entity shards, so
/// a node has one stream: number 0.
using JournalShard = std::uint32_t;
/// Grows with every acquire; an append with an older one is fenced.
using Epoch = std::uint64_t;
/// Names one journal for good; the chain starts from it.
using JournalId = std::array<std::uint8_t, 16>;
/// BLAKE2b-256 over the hash before it and the records of the commit.
using ChainHash = std::array<std::uint8_t, 32>;

enum class AppendOutcome : std::uint8_t {
    ok,             // every record is synced
    wrong_sequence, // somebody else has appended since
    fenced,         // somebody else has acquired the shard since
    unknown,        // may or may not have been written: the process has to end
};

struct AppendResult {
    AppendOutcome outcome = AppendOutcome::unknown;
    ChainHash chain_hash{};  // after this commit; outcome ok only
    std::string description; // of what failed, for the last message of the process
};

/// The outcome of a step of trimming.
struct TrimStep {
    bool more = false;             // ask again soon: there is more to delete
    bool trimmed = false;          // something was deleted
    domain::Sequence archived = 0; // the last record that is deleted; 0 if that is not known
    std::string warning = {};      // a sentence for the operator, each once; empty: nothing to tell
    std::string broken = {}; // why the process has to end, as after an append of unknown outcome
};

/// How much room there is, in bytes; the smaller of the map and the disk. What was deleted and may
/// be written again is room.
struct JournalSpace {
    std::uint64_t used_bytes = 0;
    std::uint64_t left_bytes = 0;
    std::uint64_t map_bytes = 0; // of the whole map, used or not
};

/// Where the journal ends.
struct JournalPosition {
    domain::Sequence last_sequence = 0;
    ChainHash chain_hash{};
};

/// What a reader of records answers: go on or stop.
enum class Visit : std::uint8_t { next, stop };
using RecordVisitor = std::function<Visit(const domain::Record&)>;

class Journal {
  public:
    virtual ~Journal() = default;

    /// Becomes the only writer of the shard.
    virtual std::variant<Epoch, Failure> acquire(JournalShard shard) = 0;

    /// Whether there is room to append records of `bytes` (record_size.hpp); it may make the room.
    /// After true the append cannot fail for lack of room. For the appending thread, right before
    /// it appends. By default there is always room.
    virtual bool has_room_for(std::uint64_t /*bytes*/) { return true; }

    /// Writes the records, at least one, as one commit and syncs it before it returns. Their
    /// sequences must follow expected_last without a gap. Never retries: after an unknown outcome
    /// every further append is unknown as well.
    virtual AppendResult append(JournalShard shard, Epoch epoch, domain::Sequence expected_last,
                                std::span<const domain::Record> records) = 0;

    /// Deletes a few records that are kept elsewhere as well, if there are any: readers notice
    /// nothing. For the thread that appends, between appends: about once a second, or as soon as
    /// the last step says. By default there is nothing to delete.
    virtual TrimStep trim(JournalShard /*shard*/, Epoch /*epoch*/) { return {}; }

    /// Frees the room that dead readers hold back. Returns a sentence for the operator about a live
    /// one that has held back much for long. For the thread that appends, about once a second and
    /// before writes are refused for lack of room. By default readers hold back nothing.
    virtual std::optional<std::string> look_after_readers() { return std::nullopt; }

    /// Visits synced records in order from sequence `from` (0 and 1: from the start). Checksums and
    /// gaps are checked on the way, and the chain of every commit that is read whole, before its
    /// last record is visited; a failure names the first bad sequence. The visitor may take its
    /// time: it keeps nobody from writing, and no room from being reused.
    virtual std::optional<Failure> read(JournalShard shard, domain::Sequence from,
                                        const RecordVisitor& visit) const = 0;

    /// Visits the records with these sequences, in the order given. Checksums are checked, the
    /// chain is not. A sequence that the journal does not hold is a failure.
    virtual std::optional<Failure> read_each(JournalShard shard,
                                             std::span<const domain::Sequence> sequences,
                                             const RecordVisitor& visit) const;

    virtual JournalPosition position(JournalShard shard) const = 0;
    virtual JournalSpace space() const = 0;
    /// For operators. May wait for the disk.
    virtual StorageFigures storage() const { return {}; }
};

} // namespace hongbao::persistence
