// Role: records as JSON: one overload per event gives its fields.
#include "persistence/inspect/dump.hpp"

#include "persistence/journal/chain_hash.hpp"
#include "persistence/record/sha256.hpp"

#include "domain/event_type.hpp"
#include "domain/posting.hpp"
#include "domain/values/rfc3339.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace hongbao::persistence {

namespace {

using Json = nlohmann::ordered_json;

constexpr JournalShard journal_shard = 0;

std::string name_of(domain::AccountType type) {
    switch (type) {
    case domain::AccountType::personal: return "personal";
    case domain::AccountType::merchant: return "merchant";
    case domain::AccountType::system: return "system";
    }
    return "unknown";
}

std::string name_of(domain::AccountStatus status) {
    return status == domain::AccountStatus::active ? "active" : "frozen";
}

std::string name_of(domain::PacketKind kind) {
    return kind == domain::PacketKind::equal ? "equal" : "lucky";
}

std::string name_of(domain::ExternalPaymentOutcome outcome) {
    using enum domain::ExternalPaymentOutcome;
    switch (outcome) {
    case order_paid: return "order_paid";
    case too_late: return "too_late";
    case order_final: return "order_final";
    case wrong_amount: return "wrong_amount";
    case account_frozen: return "account_frozen";
    }
    return "unknown";
}

/// Ids have 64 bits, more than a JSON number holds everywhere: decimal strings.
template <typename Kind>
std::string id_text(domain::EntityId<Kind> id) {
    return std::to_string(id.value);
}

Json rounds_of(const domain::CampaignFunded& event) {
    Json rounds = Json::array();
    for (const domain::CampaignRound& round : event.rounds) {
        Json one;
        one["starts_at"] = domain::to_rfc3339(round.starts_at);
        one["ends_at"] = domain::to_rfc3339(round.ends_at);
        one["win_permille"] = round.win_permille;
        one["share_fen_min"] = round.share_fen_min;
        one["share_fen_max"] = round.share_fen_max;
        one["wins_per_user"] = round.wins_per_user;
        rounds.push_back(std::move(one));
    }
    return rounds;
}

Json time_if_any(domain::InstantMs at) {
    return at == 0 ? Json() : Json(domain::to_rfc3339(at));
}

struct Describe {
    Json& line;

    /// Most records do not have it.
    void put_if_there(const char* name, const std::string& text) const {
        if (!text.empty()) {
            line[name] = text;
        }
    }
    /// What all events of an order begin with.
    template <typename OrderEvent>
    void order(const OrderEvent& event) const {
        line["sale_id"] = id_text(event.sale_id);
        line["order_id"] = id_text(event.order_id);
        line["user_id"] = event.user_id;
    }
    template <typename WaiterEvent>
    void waiter(const WaiterEvent& event) const {
        line["sale_id"] = id_text(event.sale_id);
        line["user_id"] = event.user_id;
    }

