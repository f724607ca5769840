// Role: the key or token that a command shows a server which it reaches by its address. Never a
// word of the command line: those are in the list of processes for everybody to see.
#pragma once

#include <string>
#include <variant>

namespace hongbao::ops {

inline constexpr const char* key_variable = "HONGBAO_KEY";

struct NoKey {
    std::string sentence;
};

/// From the file, if one is named, otherwise from HONGBAO_KEY; empty: there is none.
std::variant<std::string, NoKey> key_to_show(const std::string& key_file);

} // namespace hongbao::ops
