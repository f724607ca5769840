// Role: whether the clock is synchronised, and agrees with the journal.
#include "actors/environment/clock.hpp"
#include "actors/environment/ids.hpp"
#include "domain/values/rfc3339.hpp"
#include "ops/doctor/checks/checks.hpp"
#include "ops/doctor/words.hpp"

#include <sys/timex.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace hongbao::ops::doctor {

namespace {

/// As a start: the clocks of two machines may differ by this much.
constexpr domain::InstantMs clock_behind_ms_max = 60'000;
constexpr double offset_ms_warned = 100;

const char* const set_it = "set the clock, and have it synchronised: apt-get install "
                           "systemd-timesyncd (or chrony), timedatectl set-ntp true";

std::string ms_in_words(double ms) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%+.1f ms", ms);
    return text.data();
}

Finding look_at_synchronisation() {
    timex clock{};
    const int state = ::adjtimex(&clock);
    if (state < 0) {
        return unseen(std::string("the kernel does not say whether the clock is synchronised: ") +
                      std::strerror(errno));
    }
    const double units_per_ms = (clock.status & STA_NANO) != 0 ? 1e6 : 1e3;
    const double offset_ms = static_cast<double>(clock.offset) / units_per_ms;
    const bool is_synchronised = state != TIME_ERROR && (clock.status & STA_UNSYNC) == 0;
    Finding finding = fine("the clock is synchronised, off by " + ms_in_words(offset_ms) +
                           " as far as it is known");
    if (!is_synchronised) {
        finding =
            warning("the clock is not synchronised: as far as the kernel knows, nobody keeps "
                    "it right. Packets and sales end by it",
                    std::string(set_it) + "; in a virtual machine or a container its host may "
                                          "keep it right without telling");
    } else if (offset_ms > offset_ms_warned || offset_ms < -offset_ms_warned) {
        finding =
            warning("the clock is being corrected by " + ms_in_words(offset_ms),
                    "wait until it is right; see timedatectl timesync-status or chronyc tracking");
    }
    finding.figures = {{"synchronised", is_synchronised},
                       {"offset_ms", offset_ms},
                       {"error_ms", static_cast<double>(clock.maxerror) / 1e3}};
    return finding;
}

std::optional<Finding> compare_with_journal(const Patient& patient, domain::InstantMs now) {
    const StoreFacts* const store = patient.store_facts();
    if (store == nullptr || store->last_at == 0) {
        return std::nullopt;
    }
    const std::string last = "the journal's last record of " + domain::to_rfc3339(store->last_at);
    if (store->last_at <= now + clock_behind_ms_max) {
        return std::nullopt;
    }
    return failure("the clock shows " + domain::to_rfc3339(now) + ", " +
                       duration_in_words(store->last_at - now) + " before " + last +
                       ": new records would have earlier times than older ones",
                   set_it);
}

} // namespace

Findings check_clock(const Patient& patient) {
    Findings findings{look_at_synchronisation()};
    const domain::InstantMs now = actors::WallClock::machine_time();
    if (patient.settings.clock == config::ClockKind::manual) {
        findings.push_back(warning("clock = manual: time moves only by POST /v1/clock/advance",
                                   "for tests and demos alone: take it out of the settings"));
        return findings;
    }
    if (now < actors::clock_ms_min || now >= actors::clock_ms_max) {
        findings.push_back(failure("the clock shows " + domain::to_rfc3339(now) +
                                       ", but there are ids only for times from " +
                                       domain::to_rfc3339(actors::clock_ms_min) + " until " +
                                       domain::to_rfc3339(actors::clock_ms_max),
                                   set_it));
    }
    if (auto difference = compare_with_journal(patient, now)) {
        findings.push_back(std::move(*difference));
    }
    return findings;
}

} // namespace hongbao::ops::doctor
