// Role: the figures in groups, each a heading with lines under it. Pure.
#pragma once

#include "ops/top/view/picture.hpp"

namespace hongbao::ops::top {

struct Line {
    std::string name;
    std::string value;
    Style style = Style::plain; // of the value
};

struct Block {
    std::string name;
    std::string value; // beside the heading
    std::vector<Line> lines;
    std::size_t lines_min = 0; // so many stay when there is little room
};

Block requests_block(const Figures& figures);
Block refusals_block(const Figures& figures);
Block facts_block(const Figures& figures);
Block hottest_block(const Figures& figures);
Block commits_block(const Figures& figures);
Block waiting_block(const Figures& figures);
Block memory_block(const Figures& figures);
Block room_block(const Figures& figures);

/// What a watcher must not overlook, the worst first: books, room, switches, load.
Row signs_of(const Figures& figures);

} // namespace hongbao::ops::top
