// Role: lines of CSV (RFC 4180) that a spreadsheet takes as they are meant. A text that begins like
// a formula (= + - @, a tab or a carriage return, or their wide forms) gets an apostrophe in front,
// and so does one that begins with an apostrophe: whoever reads the file by program takes one away.
// Numbers are written as they are. Pure.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace hongbao::http {

class CsvLine {
  public:
    /// Appends to `out`.
    explicit CsvLine(std::string& out) : out_(out) {}

    CsvLine& text(std::string_view value);
    template <std::integral Number>
    CsvLine& number(Number value) {
        return plain(std::to_string(value));
    }
    /// What needs neither quotes nor an apostrophe: digits, words of ours, instants, nothing.
    CsvLine& plain(std::string_view value);
    void end() { out_ += "\r\n"; }

  private:
    std::string& out_;
    bool is_first_ = true;
};

} // namespace hongbao::http
