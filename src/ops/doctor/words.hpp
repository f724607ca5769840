// Role: figures in the words of sentences. Pure.
#pragma once

#include <cstdint>
#include <string>

namespace hongbao::ops::doctor {

/// "3.2 GiB"
std::string bytes_in_words(std::uint64_t bytes);
/// "1 record", "17 records"
std::string counted(std::uint64_t count, const std::string& name);
/// "4 days", "90 minutes", "12 seconds"
std::string duration_in_words(std::int64_t duration_ms);
/// "0.42 ms", "17 µs", "1.3 s"
std::string latency_in_words(double latency_us);

} // namespace hongbao::ops::doctor
