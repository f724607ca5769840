// Role: what the codecs of the events have in common. Each kind's *_events.hpp has one EventCodec
// per event, with bounds, encoding and decoding side by side; an event without one does not
// compile. Only codec.cpp and bounds.cpp include those files.
#pragma once

#include "persistence/record/bounds.hpp"
#include "persistence/record/header.hpp"

#include "domain/values/rfc3339.hpp"
#include "record_generated.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

namespace hongbao::persistence {

/// Why a record is refused, always a literal; empty: it is not.
using Complaint = std::string_view;

/// How the event E lies in a record:
///   Table                 its table in record.fbs
///   check(event)          what is wrong with it, whatever the state
///   encode(builder, event) its table; strings come first, as tables cannot nest while being built
///   decode(event, table)  from what FlatBuffers' verifier has found sound; the event keeps the
///                         memory of its strings
///   flag, is_flagged(event), wrong_flag   as in Unflagged
template <typename E>
struct EventCodec;

/// Of an event whose record carries no flag in its header.
struct Unflagged {
    static constexpr std::uint16_t flag = 0;
    static constexpr Complaint wrong_flag = ""; // when header and payload differ
    static bool is_flagged(const auto& /*event*/) { return false; }
};

// ---- Bounds

template <typename... Complaints>
Complaint first_of(Complaints... complaints) {
    Complaint first;
    ((first = first.empty() ? complaints : first), ...);
    return first;
}

inline Complaint wrong_id(const domain::UserId& user_id) {
    return user_id.empty() || user_id.size() > user_id_bytes_max
               ? "a user id is not 1–64 bytes long"
               : "";
}

inline Complaint wrong_amount(domain::Fen amount_fen) {
    return amount_fen < 1 || amount_fen > domain::balance_fen_max
               ? "an amount is not within 1 … 2^53-1 fen"
               : "";
}

/// Of an event that may move nothing.
inline Complaint wrong_amount_if_any(domain::Fen amount_fen) {
    return amount_fen == 0 ? "" : wrong_amount(amount_fen);
}

inline Complaint wrong_text(const std::string& text) {
    return text.size() > text_bytes_max ? "a text is longer than 4,096 bytes" : "";
}

inline Complaint wrong_instant(domain::InstantMs at) {
    return at < 0 || at > domain::instant_ms_max ? "an instant is not within the years 1970–9999"
                                                 : "";
}

// ---- Encoding

using Builder = flatbuffers::FlatBufferBuilder;
template <typename T>
using Offset = flatbuffers::Offset<T>;
using Text = Offset<flatbuffers::String>;

/// An empty text is left out.
inline Text text(Builder& builder, const std::string& value) {
    return value.empty() ? Text{} : builder.CreateString(value);
}

inline fb::Digest to_fb(const domain::Digest& digest) {
    return fb::Digest(flatbuffers::span<const std::uint8_t, 16>(digest.data(), digest.size()));
}

// ---- Decoding

/// Copies a text, but of one that is too long only enough to show that it is: a damaged vector can
/// name one long text many times.
inline void take(std::string& to, const flatbuffers::String* from,
                 std::size_t bytes_max = text_bytes_max) {
    if (from == nullptr) {
        to.clear();
    } else {
        to.assign(from->c_str(), std::min<std::size_t>(from->size(), bytes_max + 1));
    }
}

inline domain::Digest from_fb(const fb::Digest& digest) {
    domain::Digest bytes{};
    std::memcpy(bytes.data(), digest.bytes()->Data(), bytes.size());
    return bytes;
}

} // namespace hongbao::persistence
