// Role: one line after the other; the names of fields are the same in CSV and JSON.
#include "http/api/exports/text.hpp"

#include "domain/event_type.hpp"
#include "http/api/exports/csv.hpp"
#include "http/api/exports/ledger.hpp"
#include "http/api/history/render.hpp"
#include "http/api/render.hpp"

#include <algorithm>
#include <utility>

namespace hongbao::http {

namespace {

using persistence::Entry;
using persistence::Movement;
using persistence::StatementLine;

constexpr std::string_view postings_columns =
    "trade_no,at,day,type,account,amount_fen,memo,packet_id,campaign_id,order_id,sale_id\r\n";
constexpr std::string_view statement_columns =
    "user_id,line_no,trade_no,at,day,type,direction,amount_fen,balance_after_fen,counterparty,memo,"
    "packet_id,campaign_id,order_id,sale_id\r\n";

std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

template <typename Id>
std::string id_text(const std::optional<Id>& id) {
    return id ? std::to_string(id->value) : std::string();
}

std::string day_of(const Entry& entry) {
    return day_text(domain::business_day(entry.at));
}

void end_with_ids(CsvLine& line, const Entry& words) {
    line.text(words.memo)
        .plain(id_text(words.packet_id))
        .plain(id_text(words.campaign_id))
        .plain(id_text(words.order_id))
        .plain(id_text(words.sale_id))
        .end();
}

void append_csv(std::string& out, const Movement& movement, const Movement::Side& side) {
    CsvLine line(out);
    line.number(movement.words.sequence)
        .plain(domain::to_rfc3339(movement.words.at))
        .plain(day_of(movement.words))
        .plain(domain::event_type_word(movement.event_type))
        .text(side.account)
        .number(side.amount_fen);
    end_with_ids(line, movement.words);
}

void append_json(std::string& out, const Movement& movement, const Movement::Side& side) {
    const Entry& words = movement.words;
    out += dump(Json{{"trade_no", std::to_string(words.sequence)},
                     {"at", domain::to_rfc3339(words.at)},
                     {"day", day_of(words)},
                     {"type", domain::event_type_word(movement.event_type)},
                     {"account", side.account},
                     {"amount_fen", side.amount_fen},
                     {"memo", words.memo},
                     {"packet_id", id_or_null(words.packet_id)},
                     {"campaign_id", id_or_null(words.campaign_id)},
                     {"order_id", id_or_null(words.order_id)},
                     {"sale_id", id_or_null(words.sale_id)}});
}

void append_csv(std::string& out, const StatementLine& line) {
    const Entry& entry = line.entry;
    const bool is_credit = entry.amount_fen >= 0;
    CsvLine csv(out);
    csv.text(line.user_id)
        .number(entry.line_no)
        .number(entry.sequence)
        .plain(domain::to_rfc3339(entry.at))
        .plain(day_of(entry))
        .plain(word_of(entry.type))
        .plain(is_credit ? "credit" : "debit")
        .number(is_credit ? entry.amount_fen : -entry.amount_fen)
        .number(entry.balance_after_fen)
        .text(entry.counterparty);
    end_with_ids(csv, entry);
}

/// As a list of entries has it, with whose it is and the day.
void append_json(std::string& out, const StatementLine& line) {
    Json json{{"user_id", line.user_id}};
    const Json entry = render(line.entry);
    for (const auto& [name, value] : entry.items()) {
        json[name] = value;
    }
    json["day"] = day_of(line.entry);
    out += dump(json);
}

} // namespace

std::string postings_head(ExportFormat format) {
    switch (format) {
    case ExportFormat::csv: return std::string(postings_columns);
    case ExportFormat::jsonl: return {};
    case ExportFormat::ledger: return std::string(ledger_head());
    }
    return {};
}

void append_movement(std::string& out, ExportFormat format, const Movement& movement) {
    const auto& [payer, receiver] = movement.sides;
    switch (format) {
    case ExportFormat::csv:
        append_csv(out, movement, payer);
        append_csv(out, movement, receiver);
        break;
    case ExportFormat::jsonl:
        append_json(out, movement, payer);
        append_json(out, movement, receiver);
        break;
    case ExportFormat::ledger:
        append_transaction(out, {movement.words,
                                 domain::event_type_word(movement.event_type),
                                 movement.words.at,
                                 {{{payer.account, payer.amount_fen, {}},
                                   {receiver.account, receiver.amount_fen, {}}}}});
        break;
    }
}

std::string StatementText::head() const {
    return format_ == ExportFormat::csv ? std::string(statement_columns) : postings_head(format_);
}

void StatementText::append(std::string& out, const StatementLine& line) {
    switch (format_) {
    case ExportFormat::csv: append_csv(out, line); break;
    case ExportFormat::jsonl: append_json(out, line); break;
    case ExportFormat::ledger: append_ledger(out, line); break;
    }
}

/// Balances are asserted, which a ledger looks at in the order of its dates: so dates never go back
/// here, whatever the clock did.
void StatementText::append_ledger(std::string& out, const StatementLine& line) {
    const Entry& entry = line.entry;
    latest_ = std::max(latest_, entry.at);
    const domain::Fen before_fen = entry.balance_after_fen - entry.amount_fen;
    if (!std::exchange(is_begun_, true) && before_fen != 0) {
        append_opening(out, line.user_id, latest_, before_fen);
    }
    const std::string own = "user:" + line.user_id;
    append_transaction(out, {entry,
                             word_of(entry.type),
                             latest_,
                             {{{own, entry.amount_fen, entry.balance_after_fen},
                               {line.against, -entry.amount_fen, {}}}}});
}

} // namespace hongbao::http
