// Role: what stands where on the screen: rows of words with their meaning, whatever draws them.
// Pure. Invariants: no row is wider than the screen, there are no more rows than it has, and the
// most important stand at the top.
#pragma once

#include "ops/top/figures/watch.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace hongbao::ops::top {

enum class Style : std::uint8_t { plain, faint, strong, title, good, warning, alarm, bar };

struct Span {
    std::string text; // harmless
    Style style = Style::plain;
};
using Row = std::vector<Span>;
using Picture = std::vector<Row>;

struct Size {
    std::size_t columns = 80;
    std::size_t rows = 24; // 0: as many as there are
};

struct Frame {
    std::string place; // which server: a folder or an address
    std::string clock; // the time of day
    bool has_bars = true;
};

Picture picture_of(const Watch& watch, const Frame& frame, Size size);

/// As lines of plain text.
std::string text_of(const Picture& picture);

} // namespace hongbao::ops::top
