// Role: a statement of a gateway or bank, read: its payments, and what of it is none.
// Owner thread: main's.
#pragma once

#include "ops/books/matching.hpp"
#include "ops/books/statement_file.hpp"
#include "ops/books/statement_layout.hpp"
#include "ops/books/time_window.hpp"
#include "persistence/failure.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace hongbao::ops {

struct StatementOptions {
    std::filesystem::path path;
    std::string layout = "auto";
    ColumnNames columns;
    std::optional<MoneyUnit> unit{};
    Encoding encoding = Encoding::unknown;
    char separator = ',';
    TimeWindow window;
    std::int64_t slack_ms = 0; // what is so much outside of the window may still match
};

struct Statement {
    Payments payments;
    std::string layout;
    ReadFile file;
    /// Lines that could not be read, with the reason: the first of them, and how many there are.
    std::vector<std::pair<std::uint64_t, std::string>> bad_lines;
    std::uint64_t bad_line_count = 0;
    /// Rows that are no payments by what the layout says: fees, and what was revoked.
    std::uint64_t left_out_count = 0;
    std::int64_t left_out_fen = 0;
    std::uint64_t outside_count = 0; // of the times asked for, by far
    /// What the statement says of itself that is not so; empty: nothing.
    std::string not_whole;
};

/// The failure is a sentence: the file cannot be read, or it has no row of names that is known.
std::variant<Statement, persistence::Failure> read_statement(const StatementOptions& options);

} // namespace hongbao::ops
