// Role: pads each column to its longest text.
#include "ops/control/text_table.hpp"

#include <algorithm>
#include <cstddef>

namespace hongbao::ops {

namespace {

/// Characters, not bytes; wide ones count as one.
std::size_t width_of(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

} // namespace

std::string text_table(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], width_of(row[i]));
        }
    }
    std::string text;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            text += row[i];
            text += i + 1 == row.size() ? "\n" : std::string(widths[i] - width_of(row[i]) + 2, ' ');
        }
    }
    return text;
}

std::string shown(const nlohmann::json& value) {
    if (value.is_null()) {
        return "-";
    }
    if (value.is_string()) {
        return value.get<std::string>();
    }
    if (!value.is_array()) {
        return value.dump();
    }
    std::string list;
    for (const auto& item : value) {
        list += (list.empty() ? "" : ",") + shown(item);
    }
    return list.empty() ? "-" : list;
}

} // namespace hongbao::ops
