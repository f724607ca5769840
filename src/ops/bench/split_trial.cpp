// Role: the draws as the server makes them, the sums, and the formulas.
#include "ops/bench/split_trial.hpp"

#include "actors/environment/secure_random.hpp"
#include "domain/limits.hpp"
#include "domain/packet/split.hpp"
#include "domain/packet/up_front.hpp"
#include "persistence/record/sha256.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace hongbao::ops {

namespace {

using domain::SplitAlgorithm;

constexpr domain::Fen no_cap = domain::balance_fen_max;

std::vector<domain::Fen> split_once(const SplitWay& way, const SplitGame& game,
                                    actors::SecureRandom& random) {
    if (way.is_up_front) {
        domain::SeedStream stream(actors::draw_seed(), persistence::sha256);
        return domain::draw_up_front(way.algorithm, game.total_fen, game.count, no_cap, stream);
    }
    std::vector<domain::Fen> shares;
    shares.reserve(static_cast<std::size_t>(game.count));
    domain::Fen left_fen = game.total_fen;
    for (std::int64_t left = game.count; left > 0; --left) {
        shares.push_back(domain::draw_on_open(way.algorithm, left_fen, left, no_cap, random));
        left_fen -= shares.back();
    }
    return shares;
}

/// double_mean: E[X²] = 4E[R²]/(3n²) with E[R²] shrinking by 1 − 2/n + 4/(3n²) a draw; the last
/// share is the rest. Shuffled, every position has the mean of these.
std::vector<double> double_mean_sd(const SplitGame& game, bool is_shuffled) {
    const double mean = static_cast<double>(game.total_fen) / static_cast<double>(game.count);
    double rest_squared = static_cast<double>(game.total_fen) * static_cast<double>(game.total_fen);
    std::vector<double> squares;
    for (std::int64_t left = game.count; left > 0; --left) {
        const auto n = static_cast<double>(left);
        squares.push_back(left == 1 ? rest_squared : 4 * rest_squared / (3 * n * n));
        rest_squared *= 1 - 2 / n + 4 / (3 * n * n);
    }
    double sum = 0;
    for (const double square : squares) {
        sum += square;
    }
    for (double& square : squares) {
        const double of_position = is_shuffled ? sum / static_cast<double>(game.count) : square;
        square = std::sqrt(std::max(0.0, of_position - mean * mean));
    }
    return squares;
}

/// line_cut: (M/N)·√((N−1)/(N+1)), with the part √(1−N/M) that whole fen of at least 1 take.
std::vector<double> line_cut_sd(const SplitGame& game) {
    const auto total = static_cast<double>(game.total_fen);
    const auto n = static_cast<double>(game.count);
    const double sd = total / n * std::sqrt((n - 1) / (n + 1)) * std::sqrt(1 - n / total);
    return std::vector<double>(static_cast<std::size_t>(game.count), sd);
}

struct Sums {
    std::vector<double> of_shares, of_squares, of_luckiest;
    double of_largest = 0;

    explicit Sums(std::size_t count)
        : of_shares(count, 0.0), of_squares(count, 0.0), of_luckiest(count, 0.0) {}

    void add(const std::vector<domain::Fen>& shares) {
        for (std::size_t place = 0; place < shares.size(); ++place) {
            const auto share = static_cast<double>(shares[place]);
            of_shares[place] += share;
            of_squares[place] += share * share;
        }
        const auto largest = std::max_element(shares.begin(), shares.end());
        of_luckiest[static_cast<std::size_t>(largest - shares.begin())] += 1;
        of_largest += static_cast<double>(*largest);
    }
};

} // namespace

std::vector<SplitWay> ways_to_split(std::int64_t count) {
    std::vector<SplitWay> ways{
        {"double_mean on_open", false, SplitAlgorithm::double_mean},
        {"double_mean up_front", true, SplitAlgorithm::double_mean},
    };
    if (count <= domain::shares_line_cut_on_open_max) {
        ways.push_back({"line_cut on_open", false, SplitAlgorithm::line_cut});
    }
    ways.push_back({"line_cut up_front", true, SplitAlgorithm::line_cut});
    return ways;
}

double SplitTrial::worst_z(const SplitGame& game) const {
    const double mean = static_cast<double>(game.total_fen) / static_cast<double>(game.count);
    const double root = std::sqrt(static_cast<double>(game.runs));
    double worst = 0;
    for (std::size_t place = 0; place < mean_fen.size(); ++place) {
        if (sd_fen[place] > 0) {
            worst = std::max(worst, std::abs(mean_fen[place] - mean) * root / sd_fen[place]);
        }
    }
    return worst;
}

SplitTrial try_way(const SplitWay& way, const SplitGame& game) {
    actors::SecureRandom random;
    Sums sums(static_cast<std::size_t>(game.count));
    std::chrono::steady_clock::duration took{};
    SplitTrial trial;
    for (std::int64_t run = 0; run < game.runs; ++run) {
        const auto began = std::chrono::steady_clock::now();
        const std::vector<domain::Fen> shares = split_once(way, game, random);
        took += std::chrono::steady_clock::now() - began;
        sums.add(shares);
        if (way.is_up_front) {
            trial.kept_bytes_per_share = static_cast<double>(shares.capacity() * sizeof shares[0]) /
                                         static_cast<double>(shares.size());
        }
    }
    const auto runs = static_cast<double>(game.runs);
    trial.way = way;
    trial.theory_sd_fen = way.algorithm == SplitAlgorithm::line_cut
                              ? line_cut_sd(game)
                              : double_mean_sd(game, way.is_up_front);
    for (std::size_t place = 0; place < sums.of_shares.size(); ++place) {
        const double mean = sums.of_shares[place] / runs;
        trial.mean_fen.push_back(mean);
        trial.sd_fen.push_back(
            std::sqrt(std::max(0.0, sums.of_squares[place] / runs - mean * mean)));
        trial.luckiest.push_back(sums.of_luckiest[place] / runs);
    }
    trial.largest_fen = sums.of_largest / runs;
    trial.ns_per_share = std::chrono::duration<double, std::nano>(took).count() / runs /
                         static_cast<double>(game.count);
    return trial;
}

} // namespace hongbao::ops
