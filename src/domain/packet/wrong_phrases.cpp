// Role: the counts, and how long a lock lasts.
#include "domain/packet/wrong_phrases.hpp"

#include <algorithm>
#include <vector>

namespace hongbao::domain {

std::int64_t WrongPhrases::lock_ms(const Guesser& guesser) const {
    constexpr std::int64_t doublings_max = 12; // longer than any lock
    const std::int64_t beyond = guesser.wrong - std::max<std::int64_t>(1, told());
    if (beyond < 0) {
        return 0;
    }
    return std::min(lock_ms_max, lock_ms_min << std::min(beyond, doublings_max));
}

std::int64_t WrongPhrases::wait_ms(const UserId& user_id, std::int64_t now_ms) const {
    const auto found = guessers_.find(user_id);
    return found == guessers_.end() ? 0
                                    : std::max<std::int64_t>(0, free_at_ms(found->second) - now_ms);
}

std::optional<std::int64_t> WrongPhrases::count(const UserId& user_id, std::int64_t now_ms) {
    wrong_of_all_ += 1;
    if (guessers_.size() >= users_max && !guessers_.contains(user_id)) {
        forget_some();
    }
    Guesser& guesser = guessers_[user_id];
    guesser.wrong += 1;
    guesser.last_ms = now_ms;
    return guesser.wrong > told() ? std::optional(lock_ms(guesser)) : std::nullopt;
}

/// Forgets an eighth together, so that one pass over all users makes room for many new ones.
void WrongPhrases::forget_some() {
    std::vector<std::int64_t> times;
    times.reserve(guessers_.size());
    for (const auto& [user_id, guesser] : guessers_) {
        times.push_back(free_at_ms(guesser));
    }
    const auto last = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 8);
    std::nth_element(times.begin(), last, times.end());
    std::size_t left = times.size() / 8 + 1;
    std::erase_if(guessers_, [&](const auto& entry) {
        const bool goes = left > 0 && free_at_ms(entry.second) <= *last;
        left -= goes ? 1 : 0;
        return goes;
    });
}

std::int64_t WrongPhrases::quiet_at_ms() const {
    std::int64_t last_ms = 0;
    for (const auto& [user_id, guesser] : guessers_) {
        last_ms = std::max(last_ms, free_at_ms(guesser));
    }
    return last_ms;
}

} // namespace hongbao::domain
