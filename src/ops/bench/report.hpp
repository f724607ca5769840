// Role: what a benchmark prints: lines for people, each a name and a value, on stdout.
// Owner thread: the caller's.
#pragma once

#include "ops/bench/rig.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace hongbao::ops {

/// `count` things, done in the time `took`.
struct BenchMeasured {
    std::uint64_t count = 0;
    std::chrono::steady_clock::duration took{};

    double seconds() const; // to the millisecond
    std::uint64_t per_second() const;
};

/// "1,234,567"
std::string grouped(std::uint64_t number);

void print_line(const char* name, const std::string& value);
/// The seconds it took, then the speed under `per_second_name`.
void print_speed(const char* per_second_name, const BenchMeasured& measured);
/// Where the journal was, and whether its syncs meant anything.
void print_place(const BenchFolder& folder);

} // namespace hongbao::ops
