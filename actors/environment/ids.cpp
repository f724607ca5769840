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

PacketIdSource::PacketIdSource(const Clock& clock, std::uint64_t largest_known)
    : clock_(clock),
      // The whole last millisecond is taken as used: its ids may lie in any shard.
      last_tick_((ms_of(largest_known) + 1) * ticks_per_ms) {}

bool PacketIdSource::has_ids_after(std::uint64_t largest_known) {
    constexpr std::uint64_t ms_kept = domain::ms_per_day; // for much more than a server can draw
    return ms_of(largest_known) + ms_kept < ms_end;
}

std::uint64_t PacketIdSource::draw_tick() {
    const auto now_ms = static_cast<std::uint64_t>(
        std::clamp(clock_.now(), clock_ms_min, clock_ms_max) - domain::id_epoch_ms);
    std::uint64_t last = last_tick_.load();
    std::uint64_t tick = 0;
    do {
        tick = std::max(last + 1, now_ms * ticks_per_ms);
    } while (!last_tick_.compare_exchange_weak(last, tick));
    domain::invariant(tick / ticks_per_ms < ms_end, "ids never begin anew");
    return tick;
}

domain::PacketId PacketIdSource::draw() {
    const std::uint64_t tick = draw_tick();
    // Neighbouring packets go to different shards, so that one sender's packets spread.
    const auto shard = static_cast<domain::Shard>((tick * 0x9E3779B97F4A7C15ULL) >> 54);
    return domain::make_id<domain::PacketId>(tick / ticks_per_ms, shard,
                                             static_cast<std::uint32_t>(tick % ticks_per_ms));
}

domain::OrderId PacketIdSource::draw_order_in(domain::Shard shard) {
    const std::uint64_t tick = draw_tick();
    return domain::make_id<domain::OrderId>(tick / ticks_per_ms, shard,
                                            static_cast<std::uint32_t>(tick % ticks_per_ms));
}

} // namespace hongbao::actors
