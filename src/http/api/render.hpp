// Role: what several resources share when they make JSON of an answer.
// Owner: pure.
#pragma once

#include "actors/protocol/views.hpp"
#include "domain/values/rfc3339.hpp"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hongbao::http {

/// Fields in the order in which they are written.
using Json = nlohmann::ordered_json;

inline Json instant_or_null(const std::optional<domain::InstantMs>& at) {
    return at ? Json(domain::to_rfc3339(*at)) : Json(nullptr);
}

template <typename T>
Json value_or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

template <typename Id>
Json id_or_null(const std::optional<Id>& id) {
    return id ? Json(std::to_string(id->value)) : Json(nullptr);
}

inline Json text_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

/// As instant_or_null, for answers that are written by hand.
std::string instant_text(const std::optional<domain::InstantMs>& at);

/// Sums may exceed what a JSON library holds in a number.
std::string decimal(domain::FenSum sum);
/// In yuan, with both places: -12.30.
std::string yuan_text(domain::FenSum fen);

/// A day of UTC+8 (domain::business_day): "2026-11-21".
std::string day_text(std::int64_t day);

std::string hex(std::span<const std::uint8_t> bytes);

std::string_view word_of(persistence::EntryType type);
/// All of them, in the order of the enum.
std::span<const std::string_view> entry_type_words();

/// {"items": […], "next_cursor": …}, and "as_of" if it is known; each item as JSON. A cursor needs
/// no escaping.
std::string render_page(const std::vector<std::string>& items,
                        const std::optional<std::string>& next_cursor,
                        const std::optional<domain::Sequence>& as_of = std::nullopt);

} // namespace hongbao::http
