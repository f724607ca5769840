// Role: which splits are refused, and the range that double_mean draws from.
#include "domain/packet/split.hpp"

#include "domain/packet/line_cut.hpp"

#include <algorithm>

namespace hongbao::domain {

namespace {

struct Range {
    Fen least = 0;
    Fen largest = 0;
};

/// Where double_mean draws the next of several shares from.
Range double_mean_range(Fen left_fen, std::int64_t count, Fen share_fen_max) {
    const Fen mean_down = left_fen / count;
    const bool cap_can_bind = left_fen - (count - 1) > share_fen_max;
    if (!cap_can_bind) {
        return {1, 2 * mean_down - 1};
    }
    const Fen mean_up = mean_down + (left_fen % count == 0 ? 0 : 1);
    const Fen half_width = std::min(mean_down - 1, share_fen_max - mean_up);
    return {mean_down - half_width, mean_up + half_width};
}

std::variant<Fen, Rejection> total_of_equal(const SendPacket& command) {
    if (command.share_fen.has_value() == command.total_fen.has_value()) {
        return Rejection::invalid_split;
    }
    if (command.total_fen) {
        if (*command.total_fen % command.count != 0) {
            return Rejection::invalid_split; // never rounded
        }
        return *command.total_fen;
    }
    Fen total_fen = 0;
    if (!multiply_fen(*command.share_fen, command.count, total_fen) || total_fen > amount_fen_max) {
        return Rejection::invalid_split;
    }
    return total_fen;
}

/// Refuses a total, otherwise fine, that the chosen way of splitting cannot split.
std::optional<Rejection> refuse_way(const SplitChoice& split, Fen total_fen, std::int64_t count,
                                    Fen share_fen_max) {
    const bool is_line_cut = split.algorithm == SplitAlgorithm::line_cut;
    if ((split.seed && count > shares_up_front_max) ||
        (!split.seed && is_line_cut && count > shares_line_cut_on_open_max)) {
        return Rejection::too_many_shares;
    }
    if (is_line_cut && !line_cut_fits(total_fen, count, share_fen_max)) {
        return Rejection::share_too_large;
    }
    return std::nullopt;
}

} // namespace

std::variant<Fen, Rejection> total_of_split(const SendPacket& command, AccountType sender_type,
                                            const SendLimits& limits) {
    invariant(command.count >= 1, "a packet has at least one share");
    Fen total_fen = 0;
    if (command.kind == PacketKind::equal) {
        if (command.split) {
            return Rejection::invalid_split; // equal shares leave nothing to draw
        }
        const auto total = total_of_equal(command);
        if (const auto* rejection = std::get_if<Rejection>(&total)) {
            return *rejection;
        }
        total_fen = std::get<Fen>(total);
    } else {
        if (!command.total_fen || command.share_fen) {
            return Rejection::invalid_split;
        }
        total_fen = *command.total_fen;
    }
    const bool too_few_recipients =
        !command.recipients.empty() &&
        static_cast<std::uint64_t>(command.count) > command.recipients.size();
    if (total_fen < command.count || too_few_recipients) {
        return Rejection::invalid_split;
    }
    if (command.count > limits.shares_max(sender_type)) {
        return Rejection::too_many_shares;
    }
    // total <= cap * count, written without a product that could overflow
    const Fen mean_up = total_fen / command.count + (total_fen % command.count == 0 ? 0 : 1);
    if (mean_up > limits.share_fen_max) {
        return Rejection::share_too_large;
    }
    const auto refusal =
        command.split ? refuse_way(*command.split, total_fen, command.count, limits.share_fen_max)
                      : std::nullopt;
    if (refusal) {
        return *refusal;
    }
    return total_fen;
}

bool can_be_split(const PacketSent& terms) {
    const bool is_line_cut = terms.split_algorithm == SplitAlgorithm::line_cut;
    if (!is_line_cut && !terms.is_split_up_front()) {
        return true;
    }
    return terms.kind == PacketKind::lucky && terms.count >= 1 && terms.total_fen >= terms.count &&
           (terms.total_fen - 1) / terms.count < terms.share_fen_max &&
           !refuse_way({terms.split_algorithm, terms.seed}, terms.total_fen, terms.count,
                       terms.share_fen_max);
}

Fen largest_next_share(Fen left_fen, std::int64_t count, Fen share_fen_max) {
    if (count == 1) {
        return left_fen;
    }
    return double_mean_range(left_fen, count, share_fen_max).largest;
}

Fen draw_double_mean(Fen left_fen, std::int64_t count, Fen share_fen_max, Random& random) {
    invariant(count >= 1 && left_fen >= count, "at least one fen is left for each share");
    if (count == 1) {
        return left_fen;
    }
    invariant((left_fen - 1) / count < share_fen_max, "what is left is within the cap");
    const Range range = double_mean_range(left_fen, count, share_fen_max);
    const auto width = static_cast<std::uint64_t>(range.largest - range.least + 1);
    const Fen amount_fen = range.least + static_cast<Fen>(random.below(width));
    invariant(left_fen - amount_fen >= count - 1, "a draw leaves a fen for each later share");
    return amount_fen;
}

Fen draw_on_open(SplitAlgorithm algorithm, Fen left_fen, std::int64_t count, Fen share_fen_max,
                 Random& random) {
    return algorithm == SplitAlgorithm::line_cut
               ? draw_line_cut(left_fen, count, share_fen_max, random).front()
               : draw_double_mean(left_fen, count, share_fen_max, random);
}

} // namespace hongbao::domain
