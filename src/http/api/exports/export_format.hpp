// Role: the forms in which the books are exported. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hongbao::http {

enum class ExportFormat : std::uint8_t { csv, jsonl, ledger };
inline constexpr std::array<std::string_view, 3> export_format_words{"csv", "jsonl", "ledger"};

constexpr const char* content_type_of(ExportFormat format) {
    constexpr std::array<const char*, 3> types{"text/csv; charset=utf-8", "application/jsonl",
                                               "text/plain; charset=utf-8"};
    return types[static_cast<std::size_t>(format)];
}

} // namespace hongbao::http
