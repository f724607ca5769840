// Role: from rows to payments.
#include "ops/books/statement.hpp"

#include "ops/books/csv_rows.hpp"

#include <algorithm>
#include <charconv>

namespace hongbao::ops {

namespace {

using persistence::Failure;

constexpr std::size_t bad_lines_told_max = 100'000;

std::optional<std::uint64_t> whole_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end != text.data() ? std::optional(number) : std::nullopt;
}

/// "#交易合计：12笔，…": the number behind this word.
std::optional<std::uint64_t> number_behind(std::string_view text, std::string_view word) {
    const std::size_t at = text.find(word);
    return at == std::string_view::npos ? std::nullopt
                                        : whole_number(text.substr(at + word.size()));
}

class StatementReading {
  public:
    explicit StatementReading(const StatementOptions& options) : options_(options) {}

    Statement statement;
    std::string fault; // of the layout

    bool has_layout() const { return layout_.has_value(); }

    void take_row(std::uint64_t line, const std::vector<std::string>& row) {
        if (!fault.empty()) {
            return;
        }
        if (row.front().starts_with('#')) {
            take_comment(row);
        } else if (!layout_) {
            take_names(row);
        } else if (is_in_summary_) {
            take_summary(line, row);
        } else if (is_summary_head(row)) {
            is_in_summary_ = true;
        } else if (!is_blank(row)) {
            rows_ += 1;
            take_payment(line, row);
        }
    }
    /// A line that is not a part of any row.
    void take_lost(std::uint64_t line, const std::string& why) {
        rows_ += layout_ ? 1 : 0;
        take_bad(line, why);
    }
    void take_bad(std::uint64_t line, const std::string& why) {
        statement.bad_line_count += 1;
        if (statement.bad_lines.size() < bad_lines_told_max) {
            statement.bad_lines.emplace_back(line, why);
        }
    }
    /// The same, in a file that may have comments.
    void take_no_row(std::uint64_t line, std::string_view text, const std::string& why) {
        if (text.starts_with('#')) {
            take_comment({std::string(text)});
        } else {
            take_lost(line, why);
        }
    }
    void end() {
        statement.layout = layout_ ? layout_->name : "";
        const bool has_end =
            layout_ && (layout_->name.starts_with("WeChat") || layout_->name.starts_with("Alipay"));
        if (has_end && !told_rows_) {
            statement.not_whole = "the lines at its end that sum it up are missing: it was cut "
                                  "short, or these were taken away";
        } else if (told_rows_ && *told_rows_ != rows_) {
            statement.not_whole = "it says that it has " + std::to_string(*told_rows_) +
                                  " rows, and there are " + std::to_string(rows_);
        }
    }

  private:
    static bool is_blank(const std::vector<std::string>& row) {
        return std::ranges::all_of(row,
                                   [](const std::string& field) { return bare(field).empty(); });
    }
    static bool is_summary_head(const std::vector<std::string>& row) {
        const std::string first = bare(row.front());
        return first == "总交易单数" || first == "资金流水总笔数";
    }
    void take_names(const std::vector<std::string>& row) {
        auto found = find_layout(row, options_.layout, options_.columns, options_.unit);
        if (auto* wrong = std::get_if<std::string>(&found)) {
            fault = std::move(*wrong);
        } else {
            layout_ = std::move(std::get<0>(found));
        }
    }
    void take_summary(std::uint64_t line, const std::vector<std::string>& row) {
        const auto count = whole_number(bare(row.front()));
        if (!count || told_rows_) {
            take_bad(line, "it stands behind the sums, and is none of them");
        }
        told_rows_ = count;
    }
    void take_comment(const std::vector<std::string>& row) {
        std::string text;
        for (const std::string& field : row) {
            text += field + ",";
        }
        for (const std::string_view word :
             {"交易合计：", "退款合计：", "支出合计：", "收入合计："}) {
            if (const auto count = number_behind(text, word)) {
                told_rows_ = told_rows_.value_or(0) + *count;
            }
        }
    }

