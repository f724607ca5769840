// Role: one function per kind of answer.
#include "http/api/render.hpp"

#include "domain/values/invariant.hpp"
#include "domain/values/rfc3339.hpp"
#include "http/api/problem.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace hongbao::http {

namespace {

Json instant_or_null(const std::optional<domain::InstantMs>& at) {
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

Json text_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

/// Sums may exceed what a JSON library holds in a number.
std::string decimal(persistence::Audit::Sum sum) {
    if (sum == 0) {
        return "0";
    }
    const bool negative = sum < 0;
    std::string digits;
    while (sum != 0) {
        const auto digit = static_cast<int>(sum % 10);
        digits.push_back(static_cast<char>('0' + (digit < 0 ? -digit : digit)));
        sum /= 10;
    }
    if (negative) {
        digits.push_back('-');
    }
    std::reverse(digits.begin(), digits.end());
    return digits;
}

std::string hex_of(std::span<const std::uint8_t> hash) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : hash) {
        text.push_back(digits[byte >> 4U]);
        text.push_back(digits[byte & 15U]);
    }
    return text;
}

/// How the shares of a lucky packet are drawn; nothing is drawn for equal ones.
Json split_of(const domain::PacketSent& terms, bool is_up_front) {
    if (terms.kind == domain::PacketKind::equal) {
        return nullptr;
    }
    return Json{{"when", is_up_front ? "up_front" : "on_open"},
                {"algorithm", word_of(terms.split_algorithm)}};
}

template <typename Bytes>
Json hex_or_null(const std::optional<Bytes>& bytes) {
    return bytes ? Json(hex_of(*bytes)) : Json(nullptr);
}

} // namespace

std::string_view word_of(domain::AccountType type) {
    constexpr std::array<std::string_view, 3> words{"personal", "merchant", "system"};
    return words.at(static_cast<std::size_t>(type));
}

std::string_view word_of(domain::AccountStatus status) {
    return status == domain::AccountStatus::active ? "active" : "frozen";
}

std::string_view word_of(domain::PacketKind kind) {
    return kind == domain::PacketKind::equal ? "equal" : "lucky";
}

std::string_view word_of(domain::SplitAlgorithm algorithm) {
    return algorithm == domain::SplitAlgorithm::double_mean ? "double_mean" : "line_cut";
}

std::string_view word_of(domain::PacketStatus status) {
    constexpr std::array<std::string_view, 3> words{"open", "exhausted", "expired"};
    return words.at(static_cast<std::size_t>(status));
}

std::string_view word_of(persistence::PacketFactType type) {
    constexpr std::array<std::string_view, 3> words{"sent", "opened", "closed"};
    return words[static_cast<std::size_t>(type)];
}

const std::array<std::string_view, persistence::entry_types>& entry_type_words() {
    static constexpr std::array<std::string_view, persistence::entry_types> words{
        "deposit",       "withdrawal", "transfer",      "packet_send",      "share_open", "refund",
        "campaign_fund", "shake_win",  "order_payment", "external_payment", "sale_payout"};
    return words;
}

std::string_view word_of(persistence::EntryType type) {
    return entry_type_words().at(static_cast<std::size_t>(type));
}

Json render(const actors::AccountView& view) {
    const domain::AccountProfile& profile = view.account.profile;
    return Json{{"user_id", profile.user_id},
                {"username", profile.username},
                {"avatar_url", text_or_null(profile.avatar_url)},
                {"type", word_of(profile.type)},
                {"status", word_of(view.account.standing.status)},
                {"balance_fen", view.account.standing.balance_fen},
                {"created_at", domain::to_rfc3339(profile.created_at)}};
}

Json render(const actors::PacketView& view) {
    const domain::PacketSent& terms = view.terms;
    return Json{{"id", std::to_string(terms.packet_id.value)},
                {"sender", terms.sender},
                {"kind", word_of(terms.kind)},
                {"blessing", terms.blessing},
                {"status", word_of(view.status)},
                {"total_fen", terms.total_fen},
                {"count", terms.count},
                {"remaining_fen", view.remaining_fen},
                {"remaining_count", view.remaining_count},
                {"directed", !terms.recipients.empty()},
                {"passphrase_required", view.passphrase_required},
                {"sender_may_open", terms.sender_may_open},
                {"created_at", domain::to_rfc3339(view.created_at)},
                {"expires_at", domain::to_rfc3339(terms.expires_at)},
                {"closed_at", instant_or_null(view.closed_at)},
                {"exhausted_in_ms", value_or_null(view.exhausted_in_ms)},
                {"luckiest", value_or_null(view.luckiest)},
                {"refund_fen", value_or_null(view.refund_fen)},
                {"split", split_of(terms, view.seed_hash.has_value())},
                {"share_fen_max", terms.share_fen_max},
                {"seed_hash", hex_or_null(view.seed_hash)},
                {"seed", hex_or_null(terms.seed)},
                {"as_of", view.as_of}};
}

