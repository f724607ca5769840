// Role: how a packet's money becomes shares (rules 5, 6 and 11).
#pragma once

#include "domain/limits.hpp"
#include "domain/packet/commands.hpp"
#include "domain/rejection.hpp"
#include "domain/values/money.hpp"
#include "domain/values/random.hpp"

#include <cstdint>
#include <variant>

namespace hongbao::domain {

/// The total of a send, in fen, or why its split is refused: invalid_split (not exactly divisible,
/// less than one fen per share, more shares than recipients, an equal packet that names a split),
/// too_many_shares (also for its way of splitting), share_too_large (also where line_cut would
/// exceed the cap too often: line_cut_fits).
std::variant<Fen, Rejection> total_of_split(const SendPacket& command, AccountType sender_type,
                                            const SendLimits& limits);

/// Whether terms that someone else wrote can be split in the way they name; asked before anything
/// is drawn from them. With double_mean on open, each share is checked by itself.
bool can_be_split(const PacketSent& terms);

/// The largest amount that the next of `count` shares of `left_fen` can get, in fen.
Fen largest_next_share(Fen left_fen, std::int64_t count, Fen share_fen_max);

/// Draws the next share of a lucky packet by double_mean (rule 11), in fen: with R left and n
/// shares left, uniform on 1 … 2⌊R/n⌋−1; where the cap C could bind, uniform on [⌊R/n⌋−h, ⌈R/n⌉+h],
/// h = min(⌊R/n⌋−1, C−⌈R/n⌉). The last share takes the rest. Leaves at least 1 fen and at most C
/// for each of the shares after it. Needs n >= 1 and n <= left_fen <= C·n.
Fen draw_double_mean(Fen left_fen, std::int64_t count, Fen share_fen_max, Random& random);

/// Draws the next share of a packet that is split on open, in fen. line_cut: the first share of a
/// division of all that is left, which has exactly the distribution of the next share given those
/// before it; the rest of that division is dropped. Needs what the algorithm needs.
Fen draw_on_open(SplitAlgorithm algorithm, Fen left_fen, std::int64_t count, Fen share_fen_max,
                 Random& random);

} // namespace hongbao::domain