    void operator()(const domain::AccountOpened& event) const {
        line["user_id"] = event.user_id;
        line["username"] = event.username;
        line["avatar_url"] = event.avatar_url.empty() ? Json() : Json(event.avatar_url);
        line["account_type"] = name_of(event.account_type);
    }
    void operator()(const domain::AccountStatusChanged& event) const {
        line["user_id"] = event.user_id;
        line["status"] = name_of(event.status);
        line["reason"] = event.reason;
    }
    void operator()(const domain::AccountProfileChanged& event) const {
        line["user_id"] = event.user_id;
        line["username"] = event.username;
        line["avatar_url"] = event.avatar_url.empty() ? Json() : Json(event.avatar_url);
    }
    void operator()(const domain::Deposited& event) const {
        line["user_id"] = event.user_id;
        line["amount_fen"] = event.amount_fen;
        line["reference"] = event.reference;
    }
    void operator()(const domain::Withdrawn& event) const {
        line["user_id"] = event.user_id;
        line["amount_fen"] = event.amount_fen;
        line["reference"] = event.reference;
    }
    void operator()(const domain::Transferred& event) const {
        line["from"] = event.from;
        line["to"] = event.to;
        line["amount_fen"] = event.amount_fen;
        line["memo"] = event.memo;
    }
    void operator()(const domain::PacketSent& event) const {
        line["packet_id"] = id_text(event.packet_id);
        line["sender"] = event.sender;
        line["kind"] = name_of(event.kind);
        line["total_fen"] = event.total_fen;
        line["count"] = event.count;
        line["blessing"] = event.blessing;
        put_if_there("cover", event.cover);
        line["recipients"] = event.recipients;
        line["has_passphrase"] = event.passphrase_digest.has_value();
        line["sender_may_open"] = event.sender_may_open;
        line["share_fen_max"] = event.share_fen_max;
        line["expires_at"] = domain::to_rfc3339(event.expires_at);
        const bool is_line_cut = event.split_algorithm == domain::SplitAlgorithm::line_cut;
        if (is_line_cut || event.seed) {
            line["split_when"] = event.seed ? "up_front" : "on_open";
            line["split_algorithm"] = is_line_cut ? "line_cut" : "double_mean";
        }
        if (event.seed) {
            line["seed_hash"] = to_hex(domain::seed_hash_of(*event.seed, sha256));
        }
    }
    void operator()(const domain::ShareOpened& event) const {
        line["packet_id"] = id_text(event.packet_id);
        line["user_id"] = event.user_id;
        line["amount_fen"] = event.amount_fen;
    }
    void operator()(const domain::PacketClosed& event) const {
        line["packet_id"] = id_text(event.packet_id);
        line["sender"] = event.sender;
        line["refund_fen"] = event.refund_fen;
        line["sent_sequence"] = event.sent_sequence;
    }
    void operator()(const domain::CampaignFunded& event) const {
        line["campaign_id"] = id_text(event.campaign_id);
        line["merchant"] = event.merchant;
        line["name"] = event.name;
        put_if_there("picture", event.picture);
        put_if_there("text", event.text);
        line["budget_fen"] = event.budget_fen;
        line["wins_per_user"] = event.wins_per_user;
        line["rounds"] = rounds_of(event);
    }
    void operator()(const domain::ShakeDrawn& event) const {
        line["campaign_id"] = id_text(event.campaign_id);
        line["user_id"] = event.user_id;
        line["shake_key"] = event.shake_key;
        line["round"] = event.round;
        line["amount_fen"] = event.amount_fen;
    }
    void operator()(const domain::CampaignClosed& event) const {
        line["campaign_id"] = id_text(event.campaign_id);
        line["merchant"] = event.merchant;
        line["refund_fen"] = event.refund_fen;
        line["funded_sequence"] = event.funded_sequence;
    }
    void operator()(const domain::SaleOpened& event) const {
        line["sale_id"] = id_text(event.sale_id);
        line["merchant"] = event.merchant;
        line["title"] = event.title;
        put_if_there("group", event.group);
        line["price_fen"] = event.price_fen;
        line["stock"] = event.stock;
        line["starts_at"] = domain::to_rfc3339(event.starts_at);
        line["ends_at"] = domain::to_rfc3339(event.ends_at);
        line["per_user_limit"] = event.per_user_limit;
        line["payment_window_s"] = event.payment_window_s;
        line["refund_period_s"] = event.refund_period_s;
    }
    void operator()(const domain::OrderReserved& event) const {
        order(event);
        line["quantity"] = event.quantity;
        line["pay_by"] = domain::to_rfc3339(event.pay_by);
        line["is_offer"] = event.is_offer;
    }
    void operator()(const domain::OrderPaid& event) const {
        order(event);
        line["quantity"] = event.quantity;
        line["amount_fen"] = event.amount_fen;
        line["reserved_at"] = domain::to_rfc3339(event.reserved_at);
        line["pay_by"] = domain::to_rfc3339(event.pay_by);
    }
    void operator()(const domain::OrderCancelled& event) const { order(event); }
    void operator()(const domain::OrderTimedOut& event) const { order(event); }
    void operator()(const domain::OrderRefunded& event) const {
        order(event);
        line["amount_fen"] = event.amount_fen;
    }
    void operator()(const domain::ExternalPaymentTaken& event) const {
        order(event);
        line["gateway_ref"] = event.gateway_ref;
        line["amount_fen"] = event.amount_fen;
        line["outcome"] = name_of(event.outcome);
        if (event.is_suspended) {
            line["is_suspended"] = true;
        }
    }
    void operator()(const domain::SuspendedPaymentDecided& event) const {
        order(event);
        line["gateway_ref"] = event.gateway_ref;
        line["amount_fen"] = event.amount_fen;
        line["decision"] = event.is_release() ? "release" : "return";
        line["reason"] = event.reason;
    }
    void operator()(const domain::WaitlistJoined& event) const {
        waiter(event);
        if (event.position != 0) {
            line["position"] = event.position;
        }
    }
    void operator()(const domain::WaiterPassedOver& event) const { waiter(event); }
    void operator()(const domain::WaitlistLeft& event) const {
        waiter(event);
        line["waiter_no"] = event.waiter_no;
    }
    void operator()(const domain::SaleClosed& event) const {
        line["sale_id"] = id_text(event.sale_id);
        line["merchant"] = event.merchant;
        line["payout_fen"] = event.payout_fen;
        line["opened_sequence"] = event.opened_sequence;
    }
    // Of secrets not even the hashes are shown.
    void operator()(const domain::AccessKeyCreated& event) const {
        line["key_id"] = event.key_id;
        line["name"] = event.name;
        line["scope"] = domain::word_of(event.scope);
        put_if_there("account", event.account);
        line["expires_at"] = time_if_any(event.expires_at);
        line["address_ranges"] = event.address_ranges;
    }
    void operator()(const domain::AccessKeyRotated& event) const {
        line["key_id"] = event.key_id;
        line["previous_until"] = time_if_any(event.previous_until);
        line["expires_at"] = time_if_any(event.expires_at);
    }
    void operator()(const domain::AccessKeyRevoked& event) const { line["key_id"] = event.key_id; }
    void operator()(const domain::SwitchChanged& event) const {
        line["switch"] = domain::word_of(event.which);
        line["is_on"] = event.is_on;
        line["retry_after_s"] = event.retry_after_s;
    }
    void operator()(const domain::ClockAdvanced& event) const {
        line["to"] = domain::to_rfc3339(event.to);
    }
    void operator()(const domain::TokenSecretRotated& event) const {
        line["previous_until"] = time_if_any(event.previous_until);
    }
    void operator()(const domain::InvitationCreated& event) const {
        line["invitation_id"] = event.invitation_id;
        line["campaign_id"] = id_text(event.campaign_id);
        line["guests_max"] = event.guests_max;
        line["expires_at"] = domain::to_rfc3339(event.expires_at);
        line["address_ranges"] = event.address_ranges;
    }
    void operator()(const domain::InvitationRevoked& event) const {
        line["invitation_id"] = event.invitation_id;
    }
    void operator()(const domain::InvitationAccepted& event) const {
        line["invitation_id"] = event.invitation_id;
        line["user_id"] = event.user_id;
    }
    void operator()(const domain::WebhookChanged& event) const {
        constexpr std::string_view words[] = {"active", "paused", "removed"};
        line["webhook_id"] = event.webhook_id;
        line["url"] = event.url;
        line["types"] = event.types;
        line["status"] = words[static_cast<std::size_t>(event.status)];
        put_if_there("pause_reason", event.pause_reason);
        line["secret_version"] = event.secret_version;
        line["previous_until"] = time_if_any(event.previous_until);
        line["delivered"] = event.delivered;
    }
    void operator()(const domain::AnswerKept& event) const {
        line["status"] = event.status;
        line["body"] = event.body;
    }
};

} // namespace

