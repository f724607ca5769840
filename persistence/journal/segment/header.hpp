// Role: the header of an archive segment: 152 bytes in front of its compressed body that zstd takes
// for a skippable frame, so that `zstd -d` reads a segment; FORMAT.md has the table. Also the names
// of segments, which say which records they hold.
#pragma once

#include "persistence/journal/journal.hpp"

#include <array>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hongbao::persistence {

inline constexpr std::uint64_t segment_format_version = 1;

struct SegmentHeader {
    std::uint32_t skippable_frame = 0x184D'2A5A;
    std::uint32_t bytes_after = 144;
    std::array<char, 8> name = {'h', 'o', 'n', 'g', 'b', 'a', 'o', 'A'};
    std::uint64_t format_version = segment_format_version;
    JournalId journal_id{};
    domain::Sequence first = 0; // begins a commit
    domain::Sequence last = 0;  // ends one
    ChainHash hash_before{};    // the chain before `first`
    ChainHash hash_after{};     // after `last`
    std::uint64_t commits = 0;
    std::uint64_t body_bytes = 0; // uncompressed
    std::uint64_t file_bytes = 0; // of the whole file
    std::uint64_t checksum = 0;   // XXH3-64 of all bytes before it
};
static_assert(sizeof(SegmentHeader) == 152, "the header is written as it lies in memory");

/// The header's bytes, with its checksum.
std::array<std::byte, sizeof(SegmentHeader)> encode_segment_header(SegmentHeader header);

/// The header, or why these bytes are not one: "is no archive segment".
std::variant<SegmentHeader, std::string>
decode_segment_header(std::span<const std::byte, sizeof(SegmentHeader)> bytes);

/// A complete segment and the records that its name promises.
struct SegmentFile {
    std::filesystem::path path;
    domain::Sequence first = 0;
    domain::Sequence last = 0;
};

/// "segment-00000000000000000001-00000000000000004096.zst"
std::string segment_name(domain::Sequence first, domain::Sequence last);

/// The complete segments in a folder by their first record; anything else is passed over. None if
/// there is no folder; the failure says that it cannot be read.
std::variant<std::vector<SegmentFile>, Failure> segments_in(const std::filesystem::path& folder);

} // namespace hongbao::persistence
