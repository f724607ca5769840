// Role: the packets, campaigns and sales that have most opens, shakes and reservations now. Keeps
// room for a few and the busiest stay in it: the algorithm Space-Saving, with counts that fade, so
// that what was busy makes room for what is.
// Owner threads: the projector's counts, any thread asks.
#pragma once

#include "domain/record.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

namespace hongbao::actors {

enum class HotKind : std::uint8_t { packet, campaign, sale };

struct Hot {
    HotKind kind = HotKind::packet;
    std::uint64_t id = 0;
    double per_s = 0; // over about the last ten seconds; too high rather than too low
};

class HotList {
  public:
    /// `now_ms` never goes back.
    void count(std::span<const domain::Record> records, std::int64_t now_ms);
    /// The busiest first, those of less than one in ten seconds left out.
    std::vector<Hot> hottest(std::size_t most, std::int64_t now_ms);

  private:
    static constexpr std::size_t places = 64;
    struct Place {
        std::uint64_t id = 0; // no kind's ids are another's
        HotKind kind = HotKind::packet;
        double weight = 0; // of what was counted, each as much as it is recent
    };
    void fade(std::int64_t now_ms);
    void count(HotKind kind, std::uint64_t id);

    std::mutex mutex_; // guards all below
    std::array<Place, places> places_{};
    std::size_t taken_ = 0;
    std::int64_t faded_ms_ = 0;
};

} // namespace hongbao::actors
