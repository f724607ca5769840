// Role: the last values of a figure, and a picture of them in one line. Owner thread: main's.
// Invariant: never more than `kept_max` values.
#pragma once

#include "ops/top/figures/figures.hpp"

#include <cstddef>
#include <deque>
#include <string>

namespace hongbao::ops::top {

class History {
  public:
    /// A gap if it is absent.
    void add(const Figure& value);
    /// The largest of the last `count`; absent if all are gaps.
    Figure most(std::size_t count) const;
    /// The last `columns` of them, the latest at the right; the highest bar is the largest shown.
    std::string sparkline(std::size_t columns) const;

  private:
    static constexpr std::size_t kept_max = 512; // more than a terminal has columns
    std::deque<Figure> values_;
};

} // namespace hongbao::ops::top
