// Role: one archive segment on its way to the disk.
// Owner thread: the caller's. Invariant: whole commits only; the header, and with it the segment,
// becomes valid as the last thing that is written.
#pragma once

#include "persistence/journal/commit_entry.hpp"
#include "persistence/journal/segment/header.hpp"

#include <memory>
#include <optional>
#include <variant>
#include <vector>

struct ZSTD_CCtx_s;

namespace hongbao::persistence {

class SegmentWriter {
  public:
    /// Begins a file, replacing one that is there, with the records from `first` on; `hash_before`
    /// is the chain before them.
    static std::variant<std::unique_ptr<SegmentWriter>, Failure>
    begin(const std::filesystem::path& path, const JournalId& journal_id, domain::Sequence first,
          const ChainHash& hash_before);
    ~SegmentWriter();
    SegmentWriter(const SegmentWriter&) = delete;
    SegmentWriter& operator=(const SegmentWriter&) = delete;

    /// Takes the next record and the commit that it lies in, which has been checked.
    std::optional<Failure> add(domain::Sequence sequence, std::span<const std::byte> bytes,
                               const CommitEntry& commit);

    /// Uncompressed, so far.
    std::uint64_t body_bytes() const { return header_.body_bytes; }
    /// Of the last whole commit.
    domain::Sequence last() const { return header_.last; }

    /// After a commit's last record: completes, syncs and closes the file, and lets it go from
    /// memory, so that reading it back asks the disk. Its header.
    std::variant<SegmentHeader, Failure> finish();

  private:
    SegmentWriter(std::filesystem::path path, int descriptor);
    std::optional<Failure> compress(std::span<const std::byte> bytes, bool is_end);
    std::optional<Failure> write(std::span<const std::byte> bytes);
    Failure failure(const char* what, int error) const;

    const std::filesystem::path path_;
    int descriptor_ = -1;
    SegmentHeader header_;
    struct FreeContext {
        void operator()(ZSTD_CCtx_s* context) const;
    };
    std::unique_ptr<ZSTD_CCtx_s, FreeContext> context_;
    std::vector<std::byte> output_;
};

} // namespace hongbao::persistence
