// Role: a difference as a row of a table, of CSV, or as an object.
#include "ops/books/reconcile_report.hpp"

#include "http/api/exports/csv.hpp"
#include "http/api/render.hpp"
#include "ops/control/text_table.hpp"

#include <utility>

namespace hongbao::ops {

namespace {

using http::Json;

constexpr std::size_t rows_of_table_max = 1'000;

std::string number_of(const PaymentLine* line) {
    return line != nullptr ? std::to_string(line->number) : std::string();
}
std::string fen_of(const PaymentLine* line) {
    return line != nullptr ? std::to_string(line->amount_fen) : std::string();
}
std::string time_of(const PaymentLine* line) {
    return line != nullptr && line->at != 0 ? domain::to_rfc3339(line->at) : std::string();
}
Json side_of(const PaymentLine* line, const char* number_name, bool is_text) {
    if (line == nullptr) {
        return nullptr;
    }
    Json side{{number_name, is_text ? Json(std::to_string(line->number)) : Json(line->number)},
              {"amount_fen", line->amount_fen}};
    side["at"] = line->at != 0 ? Json(domain::to_rfc3339(line->at)) : Json();
    return side;
}

std::string_view class_words(MatchClass which) {
    constexpr std::array<std::string_view, match_classes> words{
        "matched",   "amount differs",      "only theirs",
        "only ours", "twice on their side", "twice on our side"};
    return words[static_cast<std::size_t>(which)];
}

const char* encoding_word(Encoding encoding) {
    switch (encoding) {
    case Encoding::unknown: return "ASCII";
    case Encoding::utf_8: return "UTF-8";
    case Encoding::gb18030: return "GBK";
    }
    return "";
}

} // namespace

ReconcileReport::ReconcileReport(Output& output, std::string format, bool tells_matched,
                                 const Statement& theirs, const OurPayments& ours)
    : output_(output), format_(std::move(format)), tells_matched_(tells_matched), theirs_(theirs),
      ours_(ours) {
    begin();
}

void ReconcileReport::begin() {
    if (format_ == "csv") {
        output_.write("class,reference,statement_line,statement_at,statement_fen,trade_no,"
                      "journal_at,journal_fen,detail\r\n");
    } else if (format_ == "json") {
        output_.write("{\"differences\":[");
    } else {
        output_.write("statement: " + theirs_.layout + ", " + encoding_word(theirs_.file.encoding) +
                      ", " + std::to_string(theirs_.file.lines) + " lines\njournal: up to record " +
                      std::to_string(ours_.last) + "\n\n");
    }
    for (const auto& [line, why] : theirs_.bad_lines) {
        PaymentLine where;
        where.number = line;
        tell("bad_line", "", &where, nullptr, why);
    }
    if (!theirs_.not_whole.empty()) {
        tell("not_whole", "", nullptr, nullptr, theirs_.not_whole);
    }
}

void ReconcileReport::take(const Match& match) {
    ClassSums& sums = sums_[static_cast<std::size_t>(match.which)];
    sums.count += 1;
    sums.theirs_fen += match.theirs != nullptr ? match.theirs->amount_fen : 0;
    sums.ours_fen += match.ours != nullptr ? match.ours->amount_fen : 0;
    if (match.which != MatchClass::matched || tells_matched_) {
        const std::string_view reference = match.theirs != nullptr
                                               ? theirs_.payments.reference_of(*match.theirs)
                                               : ours_.payments.reference_of(*match.ours);
        tell(match_words[static_cast<std::size_t>(match.which)], reference, match.theirs,
             match.ours, {});
    }
}

void ReconcileReport::tell(std::string_view which, std::string_view reference,
                           const PaymentLine* theirs, const PaymentLine* ours,
                           std::string_view detail) {
    const bool is_payment = detail.empty();
    told_ += 1;
    if (format_ == "csv") {
        std::string text;
        http::CsvLine(text)
            .plain(which)
            .text(reference)
            .plain(number_of(theirs))
            .plain(time_of(theirs))
            .plain(is_payment ? fen_of(theirs) : "")
            .plain(number_of(ours))
            .plain(time_of(ours))
            .plain(fen_of(ours))
            .text(detail)
            .end();
        output_.write(text);
    } else if (format_ == "json") {
        Json one{{"class", which}};
        if (is_payment) {
            one["reference"] = reference;
            one["statement"] = side_of(theirs, "line", false);
            one["journal"] = side_of(ours, "trade_no", true);
        } else {
            one["line"] = theirs != nullptr ? Json(theirs->number) : Json();
            one["detail"] = detail;
        }
        output_.write((told_ == 1 ? "\n" : ",\n") +
                      one.dump(-1, ' ', false, Json::error_handler_t::replace));
    } else if (told_ <= rows_of_table_max) {
        std::string text(which);
        text.append(reference.empty() ? "" : "  ").append(reference);
        if (theirs != nullptr) {
            text += "  line " + number_of(theirs) +
                    (is_payment ? ": " + http::yuan_text(theirs->amount_fen) : std::string());
        }
        if (ours != nullptr) {
            text += "  trade " + number_of(ours) + ": " + http::yuan_text(ours->amount_fen);
        }
        output_.write(text.append(is_payment ? "" : ": ").append(detail) + "\n");
    }
}

bool ReconcileReport::end() {
    if (format_ == "json") {
        end_json();
    } else if (format_ == "table") {
        end_table();
    }
    bool differs = theirs_.bad_line_count != 0 || !theirs_.not_whole.empty();
    for (std::size_t which = 1; which < match_classes; ++which) {
        differs = differs || sums_[which].count != 0;
    }
    return differs;
}

void ReconcileReport::end_table() {
    if (told_ > rows_of_table_max) {
        output_.write("and " + std::to_string(told_ - rows_of_table_max) +
                      " more: --format csv has all of them\n");
    }
    std::vector<std::vector<std::string>> rows{{"", "count", "theirs", "ours", "difference"}};
    for (std::size_t which = 0; which < match_classes; ++which) {
        const ClassSums& sums = sums_[which];
        rows.push_back({std::string(class_words(static_cast<MatchClass>(which))),
                        std::to_string(sums.count), http::yuan_text(sums.theirs_fen),
                        http::yuan_text(sums.ours_fen),
                        http::yuan_text(sums.theirs_fen - sums.ours_fen)});
    }
    output_.write((told_ == 0 ? "" : "\n") + text_table(rows));
    output_.write("lines that cannot be read: " + std::to_string(theirs_.bad_line_count) +
                  "\nleft out, as fees and the like: " + std::to_string(theirs_.left_out_count) +
                  ", " + http::yuan_text(theirs_.left_out_fen) +
                  "\nleft out, of another time: " + std::to_string(theirs_.outside_count) + "\n");
}

void ReconcileReport::end_json() {
    std::string text = "],\n\"classes\":{";
    for (std::size_t which = 0; which < match_classes; ++which) {
        const ClassSums& sums = sums_[which];
        text.append(which == 0 ? "" : ",").append("\"").append(match_words[which]);
        text += "\":{\"count\":" + std::to_string(sums.count) +
                ",\"theirs_fen\":" + http::decimal(sums.theirs_fen) +
                ",\"ours_fen\":" + http::decimal(sums.ours_fen) + "}";
    }
    const Json statement{{"layout", theirs_.layout},
                         {"encoding", encoding_word(theirs_.file.encoding)},
                         {"lines", theirs_.file.lines},
                         {"bad_lines", theirs_.bad_line_count},
                         {"left_out", theirs_.left_out_count},
                         {"left_out_fen", theirs_.left_out_fen},
                         {"of_another_time", theirs_.outside_count}};
    output_.write(text + "},\n\"statement\":" +
                  statement.dump(-1, ' ', false, Json::error_handler_t::replace) +
                  ",\n\"journal_sequence\":" + std::to_string(ours_.last) + "}\n");
}

} // namespace hongbao::ops
