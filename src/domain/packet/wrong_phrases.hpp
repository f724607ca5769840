// Role: counts wrong pass phrases for one packet, and makes guessers wait (rule 11a).
// A user's first few are only answered "wrong"; after those, each one locks that user for longer.
// Once a packet has seen very many, from anybody, everybody's first one locks. A user who has not
// guessed wrong is never locked: the right phrase opens. Times are from a monotonic clock.
// Invariant: at most users_max users are remembered; beyond that, those whose wait ended first are
// forgotten.
#pragma once

#include "domain/values/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>

namespace hongbao::domain {

class WrongPhrases {
  public:
    static constexpr std::int64_t told_max = 5;        // wrong ones of a user before locks begin
    static constexpr std::int64_t of_packet_max = 100; // of all users, before each one locks
    static constexpr std::int64_t lock_ms_min = 1'000; // doubles with each further one
    static constexpr std::int64_t lock_ms_max = 3'600'000;
    static constexpr std::size_t users_max = 20'000;

    /// How long this user has to wait; 0: not at all.
    std::int64_t wait_ms(const UserId& user_id, std::int64_t now_ms) const;

    /// Counts a wrong one of a user who did not have to wait. How long that user has to wait now;
    /// nothing if the answer is only "wrong".
    std::optional<std::int64_t> count(const UserId& user_id, std::int64_t now_ms);

    std::size_t user_count() const { return guessers_.size(); }
    /// When the last wait of all ends, or has ended.
    std::int64_t quiet_at_ms() const;

  private:
    struct Guesser {
        std::int64_t wrong = 0;
        std::int64_t last_ms = 0; // of the last wrong one
    };
    std::int64_t told() const { return wrong_of_all_ >= of_packet_max ? 0 : told_max; }
    std::int64_t lock_ms(const Guesser& guesser) const;
    std::int64_t free_at_ms(const Guesser& guesser) const {
        return guesser.last_ms + lock_ms(guesser);
    }
    void forget_some();

    std::unordered_map<UserId, Guesser> guessers_;
    std::int64_t wrong_of_all_ = 0;
};

} // namespace hongbao::domain
