// Role: draws all shares of a packet from its seed, and shuffles them.
#include "domain/packet/up_front.hpp"

#include "domain/packet/line_cut.hpp"
#include "domain/packet/split.hpp"

#include <utility>

namespace hongbao::domain {

std::vector<Fen> draw_up_front(SplitAlgorithm algorithm, Fen total_fen, std::int64_t count,
                               Fen share_fen_max, Random& random) {
    if (algorithm == SplitAlgorithm::line_cut) {
        return draw_line_cut(total_fen, count, share_fen_max, random);
    }
    std::vector<Fen> shares;
    shares.reserve(static_cast<std::size_t>(count));
    for (std::int64_t left = count; left > 0; --left) {
        shares.push_back(draw_double_mean(total_fen, left, share_fen_max, random));
        total_fen -= shares.back();
    }
    for (std::size_t last = shares.size() - 1; last > 0; --last) {
        std::swap(shares[last], shares[random.below(last + 1)]);
    }
    return shares;
}

std::vector<Fen> shares_of(const PacketSent& terms, Sha256 sha256) {
    invariant(terms.is_split_up_front(), "a packet split up front has a seed");
    SeedStream stream(*terms.seed, sha256);
    return draw_up_front(terms.split_algorithm, terms.total_fen, terms.count, terms.share_fen_max,
                         stream);
}

Fen SharesUpFront::at(const PacketSent& terms, std::size_t place, Sha256 sha256) const {
    if (!are_there()) {
        shares_ = shares_of(terms, sha256);
    }
    invariant(place < shares_.size(), "a packet has as many shares as its count says");
    return shares_[place];
}

} // namespace hongbao::domain
