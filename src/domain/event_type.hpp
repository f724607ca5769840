// Role: the one word for each type of event, as records, feeds and exports name it. Pure.
#pragma once

#include "domain/event.hpp"

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>
#include <variant>

namespace hongbao::domain {

/// In the order of Event's alternatives. Words are for ever: clients keep them.
inline constexpr auto event_type_words =
    std::to_array<std::string_view>({"account_opened",
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
                                     "webhook_changed"});
static_assert(event_type_words.size() == std::variant_size_v<Event>, "each type has its word");

/// Whether events of this word are what operators do to the server; of no other word.
inline bool is_word_of_administration(std::string_view word) {
    bool is = false;
    [&]<std::size_t... type>(std::index_sequence<type...>) {
        ((is = is ||
               (word == event_type_words[type] &&
                IsAmong<std::variant_alternative_t<type, Event>, AdministrationEvents>::value)),
         ...);
    }
    (std::make_index_sequence<event_type_words.size()>());
    return is;
}

constexpr std::string_view event_type_word(std::size_t type) {
    return event_type_words[type];
}
inline std::string_view type_word_of(const Event& event) {
    return event_type_word(event.index());
}

} // namespace hongbao::domain
