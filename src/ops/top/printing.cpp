// Role: figures for pipes and scripts.
#include "domain/values/rfc3339.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/say.hpp"
#include "ops/cli/standard_streams.hpp"
#include "ops/top/live.hpp"
#include "ops/top/view/columns.hpp"

#include <chrono>
#include <thread>

namespace hongbao::ops::top {

namespace {

using std::chrono::steady_clock;

std::string now_in_words() {
    using namespace std::chrono;
    return domain::to_rfc3339(
        duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count());
}

/// One line; what is not known yet, and why, if there are no figures.
std::string json_line(const Watch& watch) {
    nlohmann::ordered_json line{{"at", now_in_words()}};
    if (watch.figures()) {
        line.update(json_of(*watch.figures()));
    } else {
        line["waiting"] = watch.waits_for();
    }
    return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string text_page(const Watch& watch, const std::string& place) {
    use_utf8();
    return text_of(picture_of(watch, Frame{place, now_in_words(), false}, Size{80, 0}));
}

/// Exactly one interval.
int print_one(const Source::Place& place, const Options& options) {
    Source source(place);
    Watch watch;
    for (int looks = 0; looks < 2; ++looks) {
        if (looks > 0) {
            std::this_thread::sleep_for(std::chrono::duration<double>(options.every_s));
        }
        Look look = source.look();
        if (const auto* absent = std::get_if<Absent>(&look)) {
            return complain(absent->sentence);
        }
        watch.take(std::move(look));
    }
    print_text(options.as_json ? json_line(watch) : text_page(watch, place.name()));
    return exit_ok;
}

} // namespace

int print_figures(const Source::Place& place, const Options& options) {
    if (options.once || !options.as_json) {
        return print_one(place, options);
    }
    Source source(place);
    Watch watch;
    const auto every = std::chrono::duration_cast<steady_clock::duration>(
        std::chrono::duration<double>(options.every_s));
    bool is_first = true;
    for (auto next = steady_clock::now();; std::this_thread::sleep_until(next)) {
        Look look = source.look();
        if (const auto* absent = std::get_if<Absent>(&look); absent && absent->is_final) {
            return complain(absent->sentence);
        }
        watch.take(std::move(look));
        const bool has_interval = !watch.figures() || watch.figures()->interval_s;
        if ((has_interval || !is_first) && !(print_text(json_line(watch)) && flush_stdout())) {
            return exit_failed; // nobody reads any more; that is said at the end
        }
        is_first = false;
        next = std::max(next + every, steady_clock::now());
    }
}

} // namespace hongbao::ops::top
