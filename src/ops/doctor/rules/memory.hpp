// Role: whether what the settings allow fits into the memory that the server gets. Pure.
#pragma once

#include "config/settings.hpp"
#include "ops/doctor/finding.hpp"
#include "ops/doctor/machine/memory_limits.hpp"

#include <cstdint>

namespace hongbao::ops::doctor {

/// What the settings let the server take, whatever its clients do.
std::uint64_t memory_bytes_most(const config::Settings& settings);

Findings judge_memory(std::uint64_t most_bytes, const MemoryLimits& limits);

} // namespace hongbao::ops::doctor
