// Role: the pages that say what a problem means and what to do, for people and for programs. Made
// from problems.json and its Chinese twin, built into the binary.
#pragma once

#include "http/api/document.hpp"

#include <array>
#include <span>
#include <string_view>

namespace hongbao::http {

struct ProblemPage {
    struct Documents {
        Document html;
        Document json;
    };
    std::string_view code;              // empty: all of them
    std::array<Documents, 2> languages; // English, Chinese
};

ProblemPage page_of_all_problems();

/// In the order of the codes.
std::span<const ProblemPage> pages_of_problems();

} // namespace hongbao::http
