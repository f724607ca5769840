// Role: the table, the JSON, and the picture's file.
#include "ops/bench/split.hpp"

#include "ops/bench/report.hpp"
#include "ops/bench/split_plot.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/say.hpp"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

namespace hongbao::ops {

namespace {

void print_trial(const SplitTrial& trial, const SplitGame& game) {
    std::printf("%-21.*s  %5.0f %5.0f  %5.0f %5.0f  %6.2f %6.2f  %7.0f  %5.2f  %8.1f  %5.1f\n",
                static_cast<int>(trial.way.name.size()), trial.way.name.data(),
                trial.sd_fen.front(), trial.theory_sd_fen.front(), trial.sd_fen.back(),
                trial.theory_sd_fen.back(), 100 * trial.luckiest.front(),
                100 * trial.luckiest.back(), trial.largest_fen, trial.worst_z(game),
                trial.ns_per_share, trial.kept_bytes_per_share);
}

nlohmann::ordered_json json_of(const SplitTrial& trial, const SplitGame& game) {
    return {{"way", trial.way.name},
            {"mean_fen", trial.mean_fen},
            {"sd_fen", trial.sd_fen},
            {"theory_sd_fen", trial.theory_sd_fen},
            {"luckiest", trial.luckiest},
            {"largest_fen", trial.largest_fen},
            {"worst_z", trial.worst_z(game)},
            {"ns_per_share", trial.ns_per_share},
            {"kept_bytes_per_share", trial.kept_bytes_per_share}};
}

bool write_plot(const std::string& file, const std::string& svg) {
    std::ofstream stream(file, std::ios::binary);
    stream << svg;
    stream.close();
    if (!stream) {
        say("the picture " + file + " could not be written: " + std::strerror(errno));
    }
    return static_cast<bool>(stream);
}

} // namespace

int bench_split(const BenchSplitOptions& options) {
    const SplitGame& game = options.game;
    if (game.total_fen < game.count) {
        return complain("--total-fen is less than a fen for each of --count shares",
                        exit_misconfigured);
    }
    std::printf("%s fen over %s shares, %s times each way; mean %.1f fen at every position\n\n"
                "                       sd, first    sd, last     luckiest, %%    largest  worst   "
                "   ns a  bytes\n"
                "                       drawn theory drawn theory  first   last    mean    z      "
                "  share   kept\n",
                grouped(static_cast<std::uint64_t>(game.total_fen)).c_str(),
                grouped(static_cast<std::uint64_t>(game.count)).c_str(),
                grouped(static_cast<std::uint64_t>(game.runs)).c_str(),
                static_cast<double>(game.total_fen) / static_cast<double>(game.count));
    std::vector<SplitTrial> trials;
    nlohmann::ordered_json line = {
        {"total_fen", game.total_fen}, {"count", game.count}, {"runs", game.runs}};
    for (const SplitWay& way : ways_to_split(game.count)) {
        trials.push_back(try_way(way, game));
        print_trial(trials.back(), game);
        line["ways"].push_back(json_of(trials.back(), game));
    }
    if (!options.plot_file.empty() && !write_plot(options.plot_file, plot_of(trials, game))) {
        return exit_failed;
    }
    std::printf("%s\n", line.dump().c_str());
    return exit_ok;
}

} // namespace hongbao::ops
