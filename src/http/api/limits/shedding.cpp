// Role: when the level rises and when it falls.
#include "http/api/limits/shedding.hpp"

#include <algorithm>

namespace hongbao::http {

bool Shedding::observe(std::int64_t now_ms, Strain strain, std::uint64_t refused) {
    if (!began_) {
        began_ = true;
        begin(now_ms);
    }
    not_too_high_at_ms_ = strain == Strain::too_high ? not_too_high_at_ms_ : now_ms;
    not_calm_at_ms_ = strain == Strain::calm ? not_calm_at_ms_ : now_ms;
    refused_at_ms_ = refused == 0 ? refused_at_ms_ : now_ms;

    if (level_ < shed_classes && now_ms - not_too_high_at_ms_ >= rise_ms) {
        return rise(now_ms);
    }
    const std::int64_t calm_ms = now_ms - not_calm_at_ms_;
    if (level_ > 0 && calm_ms >= fall_ms && now_ms - refused_at_ms_ >= fall_ms) {
        return fall(now_ms, false);
    }
    return level_ > 0 && calm_ms >= trial_ms_ && fall(now_ms, true);
}

bool Shedding::rise(std::int64_t now_ms) {
    if (now_ms < trial_until_ms_) {
        trial_ms_ = std::min(2 * trial_ms_, trial_ms_max);
    }
    level_ += 1;
    begin(now_ms);
    return true;
}

bool Shedding::fall(std::int64_t now_ms, bool is_trial) {
    level_ -= 1;
    if (is_trial) {
        trial_until_ms_ = now_ms + trial_ms_min;
    } else {
        trial_until_ms_ = 0;
        trial_ms_ = level_ == 0 ? trial_ms_min : trial_ms_;
    }
    begin(now_ms);
    return true;
}

void Shedding::begin(std::int64_t now_ms) {
    not_too_high_at_ms_ = not_calm_at_ms_ = refused_at_ms_ = now_ms;
}

} // namespace hongbao::http
