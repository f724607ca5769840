// Role: records to bytes and back. Bytes from a disk are believed only after checksum,
// FlatBuffers verifier, and the bounds of record/bounds.hpp.
// Owner thread: one per encoder; decoding has no state.
#pragma once

#include "persistence/failure.hpp"

#include <cstddef>
#include <memory>
#include <span>

namespace flatbuffers {
class FlatBufferBuilder;
}

namespace hongbao::persistence {

class RecordEncoder {
  public:
    RecordEncoder();
    ~RecordEncoder();
    /// Header and payload of a record within bounds. The bytes stay valid until the next call.
    std::span<const std::byte> encode(const domain::Record& record);

  private:
    std::unique_ptr<flatbuffers::FlatBufferBuilder> builder_; // reused: its buffer stays allocated
};

/// Fills `record` from the bytes found under `sequence`, or says why they are no record; then
/// `record` is unspecified. Never reads outside `bytes`, whatever they hold.
std::optional<Failure> decode_record(std::span<const std::byte> bytes, domain::Sequence sequence,
                                     domain::Record& record);

} // namespace hongbao::persistence
