// Role: the records of one archive segment in order, as they were in the journal. Checks the
// segment itself; commit_check.hpp checks the records in it.
// Owner thread: the caller's.
#pragma once

#include "persistence/journal/commit_entry.hpp"
#include "persistence/journal/segment/header.hpp"

#include <memory>
#include <optional>
#include <variant>
#include <vector>

struct ZSTD_DCtx_s;

namespace hongbao::persistence {

/// A record as the segment has it, not checked yet.
struct SegmentRecord {
    domain::Sequence sequence = 0;
    std::span<const std::byte> bytes; // header and payload; valid until the next call
    const CommitEntry& commit;        // that it lies in
    const ChainHash& hash_before;     // the chain before that commit
};

class SegmentReader {
  public:
    /// The failure names the file and the records that cannot be read without it.
    static std::variant<std::unique_ptr<SegmentReader>, Failure> open(const SegmentFile& file,
                                                                      const JournalId& journal_id);
    ~SegmentReader();
    SegmentReader(const SegmentReader&) = delete;
    SegmentReader& operator=(const SegmentReader&) = delete;

    const SegmentHeader& header() const { return header_; }

    /// The next record; none at the end, when all that the header promises has been there and
    /// nothing else. A failure names the file and the first record that cannot be read.
    std::variant<std::optional<SegmentRecord>, Failure> next();
    /// The record that next() gives next.
    domain::Sequence next_sequence() const { return next_; }

    /// "archive segment FILE: what", blamed on a record; 0: on none.
    Failure failure(std::string_view what, domain::Sequence first_bad_sequence) const;

  private:
    SegmentReader(SegmentFile file, int descriptor);
    std::string read_header(const JournalId& journal_id);
    std::string need(std::size_t bytes);
    std::string decompress_more();
    std::string enter_commit();
    std::string check_end();
    template <typename Value>
    Value take();

    const SegmentFile file_;
    const int descriptor_;
    SegmentHeader header_;
    domain::Sequence next_ = 0;
    CommitEntry commit_; // that next_ lies in or follows
    ChainHash hash_before_{};

    struct FreeContext {
        void operator()(ZSTD_DCtx_s* context) const;
    };
    std::unique_ptr<ZSTD_DCtx_s, FreeContext> context_;
    std::vector<std::byte> input_; // compressed, as read
    std::size_t input_begin_ = 0;
    std::size_t input_end_ = 0;
    std::vector<std::byte> buffer_; // decompressed
    std::size_t begin_ = 0;         // of what was not taken yet
    std::size_t end_ = 0;
    std::uint64_t body_bytes_ = 0; // decompressed so far
    bool frame_ended_ = false;
};

} // namespace hongbao::persistence
