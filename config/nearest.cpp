// Role: the Levenshtein distance, row by row.
#include "config/nearest.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace hongbao::config {
namespace {

bool same(char a, char b) {
    return a == b || (a == '-' && b == '_') || (a == '_' && b == '-');
}

std::size_t edits(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (same(a[i], b[j]) ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

} // namespace

std::optional<std::string> nearest(std::string_view name, std::span<const std::string> known) {
    const std::string* best = nullptr;
    std::size_t best_edits = 0;
    for (const std::string& candidate : known) {
        const std::size_t distance = edits(name, candidate);
        if (best == nullptr || distance < best_edits) {
            best = &candidate;
            best_edits = distance;
        }
    }
    if (best == nullptr || best_edits * 3 > best->size()) {
        return std::nullopt;
    }
    return *best;
}

std::string did_you_mean(std::string_view name, std::span<const std::string> known) {
    const auto near = nearest(name, known);
    return near ? " (did you mean " + *near + "?)" : "";
}

} // namespace hongbao::config
