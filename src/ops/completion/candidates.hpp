// Role: what may stand next on the command line, read off the tree of commands, so that shells
// never offer what is not there. Pure.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace hongbao::ops {

struct Candidate {
    std::string text;  // the whole word
    std::string about; // one line
    bool operator==(const Candidate&) const = default;
};

struct Candidates {
    enum class Files { none, any, folders }; // what of the file system may stand there besides
    std::vector<Candidate> words;
    Files files = Files::none;
};

/// `words` follow the program's name; the last is the one being typed, and may be empty.
Candidates candidates_for(const CLI::App& app, const std::vector<std::string>& words);

/// "serve", "config", "config check", …: every command that the help lists, in its order.
std::vector<std::string> listed_commands(const CLI::App& app);

} // namespace hongbao::ops
