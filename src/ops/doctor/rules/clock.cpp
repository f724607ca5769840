// Role: the threshold, and its sentences.
#include "ops/doctor/rules/clock.hpp"

#include <array>
#include <cmath>
#include <cstdio>

namespace hongbao::ops::doctor {

namespace {

constexpr double offset_ms_warned = 100;

std::string ms_in_words(double ms) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%+.1f ms", ms);
    return text.data();
}

} // namespace

const char* const set_the_clock = "set the clock, and have it synchronised: apt-get install "
                                  "systemd-timesyncd (or chrony), timedatectl set-ntp true";

Finding judge_synchronisation(const ClockFacts& clock) {
    Finding finding = fine("the clock is synchronised, off by " + ms_in_words(clock.offset_ms) +
                           " as far as it is known");
    if (!clock.is_synchronised) {
        finding =
            warning("the clock is not synchronised: as far as the kernel knows, nobody keeps "
                    "it right. Packets and sales end by it",
                    std::string(set_the_clock) + "; in a virtual machine or a container its host "
                                                 "may keep it right without telling");
    } else if (std::abs(clock.offset_ms) > offset_ms_warned) {
        finding =
            warning("the clock is being corrected by " + ms_in_words(clock.offset_ms),
                    "wait until it is right; see timedatectl timesync-status or chronyc tracking");
    }
    finding.figures = {{"synchronised", clock.is_synchronised},
                       {"offset_ms", clock.offset_ms},
                       {"error_ms", clock.error_ms}};
    return finding;
}

} // namespace hongbao::ops::doctor
