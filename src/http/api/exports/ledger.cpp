// Role: transactions, amounts and names of a ledger.
#include "http/api/exports/ledger.hpp"

#include "http/api/render.hpp"

#include <array>
#include <string>

namespace hongbao::http {

namespace {

/// For a comment: no tag, no date, one line.
std::string harmless(std::string_view text) {
    std::string safe;
    for (const char character : text) {
        switch (character) {
        case ':': safe += "\uFF1A"; break;
        case ',': safe += "\uFF0C"; break;
        case '[': safe += "\uFF3B"; break;
        case ']': safe += "\uFF3D"; break;
        default:
            safe += static_cast<unsigned char>(character) < ' ' || character == '\x7f' ? ' '
                                                                                       : character;
        }
    }
    return safe;
}

/// What may stand in a user id by rule; an account of an old journal may have another.
std::string account_part(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string part;
    char before = ':';
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        const bool is_alphanumeric = (character >= '0' && character <= '9') ||
                                     (character >= 'a' && character <= 'z') ||
                                     (character >= 'A' && character <= 'Z');
        const bool is_empty_part = character == ':' && before == ':';
        if (is_alphanumeric ||
            (std::string_view("._:@-").find(character) != std::string::npos && !is_empty_part)) {
            part += character;
        } else {
            part.append({'%', digits[byte >> 4U], digits[byte & 15U]});
        }
        before = character;
    }
    if (part.ends_with(':')) {
        part.replace(part.size() - 1, 1, "%3A");
    }
    return part;
}

void append_posting(std::string& out, const std::string& account, domain::Fen amount_fen,
                    std::optional<domain::Fen> balance_fen = {}) {
    out.append("    ").append(account).append("  ").append(ledger_amount(amount_fen));
    if (balance_fen) {
        out.append(" = ").append(ledger_amount(*balance_fen));
    }
    out += '\n';
}

std::string day_of(domain::InstantMs at) {
    return day_text(domain::business_day(at));
}

} // namespace

std::string ledger_amount(domain::Fen amount_fen) {
    return yuan_text(amount_fen) + " CNY";
}

std::string ledger_account(std::string_view account, const persistence::Entry& words) {
    constexpr std::string_view of_user = "user:";
    constexpr std::string_view of_escrow = "escrow:";
    if (account.starts_with(of_user)) {
        return "users:" + account_part(account.substr(of_user.size()));
    }
    if (account.starts_with(of_escrow)) {
        const char* const kind = words.packet_id     ? "packets:"
                                 : words.campaign_id ? "campaigns:"
                                                     : "sales:";
        return std::string(of_escrow).append(kind).append(account.substr(of_escrow.size()));
    }
    return std::string(account);
}

void append_transaction(std::string& out, const LedgerTransaction& transaction) {
    const persistence::Entry& words = transaction.words;
    out += day_of(transaction.dated);
    out.append(" ").append(transaction.type).append("  ; trade_no:");
    out.append(std::to_string(words.sequence)).append(", at:").append(domain::to_rfc3339(words.at));
    if (words.order_id) {
        out.append(", order_id:").append(std::to_string(words.order_id->value));
    }
    out += '\n';
    if (!words.memo.empty()) {
        out.append("    ; memo ").append(harmless(words.memo)).append("\n");
    }
    for (const auto& side : transaction.sides) {
        append_posting(out, ledger_account(side.account, words), side.amount_fen,
                       side.balance_after_fen);
    }
    out += '\n';
}

std::string_view ledger_head() {
    return "; The books of hongbao: dates are days of UTC+8, amounts are in yuan.\n"
           "commodity 1.00 CNY\n\n";
}

void append_opening(std::string& out, std::string_view user_id, domain::InstantMs at,
                    domain::Fen balance_fen) {
    out.append(day_of(at)).append(" opening balance\n");
    append_posting(out, "users:" + account_part(user_id), balance_fen);
    append_posting(out, "equity:before", -balance_fen);
    out += '\n';
}

} // namespace hongbao::http
