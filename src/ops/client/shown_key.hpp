// Role: the key or token that a command shows a server which it reaches by its address. Never a
// word of the command line: those are in the list of processes for everybody to see.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <variant>

namespace hongbao::ops {

inline constexpr const char* key_variable = "HONGBAO_KEY";

/// --key-file FILE
void add_key_file(CLI::App& command, std::string& key_file);

struct NoKey {
    std::string sentence;
};

/// From the file, if one is named, otherwise from HONGBAO_KEY; empty: there is none.
std::variant<std::string, NoKey> key_to_show(const std::string& key_file);

} // namespace hongbao::ops
