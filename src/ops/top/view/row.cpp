// Role: rows by the widths of their words.
#include "ops/top/view/row.hpp"

#include "ops/top/view/columns.hpp"

namespace hongbao::ops::top {

std::size_t width_of(const Row& row) {
    std::size_t width = 0;
    for (const Span& span : row) {
        width += width_of(span.text);
    }
    return width;
}

Row cut(const Row& row, std::size_t columns) {
    Row result;
    for (const Span& span : row) {
        const std::string text = cut(span.text, columns);
        columns -= width_of(text);
        result.push_back({text, span.style});
        if (text.size() < span.text.size()) {
            break;
        }
    }
    return result;
}

Row spread(Row left, const Row& right, std::size_t columns) {
    left = cut(left, columns);
    const std::size_t wide = width_of(right);
    const bool fits = width_of(left) + 1 + wide <= columns;
    append_at(left, fits ? columns - wide : columns, fits ? right : Row());
    return left;
}

void append_at(Row& row, std::size_t columns, const Row& more) {
    const std::size_t width = width_of(row);
    if (width < columns) {
        row.push_back({std::string(columns - width, ' '), Style::plain});
    }
    row.insert(row.end(), more.begin(), more.end());
}

} // namespace hongbao::ops::top
