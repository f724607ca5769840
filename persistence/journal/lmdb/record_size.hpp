// Role: how much a record takes at most, asked before it is encoded or even decided, so that every
// accepted request can be written.
#pragma once

#include "domain/record.hpp"

#include <cstddef>
#include <cstdint>

namespace hongbao::persistence {

/// A text of a record: its bytes, a length, a zero and padding.
inline constexpr std::size_t text_bytes_most(std::size_t text_bytes) {
    return text_bytes + 8;
}
/// One of a list of texts: its offset as well.
inline constexpr std::size_t listed_text_bytes_most(std::size_t text_bytes) {
    return text_bytes_most(text_bytes) + 4;
}
/// Of a record, whatever its event: header, time, FlatBuffers' tables, all numbers. Without texts.
inline constexpr std::size_t plain_record_bytes_most = 160;
/// The same for records that hold the terms of something.
inline constexpr std::size_t terms_record_bytes_most = 320;
inline constexpr std::size_t round_bytes_most = 64;
/// In addition to the key's own text.
inline constexpr std::size_t fingerprint_bytes_most = 32;
/// Of an idempotency key, with the fingerprint of its request.
inline constexpr std::size_t key_bytes_most(std::size_t text_bytes) {
    return fingerprint_bytes_most + text_bytes_most(text_bytes);
}

/// In addition to the texts of an operation.
inline constexpr std::size_t operation_tables_bytes_most = 48;
/// Of who did something, and why; 0 if nobody needs to know.
std::size_t operation_bytes_most(const domain::Operation* operation);

/// Of a whole answer that is kept under a key.
inline constexpr std::size_t answer_record_bytes_most(std::size_t body_bytes,
                                                      std::size_t key_text_bytes) {
    return plain_record_bytes_most + text_bytes_most(body_bytes) + key_bytes_most(key_text_bytes);
}

/// Header and payload.
std::size_t record_bytes_most(const domain::Event& event,
                              const std::optional<domain::IdempotencyTag>& idempotency,
                              const domain::Operation* operation = nullptr);

/// Of the journal's file: pages of both trees, and of its commit's entry, should it be alone in it.
std::uint64_t journal_bytes_most(std::size_t record_bytes);

} // namespace hongbao::persistence
