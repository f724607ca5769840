// Role: what `hongbao completion SHELL` prints: a script that asks the binary at each Tab.
#pragma once

#include <string_view>

namespace hongbao::ops {

extern const std::string_view bash_script;
extern const std::string_view zsh_script;
extern const std::string_view fish_script;

} // namespace hongbao::ops
