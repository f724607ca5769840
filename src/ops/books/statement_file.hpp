// Role: the lines of a text file in UTF-8, whatever it is written in: UTF-8 with or without a byte
// order mark, or GBK and GB18030, which iconv reads. What a file is written in is told by its first
// line that is not ASCII alone, unless it is said. Owner thread: the caller's.
#pragma once

#include "persistence/failure.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace hongbao::ops {

enum class Encoding : std::uint8_t { unknown, utf_8, gb18030 };

struct ReadFile {
    std::uint64_t lines = 0;
    std::uint64_t bytes = 0;
    Encoding encoding = Encoding::unknown; // ASCII alone
};

/// Hands every line to `on_line`, with its line break, and those that cannot be in this encoding to
/// `on_bad_line`. Returns what it has read, or why it cannot.
struct LineVisitor {
    std::function<void(std::uint64_t line, std::string_view text)> on_line;
    std::function<void(std::uint64_t line, const std::string& why)> on_bad_line;
};
std::variant<ReadFile, persistence::Failure>
read_lines(const std::filesystem::path& path, Encoding encoding, const LineVisitor& visitor);

} // namespace hongbao::ops
