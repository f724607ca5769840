// Role: the wrong pass phrases of one packet, and who has to wait before the next try (rule 11a). A
// user is told of the first few; from then on each wrong one locks that user for longer. Once there
// were very many, of whomever, everybody's first one does. Who has not guessed wrong is never
// locked: the right phrase opens.
// Owner: whoever keeps it. Times are of a clock that nobody sets back. Invariant: it knows at most
// users_max users; of more, those are forgotten who have waited for the longest.
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
    static constexpr std::int64_t of_packet_max = 100; // of all users, before none is told any more
    static constexpr std::int64_t lock_ms_min = 1'000; // doubles with each further one
    static constexpr std::int64_t lock_ms_max = 3'600'000;
    static constexpr std::size_t users_max = 20'000;

    /// How long this user has to wait; 0: not at all.
    std::int64_t wait_ms(const UserId& user_id, std::int64_t now_ms) const;

    /// Counts a wrong one of a user who did not have to wait. How long that user has to wait now,
    /// if that is told instead of "wrong".
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
