// Role: bars of eight heights.
#include "ops/top/figures/history.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace hongbao::ops::top {

namespace {

/// 0 has no bar but a thin line, what is more than 0 at least the next.
std::string bar(const Figure& value, double most) {
    constexpr std::array bars{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    if (!value) {
        return " ";
    }
    if (!(*value > 0)) {
        return bars[0];
    }
    const double height = std::ceil(*value / most * static_cast<double>(bars.size() - 1));
    return bars[std::clamp(static_cast<std::size_t>(height), std::size_t{1}, bars.size() - 1)];
}

} // namespace

void History::add(const Figure& value) {
    values_.push_back(value);
    if (values_.size() > kept_max) {
        values_.pop_front();
    }
}

Figure History::most(std::size_t count) const {
    Figure most;
    const auto last = values_.end() - static_cast<std::ptrdiff_t>(std::min(count, values_.size()));
    std::for_each(last, values_.end(), [&](const Figure& value) {
        most = value ? std::max(most.value_or(*value), *value) : most;
    });
    return most;
}

std::string History::sparkline(std::size_t columns) const {
    const std::size_t shown = std::min(columns, values_.size());
    const double scale = most(shown).value_or(0);
    std::string line(columns - shown, ' ');
    for (std::size_t i = values_.size() - shown; i < values_.size(); ++i) {
        line += bar(values_[i], scale);
    }
    return line;
}

} // namespace hongbao::ops::top
