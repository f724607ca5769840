// Role: the flags of `hongbao top`.
#include "ops/cli/command_parts.hpp"
#include "ops/cli/data_place.hpp"
#include "ops/cli/say.hpp"
#include "ops/client/server_url.hpp"
#include "ops/client/shown_key.hpp"
#include "ops/top/live.hpp"

#include <memory>

namespace hongbao::ops {

namespace {

constexpr double every_s_min = 0.1;
constexpr double every_s_max = 3'600;

/// Empty, or what is wrong with it. NaN is in no range.
std::string fault_of_every(const std::string& words) {
    double every_s = 0;
    const bool is_number = CLI::detail::lexical_cast(words, every_s);
    return is_number && every_s >= every_s_min && every_s <= every_s_max
               ? ""
               : "it has to be 0.1 to 3600 seconds";
}

struct TopWords {
    top::Options options;
    std::string url;
    std::string key_file;
};

int run_top(const std::string& data_dir, const TopWords& words) {
    top::Source::Place place{data_dir, without_last_slash(words.url), {}};
    if (!words.url.empty()) {
        auto key = key_to_show(words.key_file);
        if (const auto* none = std::get_if<NoKey>(&key)) {
            return complain(none->sentence);
        }
        place.key = std::get<std::string>(std::move(key));
    } else if (!words.key_file.empty()) {
        return complain("--key-file is for a server at an --url; the control socket needs no key",
                        exit_misconfigured);
    }
    return words.options.once || words.options.as_json ? top::print_figures(place, words.options)
                                                       : top::show_live(place, words.options);
}

} // namespace

void add_top_command(CLI::App& app, Commands& commands) {
    auto* command = app.add_subcommand(
        "top", "watch what a running server does\n"
               "Rates, times, queues, room, the busiest packets: what /metrics says, each second. "
               "q or Ctrl-C leaves. Without a terminal, or with --once, one interval as text.");
    const DataPlace place(*command);
    const auto words = std::make_shared<TopWords>();
    command
        ->add_option("--url", words->url,
                     "watch the server at this address instead, with a key of the scope reader or "
                     "operator")
        ->type_name("URL")
        ->check(fault_of_url);
    add_key_file(*command, words->key_file);
    command->add_option("--every", words->options.every_s, "how long an interval is")
        ->type_name("SECONDS")
        ->check(fault_of_every)
        ->capture_default_str();
    command->add_flag("--once", words->options.once, "print one interval as text, and end");
    command->add_flag("--json", words->options.as_json,
                      "print a line of JSON for each interval, with --once for one");
    command->add_flag("--no-color", words->options.without_colours,
                      "without colours; env NO_COLOR does the same");
    commands.push_back({command, [place, words] {
                            return place.run(false, [&](const std::string& data_dir) {
                                return run_top(data_dir, *words);
                            });
                        }});
}

} // namespace hongbao::ops
