// Role: making rows of a picture. Pure.
#pragma once

#include "ops/top/view/picture.hpp"

namespace hongbao::ops::top {

std::size_t width_of(const Row& row);

/// No wider than `columns`.
Row cut(const Row& row, std::size_t columns);

/// Exactly `columns` wide: `left`, then blanks, then `right`, which gives way.
Row spread(Row left, const Row& right, std::size_t columns);

/// Appends blanks up to `columns`, then `more`.
void append_at(Row& row, std::size_t columns, const Row& more);

} // namespace hongbao::ops::top
