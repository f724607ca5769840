// Role: what the doctor found, as text for people and as JSON for programs. Pure but for the look
// at the terminal.
#pragma once

#include "ops/doctor/finding.hpp"

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace hongbao::ops::doctor {

struct Section {
    std::string_view name; // of the check
    Findings findings;

    Verdict worst() const;
};

struct Report {
    std::string data_dir;
    std::vector<Section> sections;
    std::vector<std::string> mended;
    std::vector<std::string> not_mended; // and why

    Verdict worst() const;
    std::size_t count(Verdict verdict) const;
};

struct Page {
    std::size_t columns = 0; // lines are no longer; 0: as long as they are
    bool is_coloured = false;
};

/// Of stdout: 100 columns, fewer on a terminal that has fewer; colours only on a terminal, unless
/// NO_COLOR says otherwise.
Page page_of_stdout();

std::string text_of(const Report& report, const Page& page);
nlohmann::json json_of(const Report& report);

} // namespace hongbao::ops::doctor
