// Role: counts, fades, sorts.
#include "actors/environment/hot_list.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace hongbao::actors {

namespace {

/// After so long a count weighs 1/e: a steady rate r comes to weigh r times as many seconds.
constexpr double fading_s = 10;
constexpr std::int64_t fading_step_ms = 100;
constexpr double ms_per_s = 1'000;

std::optional<std::pair<HotKind, std::uint64_t>> busy_in(const domain::Event& event) {
    using Busy = std::optional<std::pair<HotKind, std::uint64_t>>;
    if (const auto* opened = std::get_if<domain::ShareOpened>(&event)) {
        return Busy({HotKind::packet, opened->packet_id.value});
    }
    if (const auto* drawn = std::get_if<domain::ShakeDrawn>(&event)) {
        return Busy({HotKind::campaign, drawn->campaign_id.value});
    }
    if (const auto* reserved = std::get_if<domain::OrderReserved>(&event)) {
        return Busy({HotKind::sale, reserved->sale_id.value});
    }
    return std::nullopt;
}

} // namespace

void HotList::count(std::span<const domain::Record> records, std::int64_t now_ms) {
    const std::lock_guard lock(mutex_);
    fade(now_ms);
    for (const domain::Record& record : records) {
        if (const auto busy = busy_in(record.event)) {
            count(busy->first, busy->second);
        }
    }
}

/// Whoever is new takes the place of the least, and its weight: it may have been counted before.
void HotList::count(HotKind kind, std::uint64_t id) {
    const auto end = places_.begin() + static_cast<std::ptrdiff_t>(taken_);
    auto found =
        std::find_if(places_.begin(), end, [id](const Place& one) { return one.id == id; });
    if (found == end) {
        if (taken_ < places) {
            ++taken_;
            *found = Place{};
        } else {
            found = std::min_element(places_.begin(), end, [](const Place& a, const Place& b) {
                return a.weight < b.weight;
            });
        }
        found->kind = kind;
        found->id = id;
    }
    found->weight += 1;
}

void HotList::fade(std::int64_t now_ms) {
    if (now_ms - faded_ms_ < fading_step_ms) {
        return;
    }
    const double left = std::exp(-static_cast<double>(now_ms - faded_ms_) / (fading_s * ms_per_s));
    for (Place& place : places_) {
        place.weight *= left;
    }
    faded_ms_ = now_ms;
}

std::vector<Hot> HotList::hottest(std::size_t most, std::int64_t now_ms) {
    std::vector<Hot> found;
    {
        const std::lock_guard lock(mutex_);
        fade(now_ms);
        for (std::size_t i = 0; i < taken_; ++i) {
            if (const double per_s = places_[i].weight / fading_s; per_s >= 1 / fading_s) {
                found.push_back({places_[i].kind, places_[i].id, per_s});
            }
        }
    }
    std::ranges::sort(found, [](const Hot& a, const Hot& b) {
        return a.per_s != b.per_s ? a.per_s > b.per_s : a.id < b.id;
    });
    found.resize(std::min(found.size(), most));
    return found;
}

} // namespace hongbao::actors
