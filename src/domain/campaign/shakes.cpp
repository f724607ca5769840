// Role: look-ups by hash, and counts per round.
#include "domain/campaign/shakes.hpp"

#include "domain/values/invariant.hpp"

namespace hongbao::domain {

namespace {

std::uint64_t hash_of(std::string_view text) {
    return std::hash<std::string_view>{}(text);
}

std::uint64_t hash_of(std::string_view user_id, std::string_view shake_key) {
    constexpr std::uint64_t odd = 0x9E3779B97F4A7C15ULL; // spreads one hash before the other joins
    return (hash_of(user_id) * odd) ^ hash_of(shake_key);
}

} // namespace

std::optional<std::uint32_t> Shakes::find_shaker(std::string_view user_id) const {
    return shaker_places_.find(hash_of(user_id), [&](std::uint32_t candidate) {
        return shakers_[candidate].user_id == user_id;
    });
}

std::uint32_t Shakes::shaker_to_change(const UserId& user_id) {
    if (const auto found = find_shaker(user_id)) {
        return *found;
    }
    const auto place = static_cast<std::uint32_t>(shakers_.size());
    shakers_.push_back(Shaker{user_id, 0, 0, {}});
    shaker_places_.add(hash_of(user_id), place);
    return place;
}

const Shakes::Drawn* Shakes::find(std::string_view user_id, std::string_view shake_key) const {
    const auto place =
        drawn_places_.find(hash_of(user_id, shake_key), [&](std::uint32_t candidate) {
            const Drawn& drawn = drawn_[candidate];
            return drawn.shake_key == shake_key && shakers_[drawn.shaker].user_id == user_id;
        });
    return place ? &drawn_[*place] : nullptr;
}

ShakerCounts Shakes::counts_in(const Shaker& shaker, std::int32_t round) const {
    if (shaker.round == round) {
        return shaker.counts;
    }
    // Rounds follow each other, so this is the first shake of another one, or the clock was set
    // back.
    ShakerCounts counts;
    counts.wins = shaker.counts.wins;
    for (std::uint32_t next = shaker.last_drawn; next != 0;) {
        const Drawn& drawn = drawn_[next - 1];
        if (drawn.round == round) {
            counts.shakes_in_round += 1;
            counts.wins_in_round += drawn.amount_fen > 0 ? 1 : 0;
        }
        next = drawn.previous;
    }
    return counts;
}

ShakerCounts Shakes::counts_of(std::string_view user_id, std::int32_t round) const {
    const auto place = find_shaker(user_id);
    return place ? counts_in(shakers_[*place], round) : ShakerCounts{};
}

void Shakes::add(const ShakeDrawn& event, InstantMs at) {
    const std::uint32_t shaker_place = shaker_to_change(event.user_id);
    Shaker& shaker = shakers_[shaker_place];
    shaker.counts = counts_in(shaker, event.round);
    shaker.round = event.round;
    shaker.counts.shakes_in_round += 1;
    shaker.counts.wins += event.is_win() ? 1 : 0;
    shaker.counts.wins_in_round += event.is_win() ? 1 : 0;

    const auto place = static_cast<std::uint32_t>(drawn_.size());
    drawn_.push_back(
        Drawn{event.shake_key, event.amount_fen, at, event.round, shaker_place, shaker.last_drawn});
    drawn_places_.add(hash_of(event.user_id, event.shake_key), place);
    shaker.last_drawn = place + 1;
}

std::size_t slice_of(std::string_view user_id, std::size_t slice_count) {
    return shard_of_user(user_id) % slice_count;
}

void SpreadShakes::spread_over(std::size_t slice_count) {
    invariant(size_ == 0, "shakes are spread before the first of them is there");
    slices_ = std::vector<Shakes>(slice_count);
}

void SpreadShakes::add(const ShakeDrawn& event, InstantMs at) {
    slices_[slice_of(event.user_id, slices_.size())].add(event, at);
    size_ += 1;
}

} // namespace hongbao::domain
