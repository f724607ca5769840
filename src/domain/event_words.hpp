// Role: the word for each kind of fact, in the order of Event: in the API, in metrics and in dumps.
// Pure.
#pragma once

#include "domain/event.hpp"

#include <array>
#include <string_view>
#include <variant>

namespace hongbao::domain {

inline constexpr std::array<std::string_view, std::variant_size_v<Event>> event_words{
    "account_opened",
    "account_status_changed",
    "deposited",
    "withdrawn",
    "transferred",
    "packet_sent",
    "share_opened",
    "packet_closed",
    "campaign_funded",
    "shake_drawn",
    "campaign_closed",
    "sale_opened",
    "order_reserved",
    "order_paid",
    "order_cancelled",
    "order_timed_out",
    "order_refunded",
    "external_payment_taken",
    "waitlist_joined",
    "waiter_passed_over",
    "sale_closed",
    "answer_kept",
    "suspended_payment_decided",
    "account_profile_changed",
    "waitlist_left",
    "access_key_created",
    "access_key_rotated",
    "access_key_revoked",
    "switch_changed",
    "clock_advanced",
    "token_secret_rotated",
    "invitation_created",
    "invitation_revoked",
    "invitation_accepted",
};

inline std::string_view word_of(const Event& event) {
    return event_words[event.index()];
}

} // namespace hongbao::domain
