// Role: the command line of `hongbao demo`.
#include "ops/cli/command_parts.hpp"
#include "ops/cli/commands.hpp"
#include "ops/client/shown_key.hpp"
#include "ops/demo/stories.hpp"

#include <memory>
#include <string>

namespace hongbao::ops {

void add_demo_command(CLI::App& app, Commands& commands) {
    auto* command = app.add_subcommand(
        "demo",
        "tell a story line by line, of red packets or of a flash sale, and check it\n"
        "Settings are ignored: without --server it starts its own server in a temporary folder.");
    const auto options = std::make_shared<DemoOptions>();
    options->story = demo_stories().front().name;
    command->add_option("story", options->story, "which story; they are listed below")
        ->type_name("STORY")
        ->capture_default_str();
    command
        ->add_option("--server", options->server_url,
                     "a running server; without it the demo starts one of its own, with "
                     "its data in a temporary folder")
        ->type_name("URL");
    add_key_file(*command, options->key_file);
    std::string list = "Stories:";
    for (const DemoStory& story : demo_stories()) {
        list += "\n  " + std::string(story.name) + ": " + story.about;
    }
    command->footer(list);
    commands.push_back({command, [options] { return demo(*options); }});
}

} // namespace hongbao::ops
