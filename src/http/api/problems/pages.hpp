// Role: the pages that say what a problem means and what to do, for people and for programs. Made
// from problems.json, built into the binary.
#pragma once

#include "http/api/document.hpp"

#include <span>
#include <string_view>

namespace hongbao::http {

struct ProblemPage {
    std::string_view code; // empty: all of them
    Document html;
    Document json;
};

ProblemPage page_of_all_problems();

/// In the order of the codes.
std::span<const ProblemPage> pages_of_problems();

} // namespace hongbao::http
