// Role: the head, the bars, and the blocks in one, two or three columns.
#include "ops/top/view/picture.hpp"

#include "ops/top/view/blocks.hpp"
#include "ops/top/view/columns.hpp"
#include "ops/top/view/row.hpp"
#include "ops/top/view/units.hpp"

#include <algorithm>
#include <utility>

namespace hongbao::ops::top {

namespace {

constexpr std::size_t gap = 4;           // between columns
constexpr std::size_t column_min = 38;   // holds the kind, id and rate of what is hot
constexpr std::size_t column_max = 48;   // wider, the eye loses the line
constexpr std::size_t bar_name = 12;     // columns of a bar's name
constexpr std::size_t bar_value = 10;    // and of its value
constexpr std::size_t bar_note = 16;     // and of the note behind the bars
constexpr std::size_t bar_most_min = 70; // columns of a screen that has room for the note
constexpr std::size_t lines_max = 1'000; // rows of a picture that is not for a screen

using Column = std::vector<Block>;

Row head_row(const Frame& frame, const Figures* figures, std::size_t columns) {
    const std::string left = " hongbao top  ";
    const std::string place = harmless(frame.place);
    std::string right = frame.clock + " ";
    if (figures != nullptr) {
        const std::string more =
            harmless(figures->version) + "  up " + uptime_in_words(figures->up_s) + "  " + right;
        // Which server it is matters more than its age.
        right = width_of(left + place + more) < columns ? more : right;
    }
    const std::size_t used = width_of(left + right) + 1;
    Row row = spread({{left + cut_front(place, columns - std::min(columns, used)), Style::title}},
                     {{right, Style::title}}, columns);
    for (Span& span : row) {
        span.style = Style::title;
    }
    return row;
}

/// The signs one after another, on as many rows as they need.
void add_signs(Picture& picture, const Row& signs, std::size_t columns) {
    Row row;
    for (const Span& sign : signs) {
        const std::size_t used = width_of(row);
        if (used > 0 && used + 3 + width_of(sign.text) > columns) {
            picture.push_back(std::exchange(row, {}));
        }
        if (!row.empty()) {
            row.push_back({" · ", Style::faint});
        }
        row.push_back(sign);
    }
    picture.push_back(row);
}

Row bar_row(const char* name, const std::string& value, const History& history,
            std::string (*in_words)(const Figure&), const Frame& frame, std::size_t columns) {
    Row row{{name, Style::plain}};
    const std::size_t blanks = bar_value - std::min(bar_value, width_of(value));
    append_at(row, bar_name + blanks, {{value, Style::strong}});
    const std::size_t used = bar_name + bar_value + 2;
    const bool has_note = columns >= bar_most_min;
    const std::size_t end = columns - std::min(columns, has_note ? bar_note : 0);
    if (frame.has_bars && end > used) {
        append_at(row, used, {{history.sparkline(end - used), Style::bar}});
        const std::string most = in_words(history.most(end - used));
        row.push_back({has_note ? "  most " + most : "", Style::faint});
    }
    return row;
}

void add_bars(Picture& picture, const Watch& watch, const Frame& frame, std::size_t columns) {
    const Figures& figures = *watch.figures();
    picture.push_back(bar_row("requests", rate_in_words(figures.requests.per_s), watch.requests(),
                              rate_in_words, frame, columns));
    picture.push_back(bar_row("opens", rate_in_words(figures.rate_of("share_opened")),
                              watch.opens(), rate_in_words, frame, columns));
    picture.push_back(bar_row("commit p99", time_in_words(figures.commits.p99_s), watch.commits(),
                              time_in_words, frame, columns));
}

std::vector<Column> columns_of(const Figures& figures, std::size_t count) {
    Block requests = requests_block(figures);
    Block refusals = refusals_block(figures);
    Block facts = facts_block(figures);
    Block hottest = hottest_block(figures);
    Block commits = commits_block(figures);
    Block waiting = waiting_block(figures);
    Block memory = memory_block(figures);
    Block room = room_block(figures);
    if (count >= 3) {
        return {{requests, refusals}, {commits, waiting, room}, {hottest, facts, memory}};
    }
    if (count == 2) {
        return {{requests, refusals, hottest, facts}, {commits, waiting, room, memory}};
    }
    return {{requests, commits, refusals, waiting, room, hottest, memory, facts}};
}

std::size_t rows_of(const Block& block) {
    return 1 + std::max(block.lines.size(), std::min<std::size_t>(block.lines_min, 1));
}

std::size_t rows_of(const Column& column) {
    std::size_t rows = 0;
    for (const Block& block : column) {
        rows += rows_of(block);
    }
    return rows;
}

/// Leaves out, from the end, what has no room: first lines that may go, then blocks.
void fit(Column& column, std::size_t rows) {
    for (auto block = column.rbegin(); block != column.rend(); ++block) {
        while (rows_of(column) > rows && block->lines.size() > block->lines_min) {
            block->lines.pop_back();
        }
        if (block->lines.empty()) {
            block->lines_min = rows_of(column) > rows ? 0 : block->lines_min;
        }
    }
    while (rows_of(column) > rows && !column.empty()) {
        Block& last = column.back();
        if (last.lines.size() > 1) {
            last.lines.pop_back();
        } else {
            column.pop_back();
        }
    }
}

void add_block(Picture& picture, const Block& block, std::size_t columns) {
    picture.push_back(
        spread({{block.name, Style::strong}}, {{block.value, Style::strong}}, columns));
    for (const Line& line : block.lines) {
        picture.push_back(
            spread({{"  " + line.name, Style::plain}}, {{line.value, line.style}}, columns));
    }
    if (block.lines.empty() && block.lines_min > 0) {
        picture.push_back({{"  none", Style::faint}});
    }
}

Picture drawn(Column column, std::size_t columns, std::size_t rows) {
    fit(column, rows);
    const bool has_air =
        !column.empty() && rows_of(column) + column.size() - 1 <= rows; // a row between
    Picture picture;
    for (const Block& block : column) {
        if (has_air && !picture.empty()) {
            picture.emplace_back();
        }
        add_block(picture, block, columns);
    }
    return picture;
}

void add_blocks(Picture& picture, const Figures& figures, std::size_t columns, std::size_t rows) {
    const std::size_t count = std::clamp<std::size_t>((columns + gap) / (column_min + gap), 1, 3);
    const std::size_t wide = std::min(column_max, (columns - gap * (count - 1)) / count);
    const std::size_t first = picture.size();
    std::size_t at = 0;
    for (const Column& column : columns_of(figures, count)) {
        const Picture part = drawn(column, wide, rows);
        picture.resize(std::max(picture.size(), first + part.size()));
        for (std::size_t i = 0; i < part.size(); ++i) {
            if (!part[i].empty()) {
                append_at(picture[first + i], at, part[i]);
            }
        }
        at += wide + gap;
    }
}

} // namespace

Picture picture_of(const Watch& watch, const Frame& frame, Size size) {
    const std::size_t rows = size.rows == 0 ? lines_max : size.rows;
    const Figures* figures = watch.figures() ? &*watch.figures() : nullptr;
    Picture picture{head_row(frame, figures, size.columns)};
    if (figures == nullptr) {
        add_signs(picture, {{"waiting for the server", Style::warning}}, size.columns);
        if (!watch.waits_for().empty()) {
            picture.push_back({{harmless(watch.waits_for()), Style::plain}});
        }
    } else {
        add_signs(picture, signs_of(*figures), size.columns);
        const bool has_air = rows > 20;
        if (has_air) {
            picture.emplace_back();
        }
        add_bars(picture, watch, frame, size.columns);
        if (has_air) {
            picture.emplace_back();
        }
        add_blocks(picture, *figures, size.columns, rows - std::min(rows, picture.size()));
    }
    picture.resize(std::min(picture.size(), rows));
    for (Row& row : picture) {
        row = cut(row, size.columns);
    }
    return picture;
}

std::string text_of(const Picture& picture) {
    std::string text;
    for (const Row& row : picture) {
        std::string line;
        for (const Span& span : row) {
            line += span.text;
        }
        line.resize(line.find_last_not_of(' ') + 1); // npos + 1 is 0
        text += line + "\n";
    }
    return text;
}

} // namespace hongbao::ops::top
