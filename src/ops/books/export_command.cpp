// Role: `hongbao export`: the books as a file, from the journal.
#include "http/api/exports/text.hpp"
#include "ops/books/books_commands.hpp"
#include "ops/books/journal_records.hpp"
#include "ops/books/output.hpp"
#include "ops/books/statement_fold.hpp"
#include "ops/books/time_window.hpp"
#include "ops/cli/command_parts.hpp"
#include "ops/cli/data_place.hpp"
#include "ops/cli/say.hpp"

#include "domain/posting.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace hongbao::ops {

namespace {

using http::ExportFormat;
using persistence::Visit;

struct ExportOptions {
    std::string data_dir;
    std::string what;
    std::string format = "csv";
    std::string account; // empty: all
    std::uint64_t after = 0;
    std::string from;
    std::string to;
    std::string output;
};

ExportFormat format_of(const std::string& word) {
    const auto found = std::ranges::find(http::export_format_words, word);
    return static_cast<ExportFormat>(found - http::export_format_words.begin());
}

/// What there is to do, once the flags are understood.
struct Export {
    const ExportOptions& options;
    ExportFormat format;
    TimeWindow window;
    Output& output;

    bool wants(const domain::Record& record) const {
        return record.sequence > options.after && window.holds(record.at);
    }
    std::optional<persistence::Failure> postings() const {
        output.write(http::postings_head(format));
        return read_records(
            options.data_dir, "exporting", options.after + 1, [&](const domain::Record& record) {
                if (!wants(record) || domain::postings_of(record.event).size() == 0) {
                    return Visit::next;
                }
                std::string text;
                http::append_movement(text, format, persistence::movement_of(record));
                return output.write(text) ? Visit::next : Visit::stop;
            });
    }
    /// Balances come from the first record on, whatever is wanted of them.
    std::optional<persistence::Failure> statements() const {
        http::StatementText text(format, options.after != 0);
        std::string lines = text.head();
        StatementFold fold(options.account);
        auto failure =
            read_records(options.data_dir, "exporting", 1, [&](const domain::Record& record) {
                bool goes_on = true;
                fold.take(record, [&](const persistence::StatementLine& line) {
                    if (wants(record)) {
                        text.append(lines, line);
                        goes_on = output.write(std::exchange(lines, {})) && goes_on;
                    }
                });
                return goes_on ? Visit::next : Visit::stop;
            });
        if (!failure && !options.account.empty() && !fold.has_user()) {
            return persistence::Failure{"there is no account " + options.account};
        }
        output.write(lines); // the head, if there is no line
        return failure;
    }
};

int export_books(const ExportOptions& options) {
    const bool is_of_postings = options.what == "postings";
    const ExportFormat format = format_of(options.format);
    if (is_of_postings && !options.account.empty()) {
        return complain("--account is for statements: hongbao export statements --account " +
                            options.account,
                        exit_misconfigured);
    }
    if (!is_of_postings && format == ExportFormat::ledger && options.account.empty()) {
        return complain("a ledger of all statements would have each movement twice: hongbao export "
                        "postings --format ledger has all of them, --account USER one account's",
                        exit_misconfigured);
    }
    const auto window = parse_window(options.from, options.to);
    if (const auto* wrong = std::get_if<std::string>(&window)) {
        return complain(*wrong, exit_misconfigured);
    }
    auto opened = Output::open(options.output);
    if (const auto* failure = std::get_if<persistence::Failure>(&opened)) {
        return complain(failure->sentence);
    }
    Output& output = *std::get<std::unique_ptr<Output>>(opened);
    const Export run{options, format, std::get<TimeWindow>(window), output};
    auto failure = is_of_postings ? run.postings() : run.statements();
    failure = failure ? std::move(failure) : output.commit();
    return failure ? complain(failure->sentence) : exit_ok;
}

} // namespace

Command export_command(CLI::App& app) {
    auto* command = app.add_subcommand(
        "export", "write postings or statements as CSV, JSON Lines or a ledger for hledger\n"
                  "From the journal, also beside a running server.");
    const auto options = std::make_shared<ExportOptions>();
    command
        ->add_option("what", options->what,
                     "postings: every movement of money, with both sides; statements: the lines of "
                     "accounts, with the balance after each")
        ->check(CLI::IsMember({"postings", "statements"}))
        ->required();
    const DataPlace place(*command);
    command->add_option("--format", options->format, "csv, jsonl (JSON Lines) or ledger")
        ->type_name("WORD")
        ->check(CLI::IsMember({"csv", "jsonl", "ledger"}))
        ->capture_default_str();
    command->add_option("--account", options->account, "the statement of this account alone")
        ->type_name("USER");
    command
        ->add_option("--after", options->after,
                     "only what comes after this trade_no: the last one of the file to go on with")
        ->type_name("TRADE_NO")
        ->check(CLI::NonNegativeNumber);
    add_window_and_output_flags(*command, options->from, options->to, options->output);
    return {command, [place, options] {
                return place.run(false, [&](const std::string& data_dir) {
                    options->data_dir = data_dir;
                    return export_books(*options);
                });
            }};
}

} // namespace hongbao::ops
