// Role: the journal's room as a budget in bytes. A request first claims the most that its record
// may take. Bytes claimed and not yet written count against the free room, so that nothing is
// decided for which there is no room (promise 6).
// Owner threads: the journal writer sets the free room; any thread makes claims and lets them go.
// Invariant: claims never exceed the free room, less the part kept back for the tree's own pages,
// unless somebody else has used up the disk since.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace hongbao::actors {

class JournalRoom;

/// Holds its bytes until it is destroyed.
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

    /// False if there was no room for it.
    explicit operator bool() const { return room_ != nullptr; }

  private:
    JournalRoom* room_ = nullptr;
    std::uint64_t bytes_ = 0;
};

class JournalRoom {
  public:
    /// After each commit. Of `left_bytes`, `kept_back_bytes` are kept back: no claim begins in
    /// them, and the last one leaves half of them.
    void set(std::uint64_t left_bytes, std::uint64_t kept_back_bytes);

    /// Empty if there is no room for it.
    RoomClaim claim(std::uint64_t bytes);

    /// False once even the smallest claim would be refused.
    bool has_some() const {
        return claimed_bytes_.load(std::memory_order_relaxed) <
               usable_bytes_.load(std::memory_order_relaxed);
    }
    std::uint64_t claimed_bytes() const { return claimed_bytes_.load(std::memory_order_relaxed); }

  private:
    friend class RoomClaim;

    std::atomic<std::uint64_t> claimed_bytes_{0};
    std::atomic<std::uint64_t> usable_bytes_{0}; // claims begin below it
    std::atomic<std::uint64_t> end_bytes_{0};    // and end below it
};

inline RoomClaim::~RoomClaim() {
    if (room_ != nullptr) {
        room_->claimed_bytes_.fetch_sub(bytes_, std::memory_order_relaxed);
    }
}

} // namespace hongbao::actors
