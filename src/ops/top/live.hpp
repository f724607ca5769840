// Role: the three ways of showing figures. Owner thread: main's.
#pragma once

#include "ops/top/source.hpp"

namespace hongbao::ops::top {

struct Options {
    double every_s = 1;
    bool once = false;
    bool as_json = false;
    bool without_colours = false;
};

/// On the terminal, until somebody leaves. The exit status.
int show_live(const Source::Place& place, const Options& options);

/// One interval as text or a line of JSON, or a line for each interval while somebody reads them.
int print_figures(const Source::Place& place, const Options& options);

} // namespace hongbao::ops::top
