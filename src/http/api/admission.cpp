// Role: the order in which bounds are checked.
#include "http/api/admission.hpp"

#include "actors/engine.hpp"
#include "domain/values/invariant.hpp"

#include <string>

namespace hongbao::http {

std::optional<Problem> Admission::find_stall(const actors::Pressure& pressure) const {
    if (pressure.journal_busy_ms < limits_.commit_stall_ms) {
        return std::nullopt;
    }
    return Problem{"not_ready", "The journal has not ended a commit for " +
                                    std::to_string(pressure.journal_busy_ms / 1'000) +
                                    " s: its disk does not answer, or has no room. Nothing was "
                                    "changed; try again."};
}

std::optional<Problem> Admission::enter(std::int64_t count, Purpose purpose,
                                        const actors::Pressure& pressure) {
    if (purpose != Purpose::read) {
        if (!pressure.journal_has_room) {
            return journal_full();
        }
        if (auto stall = find_stall(pressure)) {
            return stall;
        }
        if (pressure.unprojected_records > limits_.unprojected_records_max) {
            return read_model_lags();
        }
    }
    if (purpose == Purpose::keyed_write &&
        pressure.idempotency_keys >= limits_.idempotency_keys_max) {
        return Problem{"overloaded", "Too many idempotency keys are kept; see "
                                     "idempotency_keys_max of the settings."};
    }
    // A batch larger than the bound may go alone: otherwise it could never go.
    const std::int64_t before = in_flight_.fetch_add(count);
    if (before > 0 && before + count > limits_.commands_in_flight_max) {
        in_flight_ -= count;
        return Problem{"overloaded", "Nothing was changed; try again."};
    }
    return std::nullopt;
}

std::optional<Problem> Admission::enter_stream(const domain::Principal& principal) {
    if (streams_.fetch_add(1) >= limits_.streams_max) {
        streams_ -= 1;
        return Problem{"overloaded", "As many streams are open as streams_max of the settings "
                                     "allows; try again later."};
    }
    if (principal.scope != domain::Scope::user) {
        return std::nullopt;
    }
    const std::lock_guard lock(mutex_);
    std::int64_t& open = streams_of_users_[principal.user_id];
    if (open >= streams_per_user_max) {
        streams_ -= 1;
        Problem problem{"rate_limited", "This user follows " + std::to_string(open) +
                                            " things already, which is as many as one may."};
        problem.retry_after_s = 5;
        return problem;
    }
    open += 1;
    return std::nullopt;
}

void Admission::leave_stream(const domain::Principal& principal) {
    streams_ -= 1;
    if (principal.scope != domain::Scope::user) {
        return;
    }
    const std::lock_guard lock(mutex_);
    const auto found = streams_of_users_.find(principal.user_id);
    domain::invariant(found != streams_of_users_.end(), "a stream that ends had begun");
    if (--found->second == 0) {
        streams_of_users_.erase(found);
    }
}

} // namespace hongbao::http
