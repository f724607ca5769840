// Role: what the tests of the config layer share: looking into lists of sentences.
#pragma once

#include "config/loader.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace hongbao::config::testing {

// Whether one and the same sentence holds all of the parts.
inline bool one_holds(const std::vector<std::string>& sentences,
                      const std::vector<std::string_view>& parts) {
    return std::ranges::any_of(sentences, [&](const std::string& sentence) {
        return std::ranges::all_of(
            parts, [&](std::string_view part) { return sentence.find(part) != std::string::npos; });
    });
}

inline std::string joined(const std::vector<std::string>& sentences) {
    std::string out;
    for (const std::string& sentence : sentences) {
        out += sentence + "\n";
    }
    return out;
}

inline Source source_of(const Loaded& loaded, std::string_view name) {
    const auto index = static_cast<std::size_t>(find_setting(name) - all_settings().data());
    return loaded.sources[index];
}

} // namespace hongbao::config::testing
