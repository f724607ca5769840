// Role: the header's checks, and reading names.
#include "persistence/journal/segment/header.hpp"

#include "persistence/files/sight.hpp"

#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace hongbao::persistence {

namespace {

constexpr std::string_view prefix = "segment-";
constexpr std::string_view suffix = ".zst";
constexpr std::size_t digits = 20; // of the largest sequence

std::uint64_t checksum_of(const SegmentHeader& header) {
    return XXH3_64bits(&header, sizeof header - sizeof header.checksum);
}

std::optional<domain::Sequence> number_in(std::string_view text) {
    domain::Sequence number = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    return read.ec == std::errc() && read.ptr == end ? std::optional(number) : std::nullopt;
}

std::optional<SegmentFile> segment_of(const std::filesystem::path& path) {
    const std::string name = path.filename();
    const std::string_view text = name;
    if (text.size() != prefix.size() + 2 * digits + 1 + suffix.size()) {
        return std::nullopt;
    }
    const auto first = number_in(text.substr(prefix.size(), digits));
    const auto last = number_in(text.substr(prefix.size() + digits + 1, digits));
    if (!first || !last || *first == 0 || *first > *last || name != segment_name(*first, *last)) {
        return std::nullopt;
    }
    return SegmentFile{path, *first, *last};
}

} // namespace

std::array<std::byte, sizeof(SegmentHeader)> encode_segment_header(SegmentHeader header) {
    header.checksum = checksum_of(header);
    std::array<std::byte, sizeof header> bytes{};
    std::memcpy(bytes.data(), &header, sizeof header);
    return bytes;
}

std::variant<SegmentHeader, std::string>
decode_segment_header(std::span<const std::byte, sizeof(SegmentHeader)> bytes) {
    SegmentHeader header;
    std::memcpy(&header, bytes.data(), sizeof header);
    const SegmentHeader expected;
    if (header.skippable_frame != expected.skippable_frame ||
        header.bytes_after != expected.bytes_after || header.name != expected.name) {
        return "is no archive segment";
    }
    if (header.format_version != segment_format_version) {
        return "is of segment version " + std::to_string(header.format_version) +
               "; this program reads version " + std::to_string(segment_format_version);
    }
    if (header.checksum != checksum_of(header)) {
        return "is damaged: its header's checksum is wrong";
    }
    if (header.first == 0 || header.first > header.last) {
        return "is damaged: its header names no records";
    }
    return header;
}

std::string segment_name(domain::Sequence first, domain::Sequence last) {
    std::array<char, 64> name{};
    std::snprintf(name.data(), name.size(), "segment-%020llu-%020llu.zst",
                  static_cast<unsigned long long>(first), static_cast<unsigned long long>(last));
    return name.data();
}

std::variant<std::vector<SegmentFile>, Failure> segments_in(const std::filesystem::path& folder) {
    namespace fs = std::filesystem;
    std::vector<SegmentFile> segments;
    auto seen = is_there(folder);
    if (auto* failure = std::get_if<Failure>(&seen)) {
        return std::move(*failure);
    }
    if (!std::get<bool>(seen)) {
        return segments;
    }
    std::error_code error;
    fs::directory_iterator entries(folder, error);
    for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
        if (auto segment = segment_of(entries->path())) {
            segments.push_back(std::move(*segment));
        }
    }
    if (error) {
        Failure failure = machine_failure(folder, "cannot be read", error.value());
        failure.sentence.insert(0, "archive ");
        return failure;
    }
    std::sort(
        segments.begin(), segments.end(),
        [](const SegmentFile& left, const SegmentFile& right) { return left.first < right.first; });
    return segments;
}

} // namespace hongbao::persistence
