// Role: figures in the words of sentences. Pure.
#pragma once

#include "ops/cli/quantities.hpp"

#include <cstdint>
#include <string>

namespace hongbao::ops::doctor {

using ops::bytes_in_words;
/// "1 record", "17 records"
std::string counted(std::uint64_t count, const std::string& name);
/// "4 days", "90 minutes", "12 seconds"
std::string duration_in_words(std::int64_t duration_ms);

} // namespace hongbao::ops::doctor
