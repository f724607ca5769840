// Role: figures as people read them, short enough for a column. Pure.
#pragma once

#include "ops/top/figures/figures.hpp"

#include <string>

namespace hongbao::ops::top {

/// What stands for a figure that is not known.
inline constexpr const char* unknown = "–";

/// "0", "0.4", "12", "1.23k", "4.5M"
std::string count_in_words(const Figure& count);
/// "1.23k/s"
std::string rate_in_words(const Figure& per_s);
/// "340 µs", "2.1 ms", "> 10 s"
std::string time_in_words(const std::optional<Quantile>& time_s);
std::string time_in_words(const Figure& time_s);
/// "1.2 GiB"
std::string bytes_in_words(const Figure& bytes);
/// "45 s", "12 min", "3 h 12 min", "2 d 5 h"
std::string uptime_in_words(const Figure& up_s);
/// Whole fen, with all digits: "-12"
std::string fen_in_words(double fen);

} // namespace hongbao::ops::top
