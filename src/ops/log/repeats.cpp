// Role: counts.
#include "ops/log/repeats.hpp"

namespace hongbao::ops {

bool Repeats::admits(std::string_view sentence, std::int64_t now_ms) {
    auto found = said_.find(sentence);
    if (found == said_.end()) {
        if (said_.size() >= sentences_max) {
            return true;
        }
        found = said_.emplace(std::string(sentence), Said{now_ms, 0}).first;
    }
    return ++found->second.times <= written_max;
}

std::vector<std::string> Repeats::take(std::int64_t now_ms, bool at_end) {
    std::vector<std::string> counts;
    for (auto one = said_.begin(); one != said_.end();) {
        const Said& said = one->second;
        if (!at_end && now_ms - said.since_ms < window_ms) {
            ++one;
            continue;
        }
        if (said.times > written_max) {
            const std::uint64_t more = said.times - written_max;
            counts.push_back(one->first + " … repeated " + std::to_string(more) +
                             (more == 1 ? " time" : " times"));
        }
        one = said_.erase(one);
    }
    return counts;
}

} // namespace hongbao::ops
