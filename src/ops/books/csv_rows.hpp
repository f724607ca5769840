// Role: the rows of a CSV file (RFC 4180, read by libcsv), each with the line that it begins at,
// and the lines that are no rows, with the reason. A quotation that never ends spoils the line that
// it begins in alone: what follows is read as if that line were not there. Every line is handed on,
// one way or the other.
// Owner thread: the caller's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hongbao::ops {

/// No row of a statement is longer. It bounds what is kept to be read again.
inline constexpr std::size_t row_bytes_max = std::size_t{1} << 16U;

class CsvRows {
  public:
    using OnRow = std::function<void(std::uint64_t line, std::vector<std::string>& fields)>;
    using OnBadLine =
        std::function<void(std::uint64_t line, std::string_view text, const std::string& why)>;

    CsvRows(char separator, OnRow on_row, OnBadLine on_bad_line);
    ~CsvRows();
    CsvRows(const CsvRows&) = delete;
    CsvRows& operator=(const CsvRows&) = delete;

    /// The next line in UTF-8, with its line break if it has one.
    void take(std::uint64_t line, std::string_view text);
    /// After the last line.
    void end();

  private:
    struct Parser;
    struct Line {
        std::uint64_t number = 0;
        std::string text;
    };

    void read_pending();
    void give_up_first(const std::string& why);

    const char separator_;
    const OnRow on_row_;
    const OnBadLine on_bad_line_;
    std::unique_ptr<Parser> parser_;
    std::deque<Line> row_;   // the lines of the row that has begun
    std::deque<Line> later_; // to be read again, after a line was given up
    std::size_t row_bytes_ = 0;
};

} // namespace hongbao::ops
