// Role: what the kernel's word on the clock means. Pure.
#pragma once

#include "ops/doctor/finding.hpp"

namespace hongbao::ops::doctor {

/// As the kernel has it from whoever keeps the clock right (adjtimex).
struct ClockFacts {
    bool is_synchronised = false;
    double offset_ms = 0; // still to be corrected
    double error_ms = 0;  // at most
};

/// What mends a clock.
extern const char* const set_the_clock;

Finding judge_synchronisation(const ClockFacts& clock);

} // namespace hongbao::ops::doctor
