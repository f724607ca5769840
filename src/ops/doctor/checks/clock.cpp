// Role: whether the clock is synchronised, and agrees with the journal.
#include "actors/environment/clock.hpp"
#include "ops/doctor/checks/checks.hpp"
#include "ops/doctor/rules/clock.hpp"
#include "ops/serve/start_judgements.hpp"

#include <sys/timex.h>

#include <cerrno>
#include <cstring>

namespace hongbao::ops::doctor {

namespace {

Finding look_at_synchronisation() {
    timex clock{};
    const int state = ::adjtimex(&clock);
    if (state < 0) {
        return note(std::string("the kernel does not say whether the clock is synchronised: ") +
                    std::strerror(errno));
    }
    const double units_per_ms = (clock.status & STA_NANO) != 0 ? 1e6 : 1e3;
    return judge_synchronisation({state != TIME_ERROR && (clock.status & STA_UNSYNC) == 0,
                                  static_cast<double>(clock.offset) / units_per_ms,
                                  static_cast<double>(clock.maxerror) / 1e3});
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
    if (auto without_ids = clock_without_ids(now)) {
        findings.push_back(fault(std::move(*without_ids), set_the_clock));
    }
    if (const StoreFacts* const store = patient.store_facts()) {
        if (auto behind = clock_behind_journal(now, store->last_at)) {
            findings.push_back(fault(std::move(*behind), set_the_clock));
        }
    }
    return findings;
}

} // namespace hongbao::ops::doctor
