// Role: distinct cuts, and the shares between them.
#include "domain/packet/line_cut.hpp"

#include "domain/values/places_by_hash.hpp"

#include <algorithm>

namespace hongbao::domain {

namespace {

__extension__ using Wide = unsigned __int128;

/// Neighbouring cuts must not share their low bits (SplitMix64's finish).
std::uint64_t hash_of(Fen cut) {
    auto mixed = static_cast<std::uint64_t>(cut);
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31U);
}

std::vector<Fen> draw_cuts(Fen total_fen, std::int64_t count, Random& random) {
    std::vector<Fen> cuts;
    cuts.reserve(static_cast<std::size_t>(count)); // the end of the line is added to them
    PlacesByHash places;
    for (Fen j = total_fen - count + 1; j < total_fen; ++j) {
        Fen cut = 1 + static_cast<Fen>(random.below(static_cast<std::uint64_t>(j)));
        const auto is_cut = [&](std::uint32_t place) { return cuts[place] == cut; };
        if (places.find(hash_of(cut), is_cut)) {
            cut = j; // larger than all before it
        }
        places.add(hash_of(cut), static_cast<std::uint32_t>(cuts.size()));
        cuts.push_back(cut);
    }
    return cuts;
}

} // namespace

bool line_cut_fits(Fen total_fen, std::int64_t count, Fen share_fen_max) {
    invariant(count >= 1 && total_fen >= count, "there is at least one fen for each share");
    constexpr Wide half = Wide{1} << 39U;
    constexpr std::int64_t count_max = 1 << 24; // so that 117 bits hold every product below
    if (count == 1 || count > count_max) {
        return count == 1;
    }
    // The mean number above the cap, in 2^-40, rounded up: n times a product of factors below 1.
    Wide excess = 2 * half * static_cast<Wide>(count);
    const Wide excess_max = half + static_cast<Wide>(count); // rounding adds at most one per factor
    for (std::int64_t i = 1; i < count; ++i) {
        if (total_fen - share_fen_max - i <= 0) {
            return true;
        }
        const auto divisor = static_cast<Wide>(total_fen - i);
        excess *= static_cast<Wide>(total_fen - share_fen_max - i);
        excess = (excess + divisor - 1) / divisor;
        if (excess <= excess_max) {
            return true;
        }
    }
    return false;
}

std::vector<Fen> draw_line_cut(Fen total_fen, std::int64_t count, Fen share_fen_max,
                               Random& random) {
    invariant(count >= 1 && total_fen >= count, "there is at least one fen for each share");
    invariant((total_fen - 1) / count < share_fen_max, "the total fits under the cap");
    for (;;) {
        std::vector<Fen> shares = draw_cuts(total_fen, count, random);
        std::sort(shares.begin(), shares.end());
        shares.push_back(total_fen);
        Fen largest = 0;
        for (std::size_t i = shares.size(); i-- > 0;) {
            shares[i] -= i == 0 ? 0 : shares[i - 1];
            largest = std::max(largest, shares[i]);
        }
        if (largest <= share_fen_max) {
            return shares;
        }
    }
}

} // namespace hongbao::domain
