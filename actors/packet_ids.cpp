// Role: milliseconds and sequence as one counter that never goes back.
#include "actors/packet_ids.hpp"

#include <algorithm>

namespace hongbao::actors {

namespace {

constexpr std::uint64_t ticks_per_ms = 1ULL << domain::id_sequence_bits;

} // namespace

PacketIdSource::PacketIdSource(const Clock& clock, std::uint64_t largest_known)
    : clock_(clock),
      // The whole last millisecond is taken as used: its ids may lie in any shard.
      last_tick_(((largest_known >> (domain::shard_bits + domain::id_sequence_bits)) + 1) *
                 ticks_per_ms) {}

std::uint64_t PacketIdSource::draw_tick() {
    const domain::InstantMs since_epoch = clock_.now() - domain::id_epoch_ms;
    const auto now_ms = static_cast<std::uint64_t>(std::max<domain::InstantMs>(since_epoch, 0));
    std::uint64_t last = last_tick_.load();
    std::uint64_t tick = 0;
    do {
        tick = std::max(last + 1, now_ms * ticks_per_ms);
    } while (!last_tick_.compare_exchange_weak(last, tick));
    return tick;
}

domain::PacketId PacketIdSource::draw() {
    const std::uint64_t tick = draw_tick();
    // Neighbouring packets go to different shards, so that one sender's packets spread.
    const auto shard = static_cast<domain::Shard>((tick * 0x9E3779B97F4A7C15ULL) >> 54);
    return domain::make_packet_id(tick / ticks_per_ms, shard,
                                  static_cast<std::uint32_t>(tick % ticks_per_ms));
}

domain::OrderId PacketIdSource::draw_order_in(domain::Shard shard) {
    const std::uint64_t tick = draw_tick();
    return {domain::make_packet_id(tick / ticks_per_ms, shard,
                                   static_cast<std::uint32_t>(tick % ticks_per_ms))
                .value};
}

} // namespace hongbao::actors
