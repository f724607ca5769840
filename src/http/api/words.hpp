// Role: the words for types and statuses, in answers and as filters of lists. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace hongbao::http {

/// All in the order of their enums.
inline constexpr std::array<std::string_view, 3> account_type_words{"personal", "merchant",
                                                                    "system"};
inline constexpr std::array<std::string_view, 2> account_status_words{"active", "frozen"};
inline constexpr std::array<std::string_view, 3> packet_status_words{"open", "exhausted",
                                                                     "expired"};
inline constexpr std::array<std::string_view, 5> campaign_status_words{
    "upcoming", "running", "between_rounds", "spent", "ended"};
inline constexpr std::array<std::string_view, 5> sale_status_words{"upcoming", "running",
                                                                   "sold_out", "ended", "closed"};
inline constexpr std::array<std::string_view, 5> order_status_words{"reserved", "paid", "cancelled",
                                                                    "timed_out", "refunded"};

template <std::size_t count, typename Enumerator>
constexpr std::string_view word_in(const std::array<std::string_view, count>& words,
                                   Enumerator value) {
    return words.at(static_cast<std::size_t>(value));
}

} // namespace hongbao::http
