// Role: quotes, and the guard against formulas.
#include "http/api/exports/csv.hpp"

#include <algorithm>
#include <array>

namespace hongbao::http {

namespace {

bool looks_like_a_formula(std::string_view value) {
    constexpr std::array<std::string_view, 11> beginnings{
        "=", "+", "-", "@", "\t", "\r", "'", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};
    return std::ranges::any_of(
        beginnings, [value](std::string_view beginning) { return value.starts_with(beginning); });
}

} // namespace

CsvLine& CsvLine::plain(std::string_view value) {
    out_.append(is_first_ ? "" : ",").append(value);
    is_first_ = false;
    return *this;
}

CsvLine& CsvLine::text(std::string_view value) {
    std::string guarded(looks_like_a_formula(value) ? "'" : "");
    guarded.append(value);
    if (guarded.find_first_of("\",\r\n") == std::string::npos) {
        return plain(guarded);
    }
    std::string quoted("\"");
    for (const char character : guarded) {
        quoted.append(character == '"' ? 2 : 1, character);
    }
    return plain(quoted + "\"");
}

} // namespace hongbao::http
