// Role: a terminal by ncurses.
#include "ops/top/screen.hpp"

#include "ops/top/view/columns.hpp"

#define NCURSES_NOMACROS 1
#include <curses.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace hongbao::ops::top {

namespace {

/// Pairs of colours by number.
enum : short { good_colour = 1, warning_colour, alarm_colour, bar_colour };

attr_t attributes_of(Style style, bool has_colours) {
    const auto colour = [&](short pair) {
        return has_colours ? static_cast<attr_t>(COLOR_PAIR(pair)) : A_NORMAL;
    };
    switch (style) {
    case Style::plain: return A_NORMAL;
    case Style::faint: return A_DIM;
    case Style::strong: return A_BOLD;
    case Style::title: return A_REVERSE;
    case Style::good: return colour(good_colour);
    case Style::warning: return A_BOLD | colour(warning_colour);
    case Style::alarm: return A_BOLD | A_REVERSE | colour(alarm_colour);
    case Style::bar: return colour(bar_colour);
    }
    return A_NORMAL;
}

class Curses : public Screen {
  public:
    Curses(SCREEN* screen, bool wants_colours, bool has_utf8)
        : screen_(screen), has_utf8_(has_utf8) {
        ::cbreak();
        ::noecho();
        ::nonl();
        ::nodelay(stdscr, true);
        ::curs_set(0);
        has_colours_ = wants_colours && ::has_colors() && ::start_color() == OK;
        if (has_colours_) {
            const short paper = ::use_default_colors() == OK ? short{-1} : short{COLOR_BLACK};
            ::init_pair(good_colour, COLOR_GREEN, paper);
            ::init_pair(warning_colour, COLOR_YELLOW, paper);
            ::init_pair(alarm_colour, COLOR_RED, paper);
            ::init_pair(bar_colour, COLOR_CYAN, paper);
        }
    }
    ~Curses() override {
        ::endwin();
        ::delscreen(screen_);
    }
    Curses(const Curses&) = delete;
    Curses& operator=(const Curses&) = delete;

    Size size() override {
        winsize now{};
        if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &now) == 0 && now.ws_col > 0 && now.ws_row > 0 &&
            (now.ws_col != COLS || now.ws_row != LINES)) {
            ::resizeterm(now.ws_row, now.ws_col);
            forget();
        }
        return {static_cast<std::size_t>(std::max(COLS, 1)),
                static_cast<std::size_t>(std::max(LINES, 1))};
    }

    void draw(const Picture& picture) override {
        ::werase(stdscr);
        int row = 0;
        for (const Row& spans : picture) {
            ::wmove(stdscr, row++, 0);
            for (const Span& span : spans) {
                const std::string text = has_utf8_ ? span.text : to_ascii(span.text);
                ::wattrset(stdscr, static_cast<int>(attributes_of(span.style, has_colours_)));
                ::waddnstr(stdscr, text.data(), static_cast<int>(text.size()));
            }
        }
        ::wattrset(stdscr, A_NORMAL);
        ::wrefresh(stdscr);
    }

    void forget() override { ::clearok(stdscr, true); }

    int key() override {
        const int key = ::wgetch(stdscr);
        return key == ERR ? 0 : key;
    }

  private:
    SCREEN* screen_;
    bool has_utf8_;
    bool has_colours_ = false;
};

/// Whether the cursor can be put anywhere.
bool can_be_drawn_on(int descriptor) {
    int fault = 0;
    return ::isatty(descriptor) != 0 && ::setupterm(nullptr, descriptor, &fault) == OK &&
           ::tigetstr("cup") != nullptr;
}

} // namespace

std::unique_ptr<Screen> Screen::open(bool has_colours, bool has_utf8) {
    if (!can_be_drawn_on(STDOUT_FILENO)) {
        return nullptr;
    }
    SCREEN* const screen = ::newterm(nullptr, stdout, stdin);
    return screen != nullptr ? std::make_unique<Curses>(screen, has_colours, has_utf8) : nullptr;
}

} // namespace hongbao::ops::top
