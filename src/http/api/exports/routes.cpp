// Role: the routes that export the books: all postings, all statements, all as a ledger, and one
// account's statement.
#include "http/api/ask.hpp"
#include "http/api/body/faults.hpp"
#include "http/api/dispatcher.hpp"
#include "http/api/exports/download.hpp"
#include "http/api/exports/text.hpp"
#include "http/api/lists/list_query.hpp"
#include "http/api/paths/path_ids.hpp"

#include <span>
#include <utility>

namespace hongbao::http {

namespace {

/// Lines of a statement that are read at once.
constexpr std::uint32_t lines_a_piece = 256;

struct ExportQuery {
    ExportFormat format = ExportFormat::csv;
    persistence::RecordsRequest wanted;
};

std::optional<Fault> take_time(const Exchange& exchange, std::string_view name,
                               std::optional<domain::InstantMs>& at) {
    const auto value = exchange.query(name);
    if (!value) {
        return std::nullopt;
    }
    at = domain::parse_rfc3339(*value);
    if (at) {
        return std::nullopt;
    }
    return Fault{Fault::In::query, std::string(name), fault_code::invalid_format,
                 std::string(name) + " must be an instant like 2026-11-21T00:00:00.000Z."};
}

std::optional<Fault> take_after(const Exchange& exchange, domain::Sequence& after) {
    const auto value = exchange.query("after");
    const auto number = value && *value != "0" ? read_id(*value) : std::nullopt;
    after = number.value_or(0);
    if (!value || *value == "0" || number) {
        return std::nullopt;
    }
    return Fault{Fault::In::query, "after", fault_code::invalid_format,
                 "after must be a trade_no, or 0."};
}

/// `formats` are those that this export has, the default first.
std::variant<ExportQuery, Problem> read_export_query(const RouteContext& context,
                                                     std::span<const std::string_view> formats) {
    const Exchange& exchange = context.exchange;
    ExportQuery query;
    const auto word = read_query_word(exchange, "format", formats);
    Faults faults;
    if (const auto* problem = std::get_if<Problem>(&word)) {
        faults.add(problem->errors);
    } else {
        query.format = static_cast<ExportFormat>(std::get<0>(word).value_or(0));
    }
    auto& [after, until, from, to, looks_max] = query.wanted;
    for (auto&& fault : {take_time(exchange, "from", from), take_time(exchange, "to", to),
                         take_after(exchange, after)}) {
        if (fault) {
            faults.add(Fault(*fault));
        }
    }
    if (from && to && *from > *to) {
        faults.add({Fault::In::query, "from", fault_code::out_of_range,
                    "from must not be later than to."});
    }
    if (auto problem = faults.take_problem()) {
        return std::move(*problem);
    }
    return query;
}

/// A page as a piece of text; `render(out, item)`.
template <typename Page, typename Render>
Piece piece_of(const Page& page, std::string&& head, Render&& render) {
    Piece piece{std::move(head), !page.next_cursor};
    for (const auto& item : page.items) {
        render(piece.text, item);
    }
    return piece;
}

/// All of it, as of the moment at which the first page is read. `Question` has a RecordsRequest.
template <typename Page, typename Question, typename Render>
Result export_records(RouteContext& context, const ExportQuery& wanted, const char* filename,
                      std::string&& head, Render render) {
    auto asked = query(context, Question{wanted.wanted});
    return answered<Page>(std::move(asked), [&](const Page& page) {
        persistence::RecordsRequest rest = wanted.wanted;
        rest.until = page.as_of;
        rest.after = page.next_cursor.value_or(0);
        NextPiece next = [&dispatcher = context.dispatcher, rest,
                          render](Exchange& exchange) mutable -> std::optional<Piece> {
            const auto answer = dispatcher.query(exchange, Question{rest});
            const auto* const more = answer.template get_if<Page>();
            if (more == nullptr) {
                return std::nullopt;
            }
            rest.after = more->next_cursor.value_or(0);
            return piece_of(*more, {}, render);
        };
        return answer_with_download(context, wanted.format, filename,
                                    piece_of(page, std::move(head), render), std::move(next));
    });
}

Result export_postings_as(RouteContext& context, const ExportQuery& wanted, const char* filename) {
    const ExportFormat format = wanted.format;
    return export_records<actors::MovementPage, actors::ReadMovements>(
        context, wanted, filename, postings_head(format),
        [format](std::string& out, const persistence::Movement& movement) {
            append_movement(out, format, movement);
        });
}

/// CSV, or JSON Lines.
constexpr auto table_formats = std::span(export_format_words).first<2>();

Result export_postings(RouteContext& context) {
    const auto read = read_export_query(context, table_formats);
    if (const auto* problem = std::get_if<Problem>(&read)) {
        return *problem;
    }
    const auto& wanted = std::get<ExportQuery>(read);
    return export_postings_as(
        context, wanted, wanted.format == ExportFormat::csv ? "postings.csv" : "postings.jsonl");
}

Result export_ledger(RouteContext& context) {
    auto read = read_export_query(context, {});
    if (const auto* problem = std::get_if<Problem>(&read)) {
        return *problem;
    }
    auto& wanted = std::get<ExportQuery>(read);
    wanted.format = ExportFormat::ledger;
    return export_postings_as(context, wanted, "hongbao.journal");
}

Result export_statements(RouteContext& context) {
    const auto read = read_export_query(context, table_formats);
    if (const auto* problem = std::get_if<Problem>(&read)) {
        return *problem;
    }
    const auto& wanted = std::get<ExportQuery>(read);
    const ExportFormat format = wanted.format;
    return export_records<actors::StatementPage, actors::ReadStatementLines>(
        context, wanted, format == ExportFormat::csv ? "statements.csv" : "statements.jsonl",
        StatementText(format, true).head(),
        [text = StatementText(format, true)](std::string& out,
                                             const persistence::StatementLine& line) mutable {
            text.append(out, line);
        });
}

const char* statement_name(ExportFormat format) {
    constexpr std::array<const char*, export_format_words.size()> names{
        "statement.csv", "statement.jsonl", "statement.journal"};
    return names[static_cast<std::size_t>(format)];
}

Piece piece_of_statement(const actors::StatementPage& page, StatementText& text,
                         std::string&& head) {
    return piece_of(
        page, std::move(head),
        [&](std::string& out, const persistence::StatementLine& line) { text.append(out, line); });
}

Result export_statement(RouteContext& context) {
    const auto read = read_export_query(context, export_format_words);
    if (const auto* problem = std::get_if<Problem>(&read)) {
        return *problem;
    }
    const auto& [format, wanted] = std::get<ExportQuery>(read);
    actors::ReadStatement question{domain::UserId(context.parameters[0]), {}, wanted.after};
    if (auto problem = account_missing(context, question.user_id)) {
        return std::move(*problem);
    }
    question.page.limit = lines_a_piece;
    question.page.order = persistence::ListOrder::asc;
    question.page.from = wanted.from;
    question.page.to = wanted.to;
    auto asked = query(context, actors::ReadStatement(question));
    return answered<actors::StatementPage>(
        std::move(asked), [&](const actors::StatementPage& page) -> Result {
            question.page.cursor = page.next_cursor;
            StatementText text(format, question.after != 0);
            Piece first = piece_of_statement(page, text, text.head());
            NextPiece next = [&dispatcher = context.dispatcher, question,
                              text](Exchange& exchange) mutable -> std::optional<Piece> {
                const auto answer = dispatcher.query(exchange, actors::ReadStatement(question));
                const auto* const more = answer.get_if<actors::StatementPage>();
                if (more == nullptr) {
                    return std::nullopt;
                }
                question.page.cursor = more->next_cursor;
                return piece_of_statement(*more, text, {});
            };
            return answer_with_download(context, format, statement_name(format), std::move(first),
                                        std::move(next));
        });
}

} // namespace

std::span<const Route> export_routes() {
    static constexpr std::array<std::string_view, 4> table_query{"format", "from", "to", "after"};
    static constexpr auto ledger_query = std::span(table_query).subspan<1>();
    static constexpr std::array routes{
        Route{"GET", "/v1/exports/postings", Action::export_books, export_postings, false,
              table_query},
        Route{"GET", "/v1/exports/statements", Action::export_books, export_statements, false,
              table_query},
        Route{"GET", "/v1/exports/ledger", Action::export_books, export_ledger, false,
              ledger_query},
        Route{"GET", "/v1/accounts/{user_id}/statement", Action::read_history, export_statement,
              false, table_query},
    };
    return routes;
}

} // namespace hongbao::http
