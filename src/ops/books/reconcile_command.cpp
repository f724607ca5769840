// Role: `hongbao reconcile` (对账): a gateway's or bank's statement against deposits, withdrawals
// and external payments. Status 0: all match; 1: there are differences; 2: nothing was compared.
#include "ops/books/books_commands.hpp"
#include "ops/books/journal_records.hpp"
#include "ops/books/reconcile_report.hpp"
#include "ops/cli/data_place.hpp"
#include "ops/cli/say.hpp"
#include "ops/control/duration.hpp"

#include "domain/posting.hpp"

#include <algorithm>
#include <memory>
#include <string>

namespace hongbao::ops {

namespace {

using persistence::Failure;

struct ReconcileOptions {
    std::string data_dir;
    std::string gateway;
    std::string layout = "auto";
    std::string encoding = "auto";
    std::string separator = ",";
    std::string amounts;
    ColumnNames columns;
    std::string from;
    std::string to;
    std::string slack = "24h";
    std::string format = "table";
    std::string output;
    bool tells_matched = false;
};

/// Of a record that moves money from or to the outside; null of all others.
const std::string* outside_reference(const domain::Event& event) {
    if (const auto* deposited = std::get_if<domain::Deposited>(&event)) {
        return &deposited->reference;
    }
    if (const auto* withdrawn = std::get_if<domain::Withdrawn>(&event)) {
        return &withdrawn->reference;
    }
    if (const auto* taken = std::get_if<domain::ExternalPaymentTaken>(&event)) {
        return &taken->gateway_ref;
    }
    const auto* decided = std::get_if<domain::SuspendedPaymentDecided>(&event);
    return decided != nullptr && !decided->is_release() ? &decided->gateway_ref : nullptr;
}

std::optional<Failure> read_ours(const std::string& data_dir, const StatementOptions& wanted,
                                 OurPayments& ours) {
    const TimeWindow& window = wanted.window;
    const TimeWindow wide{window.from ? std::optional(*window.from - wanted.slack_ms)
                                      : std::nullopt,
                          window.to ? std::optional(*window.to + wanted.slack_ms) : std::nullopt};
    return read_records(data_dir, "reading the journal", 1, [&](const domain::Record& record) {
        ours.last = record.sequence;
        const std::string* const reference = outside_reference(record.event);
        if (reference != nullptr && wide.holds(record.at)) {
            PaymentLine line;
            line.number = record.sequence;
            line.amount_fen = domain::brought_in_fen(record.event);
            line.at = record.at;
            line.is_at_edge = !window.holds(record.at);
            ours.payments.add(*reference, line);
        }
        return persistence::Visit::next;
    });
}

int no_comparison(const std::string& sentence) {
    return complain(sentence, exit_misconfigured);
}

std::variant<StatementOptions, std::string> statement_options(const ReconcileOptions& options) {
    auto window = parse_window(options.from, options.to);
    if (auto* wrong = std::get_if<std::string>(&window)) {
        return std::move(*wrong);
    }
    const auto slack_s = parse_duration_s(options.slack);
    if (!slack_s) {
        return "--slack is " + options.slack + "; it must be " + duration_form;
    }
    StatementOptions wanted;
    wanted.path = options.gateway;
    wanted.layout = options.layout;
    wanted.columns = options.columns;
    wanted.window = std::get<TimeWindow>(window);
    wanted.slack_ms = *slack_s * domain::ms_per_s;
    wanted.separator = options.separator == "tab" ? '\t' : options.separator.front();
    if (!options.amounts.empty()) {
        wanted.unit = options.amounts == "fen" ? MoneyUnit::fen : MoneyUnit::yuan;
    }
    if (options.encoding != "auto") {
        wanted.encoding = options.encoding == "utf-8" ? Encoding::utf_8 : Encoding::gb18030;
    }
    return wanted;
}

int reconcile(const ReconcileOptions& options) {
    const auto understood = statement_options(options);
    if (const auto* wrong = std::get_if<std::string>(&understood)) {
        return no_comparison(*wrong);
    }
    const auto& wanted = std::get<StatementOptions>(understood);
    auto read = read_statement(wanted);
    if (const auto* failure = std::get_if<Failure>(&read)) {
        return no_comparison(failure->sentence);
    }
    auto& theirs = std::get<Statement>(read);
    OurPayments ours;
    if (const auto failure = read_ours(options.data_dir, wanted, ours)) {
        return no_comparison(failure->sentence);
    }
    auto opened = Output::open(options.output);
    if (const auto* failure = std::get_if<Failure>(&opened)) {
        return no_comparison(failure->sentence);
    }
    Output& output = *std::get<std::unique_ptr<Output>>(opened);
    ReconcileReport report(output, options.format, options.tells_matched, theirs, ours);
    match(theirs.payments, ours.payments, [&](const Match& one) { report.take(one); });
    const bool differs = report.end();
    if (const auto failure = output.commit()) {
        return no_comparison(failure->sentence);
    }
    return differs ? exit_failed : exit_ok;
}

void add_column_flags(CLI::App& command, ReconcileOptions& options) {
    command
        .add_option("--reference-column", options.columns.reference,
                    "the column whose text is our reference or gateway_ref")
        ->type_name("NAME");
    command
        .add_option("--amount-column", options.columns.amount,
                    "the column of amounts; what is below zero went out")
        ->type_name("NAME");
    command
        .add_option("--refund-column", options.columns.refund,
                    "the column of what went out, if it has one of its own")
        ->type_name("NAME");
    command
        .add_option("--time-column", options.columns.time,
                    "the column of times, in UTC+8 unless a zone stands behind")
        ->type_name("NAME");
    command.add_option("--amounts", options.amounts, "what amounts are in: yuan (12.30) or fen")
        ->type_name("UNIT")
        ->check(CLI::IsMember({"yuan", "fen"}));
    command.add_option("--encoding", options.encoding, "auto, utf-8, gbk or gb18030")
        ->type_name("WORD")
        ->check(CLI::IsMember({"auto", "utf-8", "gbk", "gb18030"}))
        ->capture_default_str();
    command.add_option("--separator", options.separator, "what stands between fields")
        ->type_name("WORD")
        ->check(CLI::IsMember({",", ";", "tab"}))
        ->capture_default_str();
}

} // namespace

Command reconcile_command(CLI::App& app) {
    auto* command = app.add_subcommand(
        "reconcile",
        "match a gateway's or bank's statement with deposits, withdrawals and external "
        "payments (对账)\n"
        "By reference; also beside a running server. Status 0: all match, 1: there are "
        "differences, 2: nothing was compared.");
    const auto options = std::make_shared<ReconcileOptions>();
    command->add_option("--gateway", options->gateway, "the statement, a CSV file")
        ->type_name("FILE")
        ->required();
    const DataPlace place(*command);
    command
        ->add_option("--layout", options->layout,
                     "wechat, alipay, columns (named by flags), or auto: told by the columns")
        ->type_name("WORD")
        ->check(CLI::IsMember({"auto", "wechat", "alipay", "columns"}))
        ->capture_default_str();
    add_column_flags(*command, *options);
    command
        ->add_option("--slack", options->slack,
                     "what is so much outside of these times may still match")
        ->type_name("DURATION")
        ->capture_default_str();
    command->add_option("--format", options->format, "table, csv or json")
        ->type_name("WORD")
        ->check(CLI::IsMember({"table", "csv", "json"}))
        ->capture_default_str();
    command->add_flag("--all", options->tells_matched, "tell what matches, too");
    add_window_and_output_flags(*command, options->from, options->to, options->output);
    return {command, [place, options] {
                return place.run(false, [&](const std::string& data_dir) {
                    options->data_dir = data_dir;
                    return reconcile(*options);
                });
            }};
}

} // namespace hongbao::ops
