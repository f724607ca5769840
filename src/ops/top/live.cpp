// Role: the loop of the live view: looks, keys, signals and the size of the terminal.
#include "ops/top/live.hpp"

#include "ops/cli/exit_status.hpp"
#include "ops/cli/say.hpp"
#include "ops/cli/standard_streams.hpp"
#include "ops/log/output_relay.hpp"
#include "ops/top/scraper.hpp"
#include "ops/top/screen.hpp"
#include "ops/top/view/columns.hpp"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <system_error>

namespace hongbao::ops::top {

namespace {

constexpr int redraw_key = 'L' - '@'; // Ctrl-L

/// Those that ask for an end, and the one of a new size, as something to read. They stay held: the
/// process ends soon after.
class Signals {
  public:
    Signals() {
        sigset_t set;
        sigemptyset(&set);
        for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH}) {
            sigaddset(&set, signal);
        }
        pthread_sigmask(SIG_BLOCK, &set, nullptr);
        descriptor_ = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
        if (descriptor_ < 0) {
            throw std::system_error(errno, std::generic_category(), "signalfd");
        }
    }
    ~Signals() { ::close(descriptor_); }
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

    int descriptor() const { return descriptor_; }
    /// Whether one of those that came asks for an end.
    bool ask_for_the_end() const {
        signalfd_siginfo info{};
        bool is_over = false;
        while (::read(descriptor_, &info, sizeof info) == sizeof info) {
            is_over = is_over || info.ssi_signo != static_cast<std::uint32_t>(SIGWINCH);
        }
        return is_over;
    }

  private:
    int descriptor_ = -1;
};

std::string time_of_day() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    std::array<char, 16> text{};
    ::localtime_r(&now, &parts);
    std::strftime(text.data(), text.size(), "%H:%M:%S", &parts);
    return text.data();
}

bool wants_colours(const Options& options) {
    const char* const no_colour = std::getenv("NO_COLOR");
    return !options.without_colours && (no_colour == nullptr || *no_colour == '\0');
}

/// Whether a key asks for the end.
bool heed_keys(Screen& screen) {
    bool is_over = false;
    for (int key = screen.key(); key != 0; key = screen.key()) {
        is_over = is_over || key == 'q' || key == 'Q';
        if (key == redraw_key) {
            screen.forget();
        }
    }
    return is_over;
}

/// Until somebody leaves, or the server will never answer: then why.
std::string follow(Screen& screen, const Signals& signals, Scraper& scraper,
                   const std::string& place) {
    Watch watch;
    // A stdin that is no terminal is always readable, and has no keys.
    const int keys = ::isatty(STDIN_FILENO) != 0 ? STDIN_FILENO : -1;
    for (;;) {
        screen.draw(picture_of(watch, Frame{place, time_of_day()}, screen.size()));
        std::array wanted{pollfd{signals.descriptor(), POLLIN, 0}, pollfd{keys, POLLIN, 0},
                          pollfd{scraper.descriptor(), POLLIN, 0}};
        if (::poll(wanted.data(), wanted.size(), -1) < 0) {
            continue; // a stop by Ctrl-Z is over
        }
        const bool terminal_is_gone = (wanted[1].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
        if (signals.ask_for_the_end() || heed_keys(screen) || terminal_is_gone) {
            return {};
        }
        if (auto look = scraper.take()) {
            const auto* absent = std::get_if<Absent>(&*look);
            if (absent != nullptr && absent->is_final) {
                return absent->sentence;
            }
            watch.take(*std::move(look));
        }
    }
}

} // namespace

int show_live(const Source::Place& place, const Options& options) {
    std::string fault;
    {
        const Signals signals; // before there are other threads
        const bool has_utf8 = use_utf8();
        const auto screen = Screen::open(wants_colours(options), has_utf8);
        if (!screen) {
            return print_figures(place, {options.every_s, true, false, true});
        }
        Scraper scraper(Source(place), std::chrono::duration<double>(options.every_s));
        fault = follow(*screen, signals, scraper, place.name());
    }
    const int status = fault.empty() ? exit_ok : complain(fault);
    end_at_once(status_with_stdout_written(status)); // a look may still be under way
}

} // namespace hongbao::ops::top
