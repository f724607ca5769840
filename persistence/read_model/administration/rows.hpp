// Role: the rows and tables of the server's administration in the read model: few rows, all of
// which a start reads. Their numbers are among the totals: keys that were lost must not open the
// server. Pure.
#pragma once

#include "domain/administration/administration.hpp"
#include "persistence/read_model/rows/table.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hongbao::persistence {

/// A key as it stands.
struct AccessKeyRow {
    domain::AccessKey key;

    static void fields(auto&& visit, auto&... row) {
        visit("name", row.key.made.name...);
        visit("scope", row.key.made.scope...);
        visit("account", row.key.made.account...);
        visit("secret_hash", row.key.made.secret_hash...);
        visit("expires_at", row.key.made.expires_at...);
        visit("address_ranges", row.key.made.address_ranges...);
        visit("previous_hash", row.key.previous_hash...);
        visit("previous_until", row.key.previous_until...);
        visit("created_at", row.key.created_at...);
        visit("rotated_at", row.key.rotated_at...);
        visit("revoked_at", row.key.revoked_at...);
    }
    void set_key(std::string_view key_id) { key.made.key_id = key_id; }
};
/// By key id.
struct AccessKeys : Table<std::string_view, AccessKeyRow> {
    static constexpr const char* name = "access_keys";
    static constexpr const char* rows = "keys of the server";
};

/// A switch that was changed: how it was left.
struct SwitchRow {
    std::uint64_t is_on = 1; // or 0
    std::int64_t retry_after_s = 0;
    domain::InstantMs changed_at = 0;
    std::string principal;
    std::string reason;

    static void fields(auto&& visit, auto&... row) {
        visit("is_on", row.is_on...);
        visit("retry_after_s", row.retry_after_s...);
        visit("changed_at", row.changed_at...);
        visit("principal", row.principal...);
        visit("reason", row.reason...);
    }
};
/// By the number of the switch, from 1.
struct Switches : Table<std::uint64_t, SwitchRow> {
    static constexpr const char* name = "switches";
    static constexpr const char* rows = "switches";
};

/// An invitation as it stands.
struct InvitationRow {
    domain::Invitation invitation;

    static void fields(auto&& visit, auto&... row) {
        visit("secret_hash", row.invitation.made.secret_hash...);
        visit("campaign", row.invitation.made.campaign_id...);
        visit("guests_max", row.invitation.made.guests_max...);
        visit("expires_at", row.invitation.made.expires_at...);
        visit("address_ranges", row.invitation.made.address_ranges...);
        visit("created_at", row.invitation.created_at...);
        visit("revoked_at", row.invitation.revoked_at...);
        visit("guests", row.invitation.guests...);
    }
    void set_key(std::string_view invitation_id) { invitation.made.invitation_id = invitation_id; }
};
/// By invitation id.
struct Invitations : Table<std::string_view, InvitationRow> {
    static constexpr const char* name = "invitations";
    static constexpr const char* rows = "invitations";
};

/// A webhook as it stands.
struct WebhookRow {
    domain::Webhook webhook;
    std::uint64_t is_paused = 0; // or 1

    static void fields(auto&& visit, auto&... row) {
        visit("url", row.webhook.made.url...);
        visit("types", row.webhook.made.types...);
        visit("is_paused", row.is_paused...);
        visit("pause_reason", row.webhook.made.pause_reason...);
        visit("secret_version", row.webhook.made.secret_version...);
        visit("previous_until", row.webhook.made.previous_until...);
        visit("delivered", row.webhook.made.delivered...);
        visit("created_at", row.webhook.created_at...);
        visit("changed_at", row.webhook.changed_at...);
    }
    void set_key(std::string_view webhook_id) { webhook.made.webhook_id = webhook_id; }
};
/// By webhook id.
struct Webhooks : Table<std::string_view, WebhookRow> {
    static constexpr const char* name = "webhooks";
    static constexpr const char* rows = "webhooks";
};
inline WebhookRow row_of(const domain::Webhook& webhook) {
    return {webhook, webhook.made.status == domain::WebhookStatus::paused ? 1U : 0U};
}

} // namespace hongbao::persistence
