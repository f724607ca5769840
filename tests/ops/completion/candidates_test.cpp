// Role: what is offered for each place on a small command line.
#include "ops/completion/candidates.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hongbao::ops {
namespace {

using Words = std::vector<std::string>;
using Files = Candidates::Files;

/// hongbao [--config FILE] [--data DIR] serve|key create|switch|secret
struct CommandLine {
    CLI::App app{"a server", "hongbao"};
    std::string text;
    bool on = false;

    CommandLine() {
        app.set_help_flag("-h,--help", "print help");
        app.add_option("--config", text, "settings file")->type_name("FILE");
        auto* serve = app.add_subcommand("serve", "run the server\nUntil it is stopped.");
        serve->add_option("--data", text, "where the data is")->type_name("DIR");
        serve->add_option("--clock", text, "which clock")->type_name("wall|manual");
        serve->add_option("--listen", text, "where to listen")->type_name("HOST:PORT|unix:/PATH");
        serve->add_option("--until", text, "how far")->type_name("SEQUENCE|INSTANT");
        serve->add_option("--algorithm", text, "which")->type_name("ES256|RS256");
        serve->add_option("--unseen", text, "left out of the help")->group("");
        serve->add_flag("--without-model", on, "less work");
        auto* key = app.add_subcommand("key", "keys");
        auto* create = key->add_subcommand("create", "make one");
        create->add_option("--scope", text, "what for")
            ->check(CLI::IsMember(std::vector<std::string>{"service", "reader"}));
        auto* change = app.add_subcommand("switch", "throw a switch");
        change->add_option("name", text, "which")->type_name("NAME");
        change->add_option("to", text, "where to")->type_name("on|off");
        app.add_subcommand("secret", "left out of the help")->group("");
    }
};

Words texts(const Candidates& found) {
    Words out;
    for (const Candidate& one : found.words) {
        out.push_back(one.text);
    }
    return out;
}

TEST(Candidates, EachPlaceHasItsOwn) {
    struct Case {
        Words words;
        Words expected;
        Files files = Files::none;
    };
    const Words no_words;
    const Case cases[] = {
        {{}, {"serve", "key", "switch"}},
        {{""}, {"serve", "key", "switch"}},
        {{"s"}, {"serve", "switch"}},
        {{"x"}, no_words},
        {{"-"}, {"--help", "--config"}},
        {{"key", ""}, {"create"}},
        {{"key", "create", ""}, no_words},
        {{"serve", "--"},
         {"--help", "--data", "--clock", "--listen", "--until", "--algorithm", "--without-model"}},
        {{"serve", "--c"}, {"--clock"}},
        {{"serve", "--unse"}, no_words},
        // A flag's value, wherever the flag stands, and with "=".
        {{"serve", "--clock", ""}, {"wall", "manual"}},
        {{"serve", "--clock", "m"}, {"manual"}},
        {{"serve", "--clock=m"}, {"--clock=manual"}},
        {{"--clock", "w"}, {"wall"}},
        {{"serve", "--algorithm", ""}, {"ES256", "RS256"}},
        {{"serve", "--listen", ""}, no_words},
        {{"serve", "--until", ""}, no_words},
        {{"key", "create", "--scope", ""}, {"service", "reader"}},
        {{"serve", "--data", ""}, no_words, Files::folders},
        {{"--config", ""}, no_words, Files::any},
        {{"--config=/etc/"}, no_words, Files::any},
        {{"serve", "--without-model="}, no_words},
        // A flag's value is no command, and a flag without value takes none.
        {{"--config", "serve", "s"}, {"serve", "switch"}},
        {{"--config", "serve", "switch", "a", "o"}, {"on", "off"}},
        {{"serve", "--without-model", "--clock", "w"}, {"wall"}},
        // Words of a command, each with its own values.
        {{"switch", ""}, no_words},
        {{"switch", "sends", ""}, {"on", "off"}},
        {{"switch", "sends", "on", ""}, no_words},
        {{"switch", "--", "sends", ""}, {"on", "off"}},
        {{"switch", "--", "--"}, no_words},
        {{"nonsense", ""}, no_words},
        {{"--nonsense", "se"}, {"serve"}},
    };
    CommandLine line;
    for (const Case& one : cases) {
        SCOPED_TRACE(testing::PrintToString(one.words));
        const Candidates found = candidates_for(line.app, one.words);
        EXPECT_EQ(one.expected, texts(found));
        EXPECT_EQ(one.files, found.files);
    }
}

TEST(Candidates, AreDescribedByOneLine) {
    CommandLine line;
    const Candidates found = candidates_for(line.app, {"ser"});
    EXPECT_EQ((std::vector<Candidate>{{"serve", "run the server"}}), found.words);
}

TEST(Candidates, ListedCommandsAreThoseOfTheHelp) {
    CommandLine line;
    EXPECT_EQ((Words{"serve", "key", "key create", "switch"}), listed_commands(line.app));
}

} // namespace
} // namespace hongbao::ops
