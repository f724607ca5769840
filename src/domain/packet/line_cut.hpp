// Role: line_cut (rule 11): M fen are a line, and n−1 distinct cuts at 1 … M−1 make n shares
// of it. All divisions are equally likely; under a share cap, all those without a share above it.
#pragma once

#include "domain/values/money.hpp"
#include "domain/values/random.hpp"

#include <cstdint>
#include <vector>

namespace hongbao::domain {

/// Whether the cap leaves room: a division that ignores it has on average at most half a share
/// above it, n·C(M−C−1, n−1)/C(M−1, n−1) <= 1/2. Then at least every second division is within the
/// cap, so drawing until one is takes at most two tries on average. Needs 1 <= n <= M <= C·n.
bool line_cut_fits(Fen total_fen, std::int64_t count, Fen share_fen_max);

/// All shares, in fen, in the order of the line. Cuts are drawn by Floyd's algorithm (Bentley and
/// Floyd 1987): for j = M−n+1 … M−1 one of 1 … j, or j itself if that is cut already: n−1 draws,
/// and again n−1 for each division that has a share above the cap. Needs 1 <= n <= M <= C·n.
std::vector<Fen> draw_line_cut(Fen total_fen, std::int64_t count, Fen share_fen_max,
                               Random& random);

} // namespace hongbao::domain