Json render(const domain::SendPreview& preview, std::string_view request_id) {
    const domain::PacketSent& terms = preview.terms;
    const auto& shares = preview.shares;
    const auto if_split = [&](domain::Fen amount_fen) {
        return shares ? Json(amount_fen) : Json(nullptr);
    };
    const domain::ShareRange range = shares.value_or(domain::ShareRange{});
    const auto& refusal = preview.refusal;
    return Json{
        {"sender", terms.sender},
        {"kind", word_of(terms.kind)},
        {"blessing", terms.blessing},
        {"total_fen", if_split(terms.total_fen)},
        {"count", terms.count},
        {"fee_fen", 0},
        {"share_least_fen", if_split(range.least)},
        {"share_mean_fen", if_split(range.mean)},
        {"share_largest_fen", if_split(range.largest)},
        {"directed", !terms.recipients.empty()},
        {"passphrase_required", terms.passphrase_digest.has_value()},
        {"sender_may_open", terms.sender_may_open},
        {"expires_at", domain::to_rfc3339(terms.expires_at)},
        {"split", split_of(terms, terms.is_split_up_front())},
        {"share_fen_max", terms.share_fen_max},
        {"checks",
         {{"passed", !refusal},
          {"refusal",
           refusal ? Json::parse(render_problem(problem_of(*refusal), request_id)) : Json()}}}};
}

Json render(const actors::TradeReceipt& receipt) {
    Json json{{"trade_no", std::to_string(receipt.sequence)}, {"amount_fen", receipt.amount_fen}};
    if (receipt.balance_fen()) {
        json["balance_fen"] = *receipt.balance_fen();
    }
    return json;
}

Json render(const persistence::Entry& entry) {
    const bool credit = entry.amount_fen >= 0;
    return Json{{"line_no", entry.line_no},
                {"trade_no", std::to_string(entry.sequence)},
                {"type", word_of(entry.type)},
                {"direction", credit ? "+" : "-"},
                {"amount_fen", credit ? entry.amount_fen : -entry.amount_fen},
                {"balance_after_fen", entry.balance_after_fen},
                {"counterparty", entry.counterparty},
                {"memo", entry.memo},
                {"packet_id", id_or_null(entry.packet_id)},
                {"campaign_id", id_or_null(entry.campaign_id)},
                {"order_id", id_or_null(entry.order_id)},
                {"sale_id", id_or_null(entry.sale_id)},
                {"at", domain::to_rfc3339(entry.at)}};
}

Json render(const persistence::Trade& trade) {
    return Json{{"trade_no", std::to_string(trade.sequence)},
                {"type", word_of(trade.type)},
                {"amount_fen", trade.amount_fen},
                {"from", trade.from},
                {"to", trade.to},
                {"memo", trade.memo},
                {"packet_id", id_or_null(trade.packet_id)},
                {"campaign_id", id_or_null(trade.campaign_id)},
                {"order_id", id_or_null(trade.order_id)},
                {"sale_id", id_or_null(trade.sale_id)},
                {"at", domain::to_rfc3339(trade.at)}};
}

Json render(const persistence::PacketFact& fact) {
    return Json{{"trade_no", std::to_string(fact.sequence)},
                {"type", word_of(fact.type)},
                {"user_id", fact.user_id},
                {"amount_fen", fact.amount_fen},
                {"at", domain::to_rfc3339(fact.at)}};
}

Json render(const persistence::ClaimLine& claim) {
    return Json{{"user_id", claim.user_id},
                {"username", claim.username},
                {"avatar_url", text_or_null(claim.avatar_url)},
                {"amount_fen", claim.amount_fen},
                {"opened_at", domain::to_rfc3339(claim.opened_at)},
                {"luckiest", claim.is_luckiest}};
}

std::string render_share(const actors::ShareReceipt& receipt, std::string_view user_id) {
    // A user id needs no escaping: see is_valid_user_id.
    std::string text;
    text.reserve(192);
    text += R"({"packet_id":")";
    text += std::to_string(receipt.packet_id.value);
    text += R"(","user_id":")";
    text += user_id;
    text += R"(","amount_fen":)";
    text += std::to_string(receipt.amount_fen);
    text += R"(,"opened_at":")";
    text += domain::to_rfc3339(receipt.opened_at);
    text += receipt.repeat ? R"(","repeat":true})" : R"(","repeat":false})";
    return text;
}

std::string render_audit(const persistence::Audit& audit) {
    return R"({"deposited_fen":)" + decimal(audit.deposited_fen) + R"(,"withdrawn_fen":)" +
           decimal(audit.withdrawn_fen) + R"(,"accounts_fen":)" + decimal(audit.accounts_fen) +
           R"(,"escrow_fen":)" + decimal(audit.escrow_fen) + R"(,"suspended_fen":)" +
           decimal(audit.suspended_fen) + R"(,"difference_fen":)" +
           decimal(audit.difference_fen()) + R"(,"journal_sequence":)" +
           std::to_string(audit.position.last_sequence) + R"(,"journal_hash":")" +
           hex_of(audit.position.chain_hash) + R"("})";
}

std::string render_page(const std::vector<std::string>& items,
                        const std::optional<std::string>& next_cursor,
                        const std::optional<domain::Sequence>& as_of) {
    std::string text = R"({"items":[)";
    for (const std::string& item : items) {
        text.append(text.back() == '[' ? "" : ",").append(item);
    }
    text += R"(],"next_cursor":)";
    text += next_cursor ? '"' + *next_cursor + '"' : "null";
    return text + (as_of ? R"(,"as_of":)" + std::to_string(*as_of) + "}" : "}");
}

} // namespace hongbao::http
