// Role: the caps of rule 6 and the bounds of campaigns and sales, some as values that settings fill
// in.
#pragma once

#include "domain/account/events.hpp"
#include "domain/values/instant.hpp"
#include "domain/values/money.hpp"

#include <cstdint>

namespace hongbao::domain {

struct DailyLimit {
    std::int64_t sends_max = 1'000;
    Fen sum_fen_max = 20'000'000;
};

struct SendLimits {
    Fen share_fen_max = 20'000;
    std::int64_t shares_max_personal = 100;
    std::int64_t shares_max_merchant = 2'000'000;
    DailyLimit daily_personal{};
    DailyLimit daily_merchant{100'000, amount_fen_max};
    /// From the end of a sale, while its paid orders may still be refunded; then the merchant is
    /// paid. Part of the sale's terms once it is opened.
    std::int64_t sale_refund_period_s = 7 * 86'400;
    /// The most that gateway payments that do not pay their order may credit without the operator,
    /// summed for one order; a payment that would exceed it is suspended.
    Fen external_credit_fen_max = 100'000;

    std::int64_t shares_max(AccountType type) const {
        return type == AccountType::personal ? shares_max_personal : shares_max_merchant;
    }
    const DailyLimit& daily(AccountType type) const {
        return type == AccountType::personal ? daily_personal : daily_merchant;
    }
};

/// Shares drawn up front are kept, 8 bytes each, while their packet is awake.
inline constexpr std::int64_t shares_up_front_max = 10'000'000;
/// line_cut on open draws all remaining cuts again for each share.
inline constexpr std::int64_t shares_line_cut_on_open_max = 1'000;

inline constexpr std::size_t campaign_rounds_max = 100;
/// From a campaign's funding to the end of its last round.
inline constexpr std::int64_t campaign_life_ms_max = 366 * ms_per_day;
/// Every shake is kept, blank or not.
inline constexpr std::int32_t shakes_per_user_and_round_max = 1'000;

inline constexpr std::int64_t sale_stock_max = 10'000'000;
/// From a sale's opening to its end.
inline constexpr std::int64_t sale_life_ms_max = 366 * ms_per_day;
inline constexpr std::int64_t payment_window_s_min = 1;
inline constexpr std::int64_t payment_window_s_max = 72 * 3'600;
inline constexpr std::int64_t payment_window_s_default = 15 * 60;
/// Waiting users are kept in memory while the sale is awake.
inline constexpr std::size_t waiters_per_sale_max = 5'000'000;
/// Every order is kept, however it has ended.
inline constexpr std::int64_t orders_per_user_and_sale_max = 1'000;
/// All of them are in every answer about their order.
inline constexpr std::size_t external_payments_per_order_max = 100;

inline constexpr std::int64_t packet_life_s_min = 60;
inline constexpr std::int64_t packet_life_s_max = 72 * 3'600;
inline constexpr std::int64_t packet_life_s_default = 24 * 3'600;

} // namespace hongbao::domain
