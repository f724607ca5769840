// Role: one object for each thing of the administration, and one line for each operation.
#include "http/api/administration/render.hpp"

#include "http/api/words.hpp"

namespace hongbao::http {

namespace {

/// Times that are 0 while there are none.
Json instant_unless_0(domain::InstantMs at) {
    return at == 0 ? Json(nullptr) : Json(domain::to_rfc3339(at));
}

/// What is particular to each event, beside its type.
struct Particulars {
    Json& line;
    Json& about;

    void begin(const char* type) const { line["type"] = type; }

    void operator()(const domain::AccessKeyCreated& event) const {
        begin("key_created");
        about["key_id"] = event.key_id;
        about["name"] = event.name;
        about["scope"] = domain::word_of(event.scope);
        about["account"] = text_or_null(event.account);
        about["expires_at"] = instant_unless_0(event.expires_at);
        about["address_ranges"] = event.address_ranges;
    }
    void operator()(const domain::AccessKeyRotated& event) const {
        begin("key_rotated");
        about["key_id"] = event.key_id;
        about["previous_until"] = instant_unless_0(event.previous_until);
        about["expires_at"] = instant_unless_0(event.expires_at);
    }
    void operator()(const domain::AccessKeyRevoked& event) const {
        begin("key_revoked");
        about["key_id"] = event.key_id;
    }
    void operator()(const domain::SwitchChanged& event) const {
        begin("switch_changed");
        about["switch"] = domain::word_of(event.which);
        about["on"] = event.is_on;
    }
    void operator()(const domain::ClockAdvanced& event) const {
        begin("clock_advanced");
        about["to"] = domain::to_rfc3339(event.to);
    }
    void operator()(const domain::TokenSecretRotated& event) const {
        begin("token_secret_rotated");
        about["previous_until"] = instant_unless_0(event.previous_until);
    }
    void operator()(const domain::InvitationCreated& event) const {
        begin("invitation_created");
        about["invitation_id"] = event.invitation_id;
        about["campaign_id"] = std::to_string(event.campaign_id.value);
        about["guests_max"] = event.guests_max;
    }
    void operator()(const domain::InvitationRevoked& event) const {
        begin("invitation_revoked");
        about["invitation_id"] = event.invitation_id;
    }
    void operator()(const domain::InvitationAccepted& event) const {
        begin("invitation_accepted");
        about["invitation_id"] = event.invitation_id;
        about["user_id"] = event.user_id;
    }
    void operator()(const domain::WebhookChanged& event) const {
        constexpr std::string_view words[] = {"active", "paused", "removed"};
        begin("webhook_changed");
        about["webhook_id"] = event.webhook_id;
        about["url"] = event.url;
        about["status"] = words[static_cast<std::size_t>(event.status)];
    }
    void operator()(const domain::AccountStatusChanged& event) const {
        begin("account_status_changed");
        about["user_id"] = event.user_id;
        about["status"] = word_in(account_status_words, event.status);
        own_reason(event.reason);
    }
    void operator()(const domain::Withdrawn& event) const {
        begin("withdrawn");
        about["user_id"] = event.user_id;
        about["amount_fen"] = event.amount_fen;
    }
    void operator()(const domain::SuspendedPaymentDecided& event) const {
        begin("suspended_payment_decided");
        about["user_id"] = event.user_id;
        about["amount_fen"] = event.amount_fen;
        about["order_id"] = std::to_string(event.order_id.value);
        about["decision"] = event.is_release() ? "release" : "return";
        own_reason(event.reason);
    }
    /// Whatever else is written down with who did it.
    template <typename Other>
    void operator()(const Other& /*event*/) const {
        begin("other");
    }

  private:
    void own_reason(const std::string& reason) const { line["reason"] = text_or_null(reason); }
};

} // namespace

Json render(const domain::AccessKey& key, domain::InstantMs now) {
    const domain::AccessKeyCreated& made = key.made;
    return Json{{"key_id", made.key_id},
                {"name", made.name},
                {"scope", domain::word_of(made.scope)},
                {"account", text_or_null(made.account)},
                {"status", key.revoked_at != 0  ? "revoked"
                           : key.has_ended(now) ? "expired"
                                                : "valid"},
                {"address_ranges", made.address_ranges},
                {"created_at", domain::to_rfc3339(key.created_at)},
                {"expires_at", instant_unless_0(made.expires_at)},
                {"rotated_at", instant_unless_0(key.rotated_at)},
                {"previous_until", instant_unless_0(key.previous_until)},
                {"revoked_at", instant_unless_0(key.revoked_at)}};
}

Json render(domain::Switch which, const domain::SwitchState& state) {
    return Json{{"name", domain::word_of(which)},
                {"on", state.is_on},
                {"retry_after_s", state.is_on ? Json(nullptr) : Json(state.retry_after_s)},
                {"changed_at", instant_unless_0(state.changed_at)},
                {"principal", text_or_null(state.principal)},
                {"reason", text_or_null(state.reason)}};
}

Json render(const domain::Invitation& invitation) {
    const domain::InvitationCreated& made = invitation.made;
    return Json{{"invitation_id", made.invitation_id},
                {"campaign_id", std::to_string(made.campaign_id.value)},
                {"guests_max", made.guests_max},
                {"guests", invitation.guests},
                {"address_ranges", made.address_ranges},
                {"created_at", domain::to_rfc3339(invitation.created_at)},
                {"expires_at", domain::to_rfc3339(made.expires_at)},
                {"revoked_at", instant_unless_0(invitation.revoked_at)}};
}

std::string render_operation(const domain::Record& record) {
    const domain::Operation* const operation = record.operation.get();
    Json line{{"sequence", record.sequence},
              {"at", domain::to_rfc3339(record.at)},
              {"type", nullptr},
              // Records from before there were principals do not say who it was.
              {"principal", operation ? Json(operation->principal) : Json(nullptr)},
              {"request_id", operation ? text_or_null(operation->request_id) : Json(nullptr)},
              {"reason", operation ? text_or_null(operation->reason) : Json(nullptr)}};
    Json about = Json::object();
    std::visit(Particulars{line, about}, record.event);
    line["about"] = std::move(about);
    return line.dump();
}

} // namespace hongbao::http
