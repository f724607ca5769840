// Role: splits many times in each way, and compares the outcome by position with the formulas. Pure
// but for randomness and time.
#pragma once

#include "domain/packet/events.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace hongbao::ops {

struct SplitWay {
    std::string_view name;
    bool is_up_front = false;
    domain::SplitAlgorithm algorithm = domain::SplitAlgorithm::double_mean;
};

/// Every way that can split a packet into `count` shares.
std::vector<SplitWay> ways_to_split(std::int64_t count);

struct SplitGame {
    domain::Fen total_fen = 10'000;
    std::int64_t count = 10;
    std::int64_t runs = 100'000;
};

/// By position, the first to be opened first; amounts in fen.
struct SplitTrial {
    SplitWay way;
    std::vector<double> mean_fen;
    std::vector<double> sd_fen;
    std::vector<double> theory_sd_fen; // the theory's mean is total over count at every position
    std::vector<double> luckiest;      // part of the runs; on a tie the earliest
    double largest_fen = 0;            // mean of the largest share
    double ns_per_share = 0;
    double kept_bytes_per_share = 0; // while the packet is awake

    /// The largest distance of a position's mean from total over count, in standard errors.
    double worst_z(const SplitGame& game) const;
};

/// Without a share cap, which the formulas do not cover.
SplitTrial try_way(const SplitWay& way, const SplitGame& game);

} // namespace hongbao::ops
