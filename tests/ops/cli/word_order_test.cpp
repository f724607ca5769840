// Role: the command's words come first, wherever they stood; the others keep their order.
#include "ops/cli/word_order.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hongbao::ops {
namespace {

using Words = std::vector<std::string>;

const CommandWords known{"hongbao",
                         {{"serve", {}, {"--data", "--listen"}},
                          {"verify", {}, {"--data"}},
                          {"config", {{"check", {}, {"--data"}}, {"print", {}, {"--data"}}}},
                          {"backup", {}, {"--data", "--to"}},
                          {"demo", {}, {"--server"}}},
                         {"--data", "--config"}};

TEST(WordOrder, TheCommandComesFirst) {
    struct Case {
        Words words;
        Words expected;
    };
    const Case cases[] = {
        {{}, {}},
        {{"serve"}, {"serve"}},
        {{"serve", "--data", "X"}, {"serve", "--data", "X"}},
        {{"--data", "X", "serve"}, {"serve", "--data", "X"}},
        {{"--data=X", "serve", "--listen", "Y"}, {"serve", "--data=X", "--listen", "Y"}},
        {{"--data", "X", "serve", "--data", "Y"}, {"serve", "--data", "X", "--data", "Y"}},
        {{"--data", "serve"}, {"--data", "serve"}}, // a folder of that name
        {{"--data", "serve", "verify"}, {"verify", "--data", "serve"}},
        {{"--data=serve", "verify"}, {"verify", "--data=serve"}},
        {{"--to", "B", "backup", "--data", "X"}, {"backup", "--to", "B", "--data", "X"}},
        {{"--to", "backup", "backup"}, {"backup", "--to", "backup"}},
        {{"config", "--data", "X", "check"}, {"config", "check", "--data", "X"}},
        {{"--data", "X", "config", "print"}, {"config", "print", "--data", "X"}},
        {{"--help", "serve"}, {"serve", "--help"}},
        {{"--surprise", "serve"}, {"serve", "--surprise"}}, // not known: no value is
        {{"nonsense", "serve", "--help"}, {"nonsense", "serve", "--help"}},
        {{"serve", "nonsense", "--help"}, {"serve", "nonsense", "--help"}},
        {{"serve", "verify"}, {"serve", "verify"}},
        {{"config", "nonsense", "check"}, {"config", "nonsense", "check"}},
        {{"--", "serve"}, {"--", "serve"}},
        {{"-", "serve"}, {"-", "serve"}},
        {{"demo", "sale", "--server", "U"}, {"demo", "sale", "--server", "U"}},
        {{"--server", "U", "demo", "sale"}, {"demo", "--server", "U", "sale"}},
        {{"serve", "--data"}, {"serve", "--data"}},
    };
    for (const Case& c : cases) {
        std::string text;
        for (const std::string& word : c.words) {
            text += word + " ";
        }
        EXPECT_EQ(command_first(c.words, known), c.expected) << text;
    }
}

} // namespace
} // namespace hongbao::ops
