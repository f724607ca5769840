// Role: what the description has to say of each operation, by its name ("POST /v1/packets"): the
// codes of its refusals and its parameters. Held against the document by openapi_test.
#pragma once

#include "tests/http/openapi_document.hpp"

#include "http/api/route.hpp"

#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

namespace hongbao::testing {

using http::page_query;

/// The refusals that are special to some routes; the other routes have none.
inline std::string own_refusals(const std::string& name) {
    static const std::string opens =
        "packet_not_found account_not_found packet_expired not_a_recipient wrong_passphrase "
        "sender_may_not_open account_frozen packet_exhausted too_many_attempts";
    static const std::string of_sale =
        "sale_not_found sale_not_started sale_ended account_not_found account_frozen ";
    static const std::map<std::string, std::string> refusals{
        {"POST /v1/accounts", "account_exists user_id_reserved"},
        {"GET /v1/accounts/{user_id}", "account_not_found"},
        {"PATCH /v1/accounts/{user_id}", "account_not_found"},
        {"PUT /v1/accounts/{user_id}/status", "account_not_found"},
        {"POST /v1/accounts/{user_id}/deposits",
         "account_not_found reference_reused balance_too_large money_limit_reached"},
        {"POST /v1/accounts/{user_id}/withdrawals",
         "account_not_found account_frozen insufficient_funds"},
        {"POST /v1/transfers", "account_not_found same_account account_frozen insufficient_funds"},
        {"GET /v1/trades/{trade_no}", "trade_not_found"},
        {"GET /v1/accounts/{user_id}/entries", "account_not_found"},
        {"GET /v1/accounts/{user_id}/statement", "account_not_found"},
        {"GET /v1/events", "event_not_reached"},
        {"GET /v1/accounts/{user_id}/events", "account_not_found event_not_reached"},
        {"GET /v1/sales/{id}/events", "sale_not_found event_not_reached"},
        {"GET /v1/packets", "account_not_found"},
        {"GET /v1/campaigns", "account_not_found"},
        {"GET /v1/sales", "account_not_found"},
        {"GET /v1/sales/{id}/orders", "sale_not_found account_not_found"},
        {"GET /v1/accounts/{user_id}/packets/sent", "account_not_found"},
        {"GET /v1/accounts/{user_id}/packets/received", "account_not_found"},
        {"POST /v1/packets", "account_not_found account_frozen invalid_split too_many_shares "
                             "share_too_large daily_limit_reached insufficient_funds"},
        {"POST /v1/packets/preview", "account_not_found"},
        {"GET /v1/packets/{id}", "packet_not_found"},
        {"GET /v1/packets/{id}/claims", "packet_not_found"},
        {"GET /v1/packets/{id}/timeline", "packet_not_found"},
        {"GET /v1/packets/{id}/fairness", "packet_not_found"},
        {"GET /v1/packets/{id}/events", "packet_not_found"},
        {"POST /v1/packets/{id}/grab", opens},
        {"POST /v1/packets/{id}/open", opens},
        {"POST /v1/campaigns", "account_not_found account_frozen not_a_merchant invalid_rounds "
                               "share_too_large insufficient_funds"},
        {"GET /v1/campaigns/{id}", "campaign_not_found"},
        {"GET /v1/campaigns/{id}/events", "campaign_not_found"},
        {"POST /v1/campaigns/{id}/shake",
         "campaign_not_found account_not_found account_frozen round_not_running "
         "shake_limit_reached budget_spent"},
        {"POST /v1/sales", "account_not_found account_frozen not_a_merchant invalid_sale"},
        {"GET /v1/sales/{id}", "sale_not_found"},
        {"POST /v1/sales/{id}/reservations",
         of_sale + "quantity_too_large already_reserved sold_out order_limit_reached"},
        {"POST /v1/sales/{id}/waitlist",
         of_sale + "already_reserved stock_left waitlist_full order_limit_reached"},
        {"GET /v1/sales/{id}/waitlist/{user_id}", "sale_not_found account_not_found not_waiting"},
        {"DELETE /v1/sales/{id}/waitlist/{user_id}",
         "sale_not_found account_not_found not_waiting"},
        {"GET /v1/orders/{id}", "order_not_found"},
        {"GET /v1/accounts/{user_id}/orders", "account_not_found"},
        {"POST /v1/orders/{id}/payment",
         "order_not_found order_final payment_too_late account_frozen insufficient_funds"},
        {"POST /v1/orders/{id}/external-payments",
         "order_not_found gateway_ref_reused too_many_external_payments money_limit_reached"},
        {"POST /v1/orders/{id}/cancellation", "order_not_found order_final"},
        {"POST /v1/suspended/{trade_no}/decision", "suspended_not_found already_decided"},
        {"POST /v1/tokens", "account_not_found"},
        {"POST /v1/keys", "account_not_found not_a_merchant too_many_keys invalid_key"},
        {"GET /v1/keys/{key_id}", "key_not_found"},
        {"DELETE /v1/keys/{key_id}", "key_not_found"},
        {"POST /v1/keys/{key_id}/rotation", "key_not_found key_revoked key_expired"},
        {"PUT /v1/switches/{name}", "switch_not_found"},
        {"POST /v1/webhooks", "too_many_webhooks event_not_reached"},
        {"GET /v1/webhooks/{webhook_id}", "webhook_not_found"},
        {"PATCH /v1/webhooks/{webhook_id}", "webhook_not_found"},
        {"DELETE /v1/webhooks/{webhook_id}", "webhook_not_found"},
        {"POST /v1/webhooks/{webhook_id}/secret/rotation", "webhook_not_found"},
        {"POST /v1/invitations", "campaign_not_found too_many_invitations invalid_invitation"},
        {"GET /v1/invitations/{invitation_id}", "invitation_not_found"},
        {"DELETE /v1/invitations/{invitation_id}", "invitation_not_found"},
        {"POST /v1/invitations/{invitation_id}/guests",
         "invitation_not_found invitation_over invitation_full not_allowed"},
        {"GET /problems/{code}", "problem_not_found"},
        {"GET /v1/clock", "route_not_found"},
        {"POST /v1/clock/advance", "route_not_found"},
    };
    return refusals.contains(name) ? refusals.at(name) : "";
}

inline bool is_read(const std::string& name) {
    return name.starts_with("GET ");
}

inline bool has_body(const std::string& name) {
    return !is_read(name) && !name.starts_with("DELETE ");
}

inline bool needs_key(const std::string& name) {
    return name.ends_with("/deposits") || name.ends_with("/withdrawals") ||
           name.ends_with("/transfers") || name == "POST /v1/packets" ||
           name == "POST /v1/campaigns" || name == "POST /v1/sales" || name.ends_with("/payment") ||
           name.ends_with("/decision");
}

inline bool takes_key(const std::string& name) {
    return name.starts_with("POST ");
}

inline bool keeps_key(const std::string& name) {
    return takes_key(name) && !name.ends_with("/grab") && !name.ends_with("/preview") &&
           name != "POST /v1/tokens";
}

inline bool needs_no_body(const std::string& name) {
    return name.ends_with("/payment") || name.ends_with("/cancellation") ||
           name == "POST /v1/keys/{key_id}/rotation" ||
           name == "POST /v1/webhooks/{webhook_id}/secret/rotation";
}

/// Whoever loses a race for an order is shown what it has become; whoever has one already, that.
inline bool shows_order(const std::string& code) {
    return code == "order_final" || code == "payment_too_late" || code == "already_reserved";
}

/// Grabs, previews and tokens change nothing, and time passes whether or not there is room.
inline bool writes(const std::string& name) {
    return !is_read(name) && !name.ends_with("/grab") && !name.ends_with("/preview") &&
           !name.ends_with("/advance") && name != "POST /v1/tokens";
}

inline bool is_stream(const std::string& name) {
    return name.ends_with("/events");
}

/// A stream only if that is asked for, otherwise a page.
inline bool is_feed(const std::string& name) {
    return name == "GET /v1/events" || name == "GET /v1/accounts/{user_id}/events" ||
           name == "GET /v1/sales/{id}/events";
}

/// Pages, which everybody may see.
inline bool is_page(const std::string& name) {
    return is_for_every_state(name) || name == "GET /readyz";
}

/// The refusals of whoever may not. Only some routes name a user whom it might not be for.
inline std::string denials(const std::string& name) {
    static const Words naming{"GET /v1/accounts/{user_id}",
                              "PATCH /v1/accounts/{user_id}",
                              "GET /v1/accounts/{user_id}/entries",
                              "GET /v1/accounts/{user_id}/statement",
                              "GET /v1/accounts/{user_id}/orders",
                              "GET /v1/accounts/{user_id}/events",
                              "GET /v1/events",
                              "GET /v1/accounts/{user_id}/packets/sent",
                              "GET /v1/accounts/{user_id}/packets/received",
                              "GET /v1/packets",
                              "GET /v1/campaigns",
                              "GET /v1/sales",
                              "POST /v1/transfers",
                              "POST /v1/packets",
                              "POST /v1/packets/preview",
                              "POST /v1/packets/{id}/grab",
                              "POST /v1/packets/{id}/open",
                              "POST /v1/opens",
                              "POST /v1/campaigns",
                              "POST /v1/sales",
                              "POST /v1/campaigns/{id}/shake",
                              "POST /v1/sales/{id}/reservations",
                              "POST /v1/sales/{id}/waitlist",
                              "GET /v1/sales/{id}/waitlist/{user_id}",
                              "DELETE /v1/sales/{id}/waitlist/{user_id}",
                              "POST /v1/orders/{id}/payment",
                              "POST /v1/orders/{id}/cancellation"};
    return is_page(name) || name.ends_with("/guests")
               ? ""
               : "credential_missing credential_invalid credential_expired not_allowed " +
                     std::string(naming.contains(name) ? "not_yours " : "");
}

inline Words expected_codes(const std::string& name) {
    std::string text =
        "bad_request method_not_allowed request_timeout length_required body_too_large "
        "target_too_long unsupported_content_encoding head_too_large overloaded draining "
        "invalid_request misdirected_request origin_not_allowed unsupported_media_type "
        "rate_limited too_many_attempts ";
    text += denials(name);
    text += has_body(name) ? "invalid_json " : "";
    text += is_list(name) ? "invalid_cursor " : "";
    text += writes(name) ? "journal_full " : "";
    text += is_for_every_state(name) || (is_stream(name) && !is_feed(name))
                ? ""
                : "not_ready switched_off ";
    text += needs_key(name) ? "idempotency_key_missing " : "";
    text += takes_key(name) ? "idempotency_key_invalid " : "";
    text += keeps_key(name) ? "idempotency_key_reused " : "";
    std::istringstream codes(text + own_refusals(name));
    return {std::istream_iterator<std::string>(codes), {}};
}

/// What a list can be narrowed by, beside times.
inline const std::map<std::string, Words>& filters() {
    static const std::map<std::string, Words> filters{
        {"GET /problems", {"lang"}},
        {"GET /v1/events", {"after", "limit", "type", "account", "packet", "campaign", "sale"}},
        {"GET /v1/accounts/{user_id}/events", {"after", "limit", "type"}},
        {"GET /v1/sales/{id}/events", {"after", "limit", "type"}},
        {"GET /problems/{code}", {"lang"}},
        {"GET /v1/accounts/{user_id}/entries", {"type"}},
        {"GET /v1/accounts/{user_id}/statement", {"format", "from", "to", "after"}},
        {"GET /v1/exports/postings", {"format", "from", "to", "after"}},
        {"GET /v1/exports/statements", {"format", "from", "to", "after"}},
        {"GET /v1/exports/ledger", {"from", "to", "after"}},
        {"GET /v1/accounts/{user_id}/orders", {"status"}},
        {"GET /v1/accounts", {"prefix", "type", "status"}},
        {"GET /v1/packets", {"sender", "status"}},
        {"GET /v1/campaigns", {"merchant", "status"}},
        {"GET /v1/sales", {"merchant", "group", "status"}},
        {"GET /v1/sales/{id}/orders", {"status", "user_id"}},
        {"DELETE /v1/keys/{key_id}", {"reason"}},
        {"DELETE /v1/invitations/{invitation_id}", {"reason"}},
    };
    return filters;
}

/// What a request of this name takes beside its body: "path user_id", "query limit".
inline Words expected_parameters(const std::string& name) {
    Words parameters;
    const std::regex braces(R"(\{(\w+)\})");
    for (std::sregex_iterator match(name.begin(), name.end(), braces), end; match != end; ++match) {
        parameters.insert("path " + (*match)[1].str());
    }
    if (is_list(name)) {
        for (const std::string_view parameter : page_query) {
            parameters.insert("query " + std::string(parameter));
        }
        if (name.ends_with("/fairness")) { // places, not times
            parameters.erase("query from");
            parameters.erase("query to");
        }
    }
    if (const auto found = filters().find(name); found != filters().end()) {
        for (const std::string& filter : found->second) {
            parameters.insert("query " + filter);
        }
    }
    parameters.merge(takes_key(name) ? Words{"header Idempotency-Key"} : Words{});
    parameters.merge(is_stream(name) ? Words{"header Last-Event-ID", "query lastEventId"}
                                     : Words{});
    return parameters;
}

} // namespace hongbao::testing
