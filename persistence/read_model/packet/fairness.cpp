// Role: means and deviations of shares. SPLIT.md has the formulas that are not derived here.
#include "persistence/read_model/packet/fairness.hpp"

#include <algorithm>
#include <cmath>

namespace hongbao::persistence {

namespace {

using domain::Fen;

constexpr double line_cut_capped_count_max = 2'000;

/// Uniform on least … largest, whole fen.
Expectation uniform(double least, double largest) {
    const double width = largest - least + 1;
    return {(least + largest) / 2, std::sqrt(std::max(0.0, (width * width - 1) / 12))};
}

/// Rule 11, of several shares left.
Expectation next_by_double_mean(Fen left_fen, std::int64_t count, Fen cap_fen) {
    const Fen down = left_fen / count;
    if (left_fen - (count - 1) <= cap_fen) {
        return uniform(1, static_cast<double>(2 * down - 1));
    }
    const Fen up = down + (left_fen % count == 0 ? 0 : 1);
    const Fen half = std::min(down - 1, cap_fen - up);
    return uniform(static_cast<double>(down - half), static_cast<double>(up + half));
}

/// One share's mean square in a division of `left` fen that ignores a cap, by line_cut.
double square_by_line_cut(double left, double n) {
    const double mean = left / n;
    return mean * mean + left * (left - n) * (n - 1) / (n * n * (n + 1));
}

/// One share of a division by line_cut. Divisions with a share above the cap are taken out by
/// inclusion and exclusion: those in which j given shares are above it are the divisions of
/// left − j·cap, with the cap added to those j.
Expectation any_by_line_cut(double left, double n, double cap) {
    double weights = 1;
    double squares = n * square_by_line_cut(left, n);
    double chosen = 1; // n over j
    for (double j = 1; j <= n && left - j * cap >= n && n <= line_cut_capped_count_max; ++j) {
        chosen *= (n - j + 1) / j;
        const double rest = left - j * cap;
        double weight = chosen;
        for (double i = 1; i < n && weight > 1e-15; ++i) {
            weight *= (rest - i) / (left - i);
        }
        if (weight <= 1e-15) {
            break;
        }
        weight *= std::fmod(j, 2) == 1 ? -1 : 1;
        weights += weight;
        squares += weight * (n * square_by_line_cut(rest, n) + j * cap * (2 * rest / n + cap));
    }
    const double mean = left / n;
    return {mean, std::sqrt(std::max(0.0, squares / weights / n - mean * mean))};
}

/// One share of those that double_mean drew and that were then shuffled. Given R fen for n shares,
/// E[X²] = (4R²/n² − R/n)/3, so the sum of squares of n shares is on average aₙR² + bₙR, and a step
/// from n − 1 to n gives the two. Where the cap makes the range narrower, what a share has less
/// than the cap is drawn in the same way, from 0 on: the same with b turned round.
Expectation shuffled_double_mean(double total, double n, double cap) {
    constexpr double step_max = 10'000; // from there on aₙ nears 4/(3n), as 1/n²
    double a = 1;
    double sum_of_a = 0;
    const double last = std::min(n, step_max);
    for (double k = 2; k <= last; ++k) {
        sum_of_a += a;
        a = 4 / (3 * k * k) + a * (1 - 2 / k + 4 / (3 * k * k));
    }
    if (n > last) {
        sum_of_a += 4.0 / 3 * std::log(n / last);
        a = 4 / (3 * n) + (a - 4 / (3 * last)) * (last / n) * (last / n);
    }
    const double b = -(n - 1 + sum_of_a) / (3 * n);
    const double mean = total / n;
    const bool is_narrowed = total - (n - 1) > cap && cap < 2 * mean - 1;
    const double drawn = is_narrowed ? cap * n - total : total;
    const double square = (a * drawn * drawn + (is_narrowed ? -b : b) * drawn) / n;
    const double mean_drawn = drawn / n;
    return {mean, std::sqrt(std::max(0.0, square - mean_drawn * mean_drawn))};
}

LuckBasis basis_of(const domain::PacketSent& terms) {
    if (terms.kind == domain::PacketKind::equal) {
        return LuckBasis::none;
    }
    return terms.is_split_up_front() ? LuckBasis::at_send : LuckBasis::at_open;
}

} // namespace

std::optional<double> ShareLuck::z() const {
    if (expected.deviation == 0) {
        return std::nullopt;
    }
    return (static_cast<double>(amount_fen) - expected.mean) / expected.deviation;
}

Luck ShareLuck::luck() const {
    const double distance = z().value_or(0);
    if (distance < -0.5) {
        return distance < -1.5 ? Luck::much_less : Luck::less;
    }
    if (distance > 0.5) {
        return distance > 1.5 ? Luck::much_more : Luck::more;
    }
    return Luck::as_expected;
}

Fairness::Fairness(const domain::PacketSent& terms) : terms_(terms), basis_(basis_of(terms)) {
    const auto total = static_cast<double>(terms.total_fen);
    const auto n = static_cast<double>(terms.count);
    const auto cap = static_cast<double>(terms.share_fen_max);
    at_send_.mean = total / n;
    if (basis_ == LuckBasis::at_send && terms.count > 1) {
        at_send_ = terms.split_algorithm == domain::SplitAlgorithm::line_cut
                       ? any_by_line_cut(total, n, cap)
                       : shuffled_double_mean(total, n, cap);
    }
}

Expectation Fairness::of(std::uint64_t place, Fen left_fen) const {
    if (basis_ != LuckBasis::at_open) {
        return at_send_;
    }
    const std::int64_t count = terms_.count - static_cast<std::int64_t>(place) + 1;
    if (count == 1) {
        return {static_cast<double>(left_fen), 0};
    }
    if (terms_.split_algorithm == domain::SplitAlgorithm::line_cut) {
        return any_by_line_cut(static_cast<double>(left_fen), static_cast<double>(count),
                               static_cast<double>(terms_.share_fen_max));
    }
    return next_by_double_mean(left_fen, count, terms_.share_fen_max);
}

} // namespace hongbao::persistence
