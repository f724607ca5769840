// Role: a claim is taken by comparing and exchanging, without a lock.
#include "actors/protocol/claims/journal_room.hpp"

namespace hongbao::actors {

void JournalRoom::set(std::uint64_t left_bytes, std::uint64_t kept_back_bytes) {
    const auto beyond = [left_bytes](std::uint64_t kept) {
        return left_bytes > kept ? left_bytes - kept : 0;
    };
    usable_bytes_.store(beyond(kept_back_bytes), std::memory_order_relaxed);
    end_bytes_.store(beyond(kept_back_bytes / 2), std::memory_order_relaxed);
}

RoomClaim JournalRoom::claim(std::uint64_t bytes) {
    std::uint64_t claimed = claimed_bytes_.load(std::memory_order_relaxed);
    do {
        const std::uint64_t end = end_bytes_.load(std::memory_order_relaxed);
        if (claimed >= usable_bytes_.load(std::memory_order_relaxed) || end < claimed ||
            bytes > end - claimed) {
            return {};
        }
    } while (
        !claimed_bytes_.compare_exchange_weak(claimed, claimed + bytes, std::memory_order_relaxed));
    return {*this, bytes};
}

} // namespace hongbao::actors
