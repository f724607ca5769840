// Role: the journal's room as a budget in bytes. Whoever is about to have something written first
// claims what it may take; what is claimed and not yet written counts against what is left, so
// that nothing is decided for which there is no room (promise 6).
// Owner threads: the journal writer's sets what is left; claims are made and let go of by any.
// Invariant: what is claimed never exceeds what is left, less what is kept back for the tree's own
// pages, but for what somebody else has taken of the disk since.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace hongbao::actors {

class JournalRoom;

/// So many bytes, until it is gone.
class RoomClaim {
  public:
    RoomClaim() = default;
    RoomClaim(JournalRoom& room, std::uint64_t bytes) : room_(&room), bytes_(bytes) {}
    RoomClaim(RoomClaim&& other) noexcept
        : room_(std::exchange(other.room_, nullptr)), bytes_(other.bytes_) {}
    RoomClaim& operator=(RoomClaim&& other) noexcept {
        std::swap(room_, other.room_);
        std::swap(bytes_, other.bytes_);
        return *this;
    }
    RoomClaim(const RoomClaim&) = delete;
    RoomClaim& operator=(const RoomClaim&) = delete;
    ~RoomClaim();

    /// Of one that there was no room for: false.
    explicit operator bool() const { return room_ != nullptr; }

  private:
    JournalRoom* room_ = nullptr;
    std::uint64_t bytes_ = 0;
};

class JournalRoom {
  public:
    /// After what was written. Of `left_bytes`, so many are kept back: with no more, nothing is
    /// claimed any more, and the last claim leaves half of it.
    void set(std::uint64_t left_bytes, std::uint64_t kept_back_bytes);

    /// None if there is no room for it.
    RoomClaim claim(std::uint64_t bytes);

    /// False once the least claim would be refused.
    bool has_some() const {
        return claimed_bytes_.load(std::memory_order_relaxed) <
               usable_bytes_.load(std::memory_order_relaxed);
    }
    std::uint64_t claimed_bytes() const { return claimed_bytes_.load(std::memory_order_relaxed); }

  private:
    friend class RoomClaim;

    std::atomic<std::uint64_t> claimed_bytes_{0};
    std::atomic<std::uint64_t> usable_bytes_{0}; // claims begin below this
    std::atomic<std::uint64_t> end_bytes_{0};    // and end below this
};

inline RoomClaim::~RoomClaim() {
    if (room_ != nullptr) {
        room_->claimed_bytes_.fetch_sub(bytes_, std::memory_order_relaxed);
    }
}

} // namespace hongbao::actors
