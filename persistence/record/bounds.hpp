// Role: the bounds of every record, whatever the state: checked before writing, so that nothing is
// written that would be refused when read, and after reading.
#pragma once

#include "domain/record.hpp"

#include <cstddef>
#include <string>

namespace hongbao::persistence {

inline constexpr std::size_t user_id_bytes_max = 64;
inline constexpr std::size_t shake_request_bytes_max = 64;
/// Short enough for an LMDB key, which has room for 511 bytes.
inline constexpr std::size_t gateway_ref_bytes_max = 255;
inline constexpr std::size_t text_bytes_max = 4'096;
/// Of a whole answer.
inline constexpr std::size_t answer_bytes_max = 16U << 20U;
/// Of a client's key, and of the text that a record keeps: the client's key alone, or behind the
/// name of its principal and a blank.
inline constexpr std::size_t client_key_bytes_max = 255;
inline constexpr std::size_t principal_bytes_max = 80;
inline constexpr std::size_t idempotency_key_bytes_max =
    principal_bytes_max + 1 + client_key_bytes_max;
inline constexpr std::size_t request_id_bytes_max = 64;
inline constexpr std::size_t reason_bytes_max = 512; // 128 characters
inline constexpr std::size_t access_id_bytes = 16;
inline constexpr std::size_t address_ranges_max = 16;
inline constexpr std::size_t webhook_url_bytes_max = 2'048;
inline constexpr std::size_t webhook_types_max = 64;
inline constexpr std::size_t event_word_bytes_max = 64;
inline constexpr std::size_t address_range_bytes_max = 64;
inline constexpr std::int64_t retry_after_s_max = 86'400;

/// A sentence, empty if the record is within bounds: ids 1–64 bytes, amounts 1 … balance_fen_max,
/// instants in the years 1970–9999, a total of at least a fen a share, units of a sale within its
/// stock and what the whole stock costs an amount, a key of 1–336 bytes,
/// a principal of 1–80.
std::string what_exceeds_bounds(const domain::Record& record);

} // namespace hongbao::persistence
