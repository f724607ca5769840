// Role: the journal in an LMDB environment of its own, as FORMAT.md describes it.
// Owner threads: append, trim and look_after_readers by one; acquire, read, position and space by
// any. Invariants: sequences run from 1 without a gap; a record is visible only once it is synced;
// after a failed append nothing is written any more.
#pragma once

#include "persistence/journal/journal.hpp"

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <variant>

namespace hongbao::persistence {

struct LmdbJournalOptions {
    std::filesystem::path path; // a directory; made if it is missing, unless read_only
    /// Largest size of the file, in bytes; at least what the file was made for.
    std::uint64_t map_bytes = 0;
    /// For verify and dump: needs no lock, changes nothing, works beside a running server.
    bool read_only = false;
    /// With read_only, if the caller has made sure that nobody writes as long as it is open: no
    /// table of locks is looked at, or kept.
    bool nobody_writes = false;
    std::optional<JournalId> new_id; // for a journal not yet there; drawn at random by default
    /// Looks that may hang, at the archive's folder and at the room on the disk, are left to
    /// threads of their own. Trimming then goes by what they have found.
    bool looks_aside = false;
    /// About how many archived records a step of trimming deletes. A commit that comes
    /// meanwhile waits for it.
    std::size_t trim_records_max = 2'048;
};

class LmdbJournal final : public Journal {
  public:
    using Options = LmdbJournalOptions;

    /// Opens the journal, or makes an empty one. A process opens a journal once at a time: LMDB
    /// asks for that.
    static std::variant<std::unique_ptr<LmdbJournal>, Failure> open(const Options& options);
    ~LmdbJournal() override;

    std::variant<Epoch, Failure> acquire(JournalShard shard) override;
    /// Makes sure that the disk has them as well.
    bool has_room_for(std::uint64_t bytes) override;
    AppendResult append(JournalShard shard, Epoch epoch, domain::Sequence expected_last,
                        std::span<const domain::Record> records) override;
    /// Deletes what complete segments in the journal's archive hold.
    TrimStep trim(JournalShard shard, Epoch epoch) override;
    std::optional<std::string> look_after_readers() override;
    std::optional<Failure> read(JournalShard shard, domain::Sequence from,
                                const RecordVisitor& visit) const override;
    std::optional<Failure> read_each(JournalShard shard,
                                     std::span<const domain::Sequence> sequences,
                                     const RecordVisitor& visit) const override;
    /// Whether a segment of the archive is missing, which a reading from the first record on would
    /// need. Only looks at names.
    std::optional<Failure> find_missing_segment() const;

    JournalPosition position(JournalShard shard) const override;
    /// Two system calls and a look at free pages, microseconds; may be asked before every append.
    JournalSpace space() const override;
    StorageFigures storage() const override;

    const JournalId& id() const;

    /// The chain's hash after the commit that ends with this record; the chain's beginning for 0.
    /// Nothing if no commit ends there, or its entry is damaged.
    std::optional<ChainHash> chain_hash_after(domain::Sequence last) const;

  private:
    struct State;
    explicit LmdbJournal(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace hongbao::persistence