    /// What the fields say, or why they say nothing.
    void take_payment(std::uint64_t line, const std::vector<std::string>& row) {
        // Files of the providers end some rows with a comma more.
        const bool is_sound = row.size() == layout_->columns ||
                              (row.size() == layout_->columns + 1 && row.back().empty());
        if (!is_sound) {
            return take_bad(line, "it has " + std::to_string(row.size()) + " fields instead of " +
                                      std::to_string(layout_->columns));
        }
        const std::string kind = layout_->kind ? bare(row[*layout_->kind]) : std::string();
        const bool is_refund = !layout_->refund_kind.empty() && kind == layout_->refund_kind;
        const auto amount_fen = amount_of(line, row, is_refund);
        if (!amount_fen) {
            return;
        }
        if (is_other(row)) {
            statement.left_out_count += 1;
            statement.left_out_fen += *amount_fen;
            return;
        }
        const std::size_t where = is_refund && layout_->refund_reference
                                      ? *layout_->refund_reference
                                      : layout_->reference;
        const std::string reference = bare(row[where]);
        if (reference.empty()) {
            return take_bad(line, "it has no " + layout_->names[where]);
        }
        add(line, row, reference, *amount_fen);
    }
    bool is_other(const std::vector<std::string>& row) const {
        // In that column alone: somebody's note may speak of fees, too.
        return std::ranges::any_of(layout_->other_kinds, [&](std::string_view other) {
            return row[*layout_->other_kind].find(other) != std::string::npos;
        });
    }
    /// An empty field is 0 if there is another for amounts.
    std::optional<std::int64_t>
    field_amount(std::uint64_t line, const std::vector<std::string>& row, std::size_t place) {
        const std::string text = bare(row[place]);
        if (text.empty() && layout_->refund) {
            return 0;
        }
        const auto amount_fen = parse_amount(text, layout_->unit);
        if (!amount_fen) {
            take_bad(line, layout_->names[place] + " is \"" + text + "\", no amount in " +
                               (layout_->unit == MoneyUnit::yuan ? "yuan" : "fen"));
        }
        return amount_fen;
    }
    std::optional<std::int64_t> amount_of(std::uint64_t line, const std::vector<std::string>& row,
                                          bool is_refund) {
        const auto in_fen = field_amount(line, row, layout_->amount);
        const auto out_fen = in_fen && layout_->refund ? field_amount(line, row, *layout_->refund)
                                                       : std::optional<std::int64_t>(0);
        if (!in_fen || !out_fen) {
            return std::nullopt;
        }
        const std::int64_t out = *out_fen < 0 ? -*out_fen : *out_fen;
        if (is_refund) { // its amount may be that of the payment
            return layout_->refund ? -out : (*in_fen < 0 ? *in_fen : -*in_fen);
        }
        if (*in_fen != 0 && out != 0 && layout_->refund_kind.empty()) {
            take_bad(line, "it has both " + layout_->names[layout_->amount] + " and " +
                               layout_->names[*layout_->refund]);
            return std::nullopt;
        }
        return *in_fen != 0 || !layout_->refund_kind.empty() ? *in_fen : -out;
    }
    void add(std::uint64_t line, const std::vector<std::string>& row, const std::string& reference,
             std::int64_t amount_fen) {
        PaymentLine payment;
        payment.number = line;
        payment.amount_fen = amount_fen;
        if (layout_->time) {
            const std::string text = bare(row[*layout_->time]);
            const auto at = parse_time(text);
            if (!at) {
                return take_bad(line,
                                layout_->names[*layout_->time] + " is \"" + text + "\", no time");
            }
            payment.at = *at;
            payment.is_at_edge = !options_.window.holds(*at);
            if (payment.is_at_edge && !is_near(*at)) {
                statement.outside_count += 1;
                return;
            }
        }
        statement.payments.add(reference, payment);
    }
    bool is_near(domain::InstantMs at) const {
        const TimeWindow& window = options_.window;
        return (!window.from || at >= *window.from - options_.slack_ms) &&
               (!window.to || at < *window.to + options_.slack_ms);
    }

    const StatementOptions& options_;
    std::optional<StatementLayout> layout_;
    bool is_in_summary_ = false;
    std::uint64_t rows_ = 0;
    std::optional<std::uint64_t> told_rows_;
};

} // namespace

std::variant<Statement, Failure> read_statement(const StatementOptions& options) {
    StatementReading reading(options);
    CsvRows rows(
        options.separator,
        [&](std::uint64_t line, std::vector<std::string>& row) { reading.take_row(line, row); },
        [&](std::uint64_t line, std::string_view text, const std::string& why) {
            reading.take_no_row(line, text, why);
        });
    auto read = read_lines(
        options.path, options.encoding,
        {[&](std::uint64_t line, std::string_view text) { rows.take(line, text); },
         [&](std::uint64_t line, const std::string& why) { reading.take_lost(line, why); }});
    if (auto* failure = std::get_if<Failure>(&read)) {
        return std::move(*failure);
    }
    rows.end();
    if (!reading.fault.empty()) {
        return Failure{reading.fault};
    }
    if (!reading.has_layout()) {
        return Failure{options.path.string() +
                       ": no row names columns that are known; --reference-column and "
                       "--amount-column name those of another statement"};
    }
    reading.end();
    reading.statement.file = std::get<ReadFile>(read);
    return std::move(reading.statement);
}

} // namespace hongbao::ops
