// Role: writes the figures of a benchmark.
#include "ops/bench/report.hpp"

#include <cstdio>

namespace hongbao::ops {

double BenchMeasured::seconds() const {
    const auto took_ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
    return static_cast<double>(took_ms) / 1'000;
}

std::uint64_t BenchMeasured::per_second() const {
    const auto took_us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
    return took_us > 0 ? count * 1'000'000 / static_cast<std::uint64_t>(took_us) : 0;
}

std::string grouped(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t place = digits.size(); place > 3; place -= 3) {
        digits.insert(place - 3, 1, ',');
    }
    return digits;
}

void print_line(const char* name, const std::string& value) {
    std::printf("%-20s %s\n", name, value.c_str());
}

void print_speed(const char* per_second_name, const BenchMeasured& measured) {
    char seconds[32];
    std::snprintf(seconds, sizeof seconds, "%.3f", measured.seconds());
    print_line("seconds", seconds);
    print_line(per_second_name, grouped(measured.per_second()));
}

void print_place(const BenchFolder& folder) {
    print_line("journal",
               folder.path().string() +
                   (folder.is_in_memory() ? " (in memory: syncs cost nothing here)" : " (synced)"));
}

} // namespace hongbao::ops
