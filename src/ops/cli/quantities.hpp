// Role: sizes and times in a unit in which they are short. Pure.
#pragma once

#include <cstdint>
#include <string>

namespace hongbao::ops {

/// Three digits that count: "3.21", "32.1", "321".
std::string short_number(double value);
/// "3.21 GiB"
std::string bytes_in_words(std::uint64_t bytes);
/// "17 µs", "4.20 ms", "1.30 s"
std::string latency_in_words(double latency_us);

} // namespace hongbao::ops
