// Role: the fixed part in front of each record's payload; FORMAT.md has its byte diagram.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace hongbao::persistence {

static_assert(std::endian::native == std::endian::little,
              "the journal's integers are little-endian, as LMDB's integer keys are the machine's");

inline constexpr std::uint8_t record_format_version = 1;

/// Of a packet_sent: its packet is not split on open by double_mean, so a reader that does not know
/// the fields about that must not go on.
inline constexpr std::uint16_t flag_split = 1;
/// Of an external_payment_taken: its money is suspended, so a reader that does not know about that
/// must not credit it to the buyer.
inline constexpr std::uint16_t flag_suspended = 2;

struct RecordHeader {
    std::uint64_t checksum = 0; // XXH3-64 of all bytes after it, seeded with the sequence
    std::uint8_t format_version = record_format_version;
    std::uint8_t event_type = 0; // the number of the union's member in record.fbs
    std::uint16_t flags = 0;     // of its event; a reader refuses those it does not know
    std::uint32_t payload_bytes = 0;
};
static_assert(sizeof(RecordHeader) == 16);

inline constexpr std::size_t checksum_bytes = sizeof(RecordHeader::checksum);
/// More than the largest request body; bounds what a damaged length can ask for.
inline constexpr std::size_t payload_bytes_max = 64U << 20U;

} // namespace hongbao::persistence