std::string to_json_line(const domain::Record& record) {
    Json line;
    line["sequence"] = record.sequence;
    line["at"] = domain::to_rfc3339(record.at);
    line["type"] = domain::type_word_of(record.event);
    std::visit(Describe{line}, record.event);
    Json postings = Json::array();
    for (const domain::Posting& posting : domain::postings_of(record.event)) {
        Json one;
        one["account"] = posting.account_name();
        one["amount_fen"] = posting.amount_fen;
        postings.push_back(std::move(one));
    }
    line["postings"] = std::move(postings);
    if (record.idempotency) {
        line["idempotency_key"] = record.idempotency->key;
    }
    if (record.operation) {
        line["principal"] = record.operation->principal;
        line["request_id"] = record.operation->request_id;
        if (!record.operation->reason.empty()) { // otherwise the event may have one
            line["reason"] = record.operation->reason;
        }
    }
    return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string to_json_data(const domain::Record& record) {
    Json data = Json::object();
    std::visit(Describe{data}, record.event);
    if (record.operation && !record.operation->reason.empty()) { // otherwise the event may have one
        data["reason"] = record.operation->reason;
    }
    return data.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<Failure> dump(const Journal& journal,
                            const std::function<bool(std::string_view line)>& write) {
    return journal.read(journal_shard, 1, [&write](const domain::Record& record) {
        return write(to_json_line(record)) ? Visit::next : Visit::stop;
    });
}

} // namespace hongbao::persistence
