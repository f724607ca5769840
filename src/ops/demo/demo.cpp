// Role: `hongbao demo`: a story told line by line, each line backed by an answer of the server.
#include "ops/cli/commands.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/say.hpp"
#include "ops/client/shown_key.hpp"
#include "ops/demo/client.hpp"
#include "ops/demo/server.hpp"
#include "ops/demo/stories.hpp"

#include <algorithm>
#include <array>
#include <exception>

namespace hongbao::ops {

namespace {

constexpr std::array stories{
    DemoStory{"packets", "red packets: ten users, two packets, an expiry, the audit", tell_packets},
    DemoStory{
        "sale",
        "a flash sale: 100 tickets and a thousand buyers at once, payments, a waiting list, a "
        "refund, the payout, the audit",
        tell_sale},
};

int tell_story(const DemoStory& story, const DemoTarget& target, bool is_own) {
    try {
        story.tell(target, is_own);
        return exit_ok;
    } catch (const DemoFailed& failed) {
        say("the demo stopped: " + failed.sentence);
    } catch (const std::exception& error) {
        say(std::string("the demo stopped at an answer it cannot read: ") + error.what());
    }
    return exit_failed;
}

} // namespace

std::span<const DemoStory> demo_stories() {
    return stories;
}

int demo(const DemoOptions& options) {
    const auto* story = std::find_if(stories.begin(), stories.end(), [&](const DemoStory& one) {
        return one.name == options.story;
    });
    if (story == stories.end()) {
        std::string sentence = "no story is called " + options.story + "; there are:";
        for (const DemoStory& one : stories) {
            sentence += std::string(" ") + one.name;
        }
        return complain(sentence, exit_misconfigured);
    }
    if (!options.server_url.empty()) {
        const auto key = key_to_show(options.key_file);
        if (const auto* none = std::get_if<NoKey>(&key)) {
            return complain(none->sentence, exit_misconfigured);
        }
        return tell_story(*story, {options.server_url, std::get<std::string>(key)}, false);
    }
    auto started = DemoServer::start();
    if (const auto* problem = std::get_if<std::string>(&started)) {
        return complain(*problem);
    }
    return tell_story(*story, {std::get<DemoServer>(started).url()}, true);
}

} // namespace hongbao::ops
