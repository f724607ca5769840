// Role: amounts of money. Integer fen (分, 1/100 yuan), never a fraction, never unchecked overflow.
#pragma once

#include "domain/values/invariant.hpp"

#include <cstdint>

namespace hongbao::domain {

using Fen = std::int64_t;

/// The largest amount one request may move: 100 billion yuan.
inline constexpr Fen amount_fen_max = 10'000'000'000'000;

/// The largest balance: 2^53 - 1, the largest integer that every JSON reader holds exactly.
inline constexpr Fen balance_fen_max = 9'007'199'254'740'991;

/// The most that the system may hold at once, in accounts, in escrow and suspended together. Since
/// that bounds what comes in, credits between accounts can never fail. Journals of earlier
/// versions may hold more.
inline constexpr Fen money_in_system_fen_max = balance_fen_max;

/// Sums over all accounts; those of earlier journals can exceed 64 bits.
__extension__ using FenSum = __int128;

/// Sum of two amounts, in fen. The bounds above keep it far from overflow; should it happen
/// anyway, the process ends.
inline Fen add_fen(Fen left, Fen right) {
    Fen sum = 0;
    invariant(!__builtin_add_overflow(left, right, &sum), "a sum of amounts fits 64 bits");
    return sum;
}

inline Fen subtract_fen(Fen left, Fen right) {
    Fen difference = 0;
    invariant(!__builtin_sub_overflow(left, right, &difference),
              "a difference of amounts fits 64 bits");
    return difference;
}

/// True if `share_fen * count` exists in 64 bits; then `product` holds it.
inline bool multiply_fen(Fen share_fen, std::int64_t count, Fen& product) {
    return !__builtin_mul_overflow(share_fen, count, &product);
}

} // namespace hongbao::domain
