// Role: a small chart in SVG: axes, dots, lines, a legend.
#include "ops/bench/split_plot.hpp"

#include "ops/bench/report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdarg>
#include <cstdio>

namespace hongbao::ops {

namespace {

constexpr double width = 860, panel_height = 260, left_edge = 70, right_edge = 230, top_edge = 56;
constexpr double panel_gap = 56;
constexpr std::array<const char*, 4> colours{"#c0392b", "#2471a3", "#d68910", "#1e8449"};

[[gnu::format(printf, 2, 3)]] void add(std::string& svg, const char* format, ...) {
    std::array<char, 512> text{};
    std::va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(text.data(), text.size(), format, arguments);
    va_end(arguments);
    svg += text.data();
}

struct Panel {
    std::string& svg;
    double top;
    double largest; // at the upper edge of the panel; 0 is at the lower one
    std::size_t positions;

    double x(std::size_t place) const {
        const double step =
            positions < 2 ? 0 : static_cast<double>(place) / static_cast<double>(positions - 1);
        return left_edge + 12 + step * (width - left_edge - right_edge - 24);
    }
    double y(double value) const { return top + panel_height * (1 - value / largest); }

    void frame(const char* title) const {
        add(svg, "<text x='%.0f' y='%.0f' class='title'>%s</text>\n", left_edge, top - 8, title);
        constexpr int ticks = 4;
        for (int tick = 0; tick <= ticks; ++tick) {
            const double value = largest * tick / ticks;
            add(svg, "<line x1='%.0f' y1='%.1f' x2='%.0f' y2='%.1f' class='grid'/>\n", left_edge,
                y(value), width - right_edge, y(value));
            add(svg, "<text x='%.0f' y='%.1f' class='tick' text-anchor='end'>%.0f</text>\n",
                left_edge - 6, y(value) + 4, value);
        }
        const std::size_t step = std::max<std::size_t>(1, positions / 10);
        for (std::size_t place = 0; place < positions; place += step) {
            add(svg, "<text x='%.1f' y='%.0f' class='tick' text-anchor='middle'>%zu</text>\n",
                x(place), top + panel_height + 16, place + 1);
        }
    }
    void line(const std::vector<double>& values, const char* colour) const {
        svg += "<polyline fill='none' stroke='";
        svg += colour;
        svg += "' points='";
        for (std::size_t place = 0; place < values.size(); ++place) {
            add(svg, "%.1f,%.1f ", x(place), y(values[place]));
        }
        svg += "'/>\n";
    }
    /// Shifts the dots of each way, so that they do not cover each other.
    void dots(const std::vector<double>& values, std::size_t way) const {
        const std::size_t step = std::max<std::size_t>(1, positions / 200);
        for (std::size_t place = 0; place < values.size(); place += step) {
            add(svg, "<circle cx='%.1f' cy='%.1f' r='3' fill='%s' fill-opacity='0.75'/>\n",
                x(place) + 4.0 * static_cast<double>(way) - 6, y(values[place]), colours.at(way));
        }
    }
};

/// The least of 1, 2, 4 or 5 times a power of ten that is at least `value`.
double round_up(double value) {
    const double power = std::pow(10, std::floor(std::log10(std::max(value, 1e-9))));
    for (const double step : {1.0, 2.0, 4.0, 5.0}) {
        if (value <= step * power) {
            return step * power;
        }
    }
    return 10 * power;
}

void add_legend(std::string& svg, const std::vector<SplitTrial>& trials) {
    const double x = width - right_edge + 24;
    for (std::size_t way = 0; way < trials.size(); ++way) {
        const double y = top_edge + 10 + 24 * static_cast<double>(way);
        add(svg, "<circle cx='%.0f' cy='%.0f' r='4' fill='%s'/>\n", x, y, colours.at(way));
        add(svg, "<text x='%.0f' y='%.0f' class='tick'>%.*s</text>\n", x + 12, y + 4,
            static_cast<int>(trials[way].way.name.size()), trials[way].way.name.data());
    }
    add(svg, "<text x='%.0f' y='%.0f' class='tick'>dots: drawn; lines: theory</text>\n", x - 4,
        top_edge + 22 + 24 * static_cast<double>(trials.size()));
}

} // namespace

std::string plot_of(const std::vector<SplitTrial>& trials, const SplitGame& game) {
    const auto count = static_cast<std::size_t>(game.count);
    const double mean = static_cast<double>(game.total_fen) / static_cast<double>(game.count);
    const double height = top_edge + 2 * panel_height + panel_gap + 40;
    std::string svg;
    add(svg, "<svg xmlns='http://www.w3.org/2000/svg' width='%.0f' height='%.0f'>\n", width,
        height);
    svg +=
        "<style>text{font-family:sans-serif}.title{font-size:14px}.tick{font-size:12px;"
        "fill:#333}.grid{stroke:#ddd}</style>\n<rect width='100%' height='100%' fill='white'/>\n";
    add(svg,
        "<text x='%.0f' y='24' class='title'>%s fen over %s shares, split %s times each way: "
        "shares "
        "by position of opening</text>\n",
        left_edge, grouped(static_cast<std::uint64_t>(game.total_fen)).c_str(),
        grouped(static_cast<std::uint64_t>(game.count)).c_str(),
        grouped(static_cast<std::uint64_t>(game.runs)).c_str());
    double largest_sd = 1;
    for (const SplitTrial& trial : trials) {
        for (std::size_t place = 0; place < count; ++place) {
            largest_sd = std::max({largest_sd, trial.sd_fen[place], trial.theory_sd_fen[place]});
        }
    }
    const Panel means{svg, top_edge, round_up(mean * 1.2), count};
    const Panel sds{svg, top_edge + panel_height + panel_gap, round_up(largest_sd), count};
    means.frame("mean, fen");
    sds.frame("standard deviation, fen");
    means.line(std::vector<double>(count, mean), "#555");
    for (std::size_t way = 0; way < trials.size(); ++way) {
        sds.line(trials[way].theory_sd_fen, colours.at(way));
        means.dots(trials[way].mean_fen, way);
        sds.dots(trials[way].sd_fen, way);
    }
    add_legend(svg, trials);
    return svg + "</svg>\n";
}

} // namespace hongbao::ops
