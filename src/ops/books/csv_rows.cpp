// Role: feeds libcsv line by line, and begins anew behind a line that cannot be part of a row.
#include "ops/books/csv_rows.hpp"

#include <csv.h>

#include <new>
#include <utility>

namespace hongbao::ops {

namespace {

/// A row of WeChat Pay's files is a line: a backtick before each field, and no quotation, whatever
/// the name of the goods may be.
std::vector<std::string> fields_behind_backticks(std::string_view text, char separator) {
    text = text.substr(1, text.find_last_not_of("\r\n"));
    const std::string between{separator, '`'};
    std::vector<std::string> fields;
    for (std::size_t end = text.find(between); end != std::string_view::npos;
         end = text.find(between)) {
        fields.emplace_back(text.substr(0, end));
        text.remove_prefix(end + between.size());
    }
    fields.emplace_back(text);
    return fields;
}

} // namespace

/// libcsv, and what it has found in the row that is being read.
struct CsvRows::Parser {
    explicit Parser(char separator) {
        if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
            throw std::bad_alloc();
        }
        csv_set_delim(&parser, static_cast<unsigned char>(separator));
        csv_set_space_func(&parser, [](unsigned char) { return 0; }); // blanks belong to fields
    }
    ~Parser() { csv_free(&parser); }
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    static void on_field(void* text, std::size_t size, void* self) {
        static_cast<Parser*>(self)->fields.emplace_back(static_cast<const char*>(text), size);
    }
    static void on_row_end(int, void* self) { static_cast<Parser*>(self)->has_row = true; }

    /// Empty, or what is wrong.
    std::string parse(std::string_view text) {
        if (csv_parse(&parser, text.data(), text.size(), on_field, on_row_end, this) ==
            text.size()) {
            return {};
        }
        return csv_error(&parser) == CSV_EPARSE ? "a quotation mark stands where none may be"
                                                : csv_strerror(csv_error(&parser));
    }
    std::string finish() {
        return csv_fini(&parser, on_field, on_row_end, this) == 0 ? std::string()
                                                                  : "a quotation never ends";
    }

    csv_parser parser{};
    std::vector<std::string> fields;
    bool has_row = false;
};

CsvRows::CsvRows(char separator, OnRow on_row, OnBadLine on_bad_line)
    : separator_(separator), on_row_(std::move(on_row)), on_bad_line_(std::move(on_bad_line)),
      parser_(std::make_unique<Parser>(separator)) {}

CsvRows::~CsvRows() = default;

void CsvRows::take(std::uint64_t line, std::string_view text) {
    later_.push_back({line, std::string(text)});
    read_pending();
}

void CsvRows::read_pending() {
    while (!later_.empty()) {
        Line line = std::move(later_.front());
        later_.pop_front();
        if (row_.empty() && line.text.starts_with('`')) {
            auto fields = fields_behind_backticks(line.text, separator_);
            on_row_(line.number, fields);
            continue;
        }
        row_bytes_ += line.text.size();
        row_.push_back(std::move(line));
        const std::string wrong = row_bytes_ > row_bytes_max ? "it is longer than any row may be"
                                                             : parser_->parse(row_.back().text);
        if (!wrong.empty()) {
            give_up_first(wrong);
        } else if (parser_->has_row) {
            on_row_(row_.front().number, parser_->fields);
            parser_->fields.clear();
            parser_->has_row = false;
            row_.clear();
            row_bytes_ = 0;
        } else if (parser_->fields.empty() &&
                   row_.back().text.find_first_not_of("\r\n") == std::string::npos &&
                   row_.size() == 1) {
            row_.clear(); // an empty line
            row_bytes_ = 0;
        }
    }
}

/// The lines behind it are read again, from the beginning of a row.
void CsvRows::give_up_first(const std::string& why) {
    const Line first = std::move(row_.front());
    row_.pop_front();
    on_bad_line_(first.number, first.text, why);
    for (; !row_.empty(); row_.pop_back()) {
        later_.push_front(std::move(row_.back()));
    }
    row_bytes_ = 0;
    parser_ = std::make_unique<Parser>(separator_);
}

void CsvRows::end() {
    while (!row_.empty()) {
        const std::string wrong = parser_->finish();
        if (wrong.empty() && parser_->has_row) {
            on_row_(row_.front().number, parser_->fields);
            row_.clear();
            return;
        }
        give_up_first(wrong.empty() ? "a row is cut short" : wrong);
        read_pending();
    }
}

} // namespace hongbao::ops
