// Role: the 56 bytes of a commit entry; FORMAT.md has the table.
#include "persistence/journal/commit_entry.hpp"

#include <xxhash.h>

#include <cstring>

namespace hongbao::persistence {

namespace {

constexpr std::size_t at_offset = 8;
constexpr std::size_t hash_offset = 16;
constexpr std::size_t checksum_offset = 48;

std::uint64_t checksum_of(std::span<const std::byte> bytes, domain::Sequence last) {
    return XXH3_64bits_withSeed(bytes.data(), checksum_offset, last);
}

} // namespace

CommitBytes encode_commit(const CommitEntry& entry) {
    CommitBytes bytes{};
    std::memcpy(bytes.data(), &entry.first, sizeof entry.first);
    std::memcpy(&bytes[at_offset], &entry.at, sizeof entry.at);
    std::memcpy(&bytes[hash_offset], entry.hash.data(), entry.hash.size());
    const std::uint64_t checksum = checksum_of(bytes, entry.last);
    std::memcpy(&bytes[checksum_offset], &checksum, sizeof checksum);
    return bytes;
}

std::optional<CommitEntry> decode_commit(std::span<const std::byte> bytes, domain::Sequence last) {
    if (bytes.size() != sizeof(CommitBytes)) {
        return std::nullopt;
    }
    std::uint64_t checksum = 0;
    std::memcpy(&checksum, &bytes[checksum_offset], sizeof checksum);
    if (checksum != checksum_of(bytes, last)) {
        return std::nullopt;
    }
    CommitEntry entry;
    entry.last = last;
    std::memcpy(&entry.first, bytes.data(), sizeof entry.first);
    std::memcpy(&entry.at, &bytes[at_offset], sizeof entry.at);
    std::memcpy(entry.hash.data(), &bytes[hash_offset], entry.hash.size());
    return entry;
}

} // namespace hongbao::persistence
