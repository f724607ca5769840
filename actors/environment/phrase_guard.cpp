// Role: a table in parts, and which entries go when a part is full.
#include "actors/environment/phrase_guard.hpp"

#include "domain/values/instant.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace hongbao::actors {

namespace {

std::int64_t rounded_up_s(std::int64_t ms) {
    return (ms + domain::ms_per_s - 1) / domain::ms_per_s;
}

} // namespace

std::int64_t PhraseGuard::wait_s(domain::PacketId packet_id, const domain::UserId& user_id,
                                 std::int64_t now_ms) const {
    const Part& part = part_of(packet_id);
    const std::lock_guard lock(part.mutex);
    const auto found = part.packets.find(packet_id);
    return found == part.packets.end() ? 0 : rounded_up_s(found->second.wait_ms(user_id, now_ms));
}

std::optional<std::int64_t> PhraseGuard::count_wrong(domain::PacketId packet_id,
                                                     const domain::UserId& user_id,
                                                     std::int64_t now_ms) {
    Part& part = part_of(packet_id);
    const std::lock_guard lock(part.mutex);
    domain::WrongPhrases& phrases = part.packets[packet_id];
    const std::size_t before = phrases.user_count();
    const auto wait_ms = phrases.count(user_id, now_ms);
    part.users = part.users - before + phrases.user_count();
    if (part.users > users_max / part_count) {
        part.forget_some();
    }
    return wait_ms ? std::optional(rounded_up_s(*wait_ms)) : std::nullopt;
}

/// About an eighth of the packets, and at least one.
void PhraseGuard::Part::forget_some() {
    std::vector<std::pair<std::int64_t, domain::PacketId>> by_time;
    by_time.reserve(packets.size());
    for (const auto& [packet_id, phrases] : packets) {
        by_time.emplace_back(phrases.quiet_at_ms(), packet_id);
    }
    const auto last = by_time.begin() + static_cast<std::ptrdiff_t>(by_time.size() / 8);
    std::nth_element(by_time.begin(), last, by_time.end());
    for (auto oldest = by_time.begin(); oldest <= last; ++oldest) {
        const auto found = packets.find(oldest->second);
        users -= found->second.user_count();
        packets.erase(found);
    }
}

void PhraseGuard::forget(domain::PacketId packet_id) {
    Part& part = part_of(packet_id);
    const std::lock_guard lock(part.mutex);
    if (const auto found = part.packets.find(packet_id); found != part.packets.end()) {
        part.users -= found->second.user_count();
        part.packets.erase(found);
    }
}

std::size_t PhraseGuard::user_count() const {
    std::size_t users = 0;
    for (const Part& part : parts_) {
        const std::lock_guard lock(part.mutex);
        users += part.users;
    }
    return users;
}

} // namespace hongbao::actors
