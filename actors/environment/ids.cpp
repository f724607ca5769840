// Role: milliseconds and sequence as one counter that never goes back.
#include "actors/environment/ids.hpp"

#include "domain/values/invariant.hpp"

#include <algorithm>

namespace hongbao::actors {

namespace {

constexpr std::uint64_t ticks_per_ms = 1ULL << domain::id_sequence_bits;
constexpr std::uint64_t ms_end = 1ULL << 41U;

std::uint64_t ms_of(std::uint64_t id) {
    return id >> (domain::shard_bits + domain::id_sequence_bits);
}

} // namespace

IdSource::IdSource(const Clock& clock, std::uint64_t largest_known)
    : clock_(clock),
      // The whole last millisecond counts as used: its ids may lie in any shard.
      last_tick_((ms_of(largest_known) + 1) * ticks_per_ms) {}

bool IdSource::has_ids_after(std::uint64_t largest_known) {
    constexpr std::uint64_t ms_kept = domain::ms_per_day; // far more ids than a server can draw
    return ms_of(largest_known) + ms_kept < ms_end;
}

IdSource::Drawn IdSource::draw_next() {
    const auto now_ms = static_cast<std::uint64_t>(
        std::clamp(clock_.now(), clock_ms_min, clock_ms_max) - domain::id_epoch_ms);
    std::uint64_t last = last_tick_.load();
    std::uint64_t tick = 0;
    do {
        tick = std::max(last + 1, now_ms * ticks_per_ms);
    } while (!last_tick_.compare_exchange_weak(last, tick));
    const Drawn drawn{tick / ticks_per_ms,
                      static_cast<domain::Shard>((tick * 0x9E3779B97F4A7C15ULL) >> 54),
                      static_cast<std::uint32_t>(tick % ticks_per_ms)};
    domain::invariant(drawn.ms < ms_end, "ids never start over");
    return drawn;
}

} // namespace hongbao::actors
