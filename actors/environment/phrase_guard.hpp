// Role: counts wrong pass phrases (rule 11a) outside the packets, so that they are remembered while
// a packet sleeps. They are forgotten when the server stops, when a packet has expired or its
// shares are gone, and when there are very many; then the counts of the users who have waited
// longest go first. Owner: the environment; each packet asks and counts for itself; one mutex per
// part guards them.
#pragma once

#include "domain/packet/wrong_phrases.hpp"
#include "domain/values/ids.hpp"

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace hongbao::actors {

class PhraseGuard {
  public:
    static constexpr std::size_t users_max = 400'000; // summed over all packets: some 40 MB
    static_assert(users_max / 16 > domain::WrongPhrases::users_max,
                  "the users of one packet fit into its part");

    /// Whole seconds, rounded up, that the user has to wait; 0: not at all. Times are of
    /// Clock::elapsed_ms.
    std::int64_t wait_s(domain::PacketId packet_id, const domain::UserId& user_id,
                        std::int64_t now_ms) const;
    /// Counts a wrong phrase of a user who did not have to wait. Returns how long the user has to
    /// wait now, if that is the answer instead of "wrong".
    std::optional<std::int64_t> count_wrong(domain::PacketId packet_id,
                                            const domain::UserId& user_id, std::int64_t now_ms);
    /// For a packet that nobody can open any more.
    void forget(domain::PacketId packet_id);

    std::size_t user_count() const;

  private:
    static constexpr std::size_t part_count = 16;
    struct Part {
        mutable std::mutex mutex;
        std::unordered_map<domain::PacketId, domain::WrongPhrases> packets;
        std::size_t users = 0;

        void forget_some();
    };
    const Part& part_of(domain::PacketId packet_id) const {
        return parts_[std::hash<domain::PacketId>{}(packet_id) % part_count];
    }
    Part& part_of(domain::PacketId packet_id) {
        return parts_[std::hash<domain::PacketId>{}(packet_id) % part_count];
    }

    std::array<Part, part_count> parts_;
};

} // namespace hongbao::actors
