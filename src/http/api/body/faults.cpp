// Role: the bounded list of faults, and the problem that tells them.
#include "http/api/body/faults.hpp"

#include <algorithm>
#include <utility>

namespace hongbao::http {

namespace {

/// The first one's sentence, and how many others follow. A full list does not know how many there
/// would have been.
std::string told_at_once(const std::vector<Fault>& faults, bool is_full) {
    const std::size_t others = faults.size() - 1;
    if (is_full) {
        return faults.front().detail + " errors has this and more; there may be others yet.";
    }
    if (others == 0) {
        return faults.front().detail;
    }
    return faults.front().detail + " errors has this and " + std::to_string(others) +
           (others == 1 ? " other." : " others.");
}

} // namespace

void Faults::add(Fault&& fault) {
    const auto is_of_same_place = [&fault](const Fault& other) {
        return other.in == fault.in && other.where == fault.where;
    };
    if (is_full() || std::ranges::any_of(faults_, is_of_same_place)) {
        return;
    }
    bytes_ += fault.where.size() + fault.detail.size();
    faults_.push_back(std::move(fault));
}

void Faults::add(const std::vector<Fault>& faults) {
    for (const Fault& fault : faults) {
        add(Fault(fault));
    }
}

std::optional<Problem> Faults::take_problem() {
    if (faults_.empty()) {
        return std::nullopt;
    }
    const bool was_full = is_full();
    Problem problem = invalid_request(told_at_once(faults_, was_full));
    problem.errors = std::exchange(faults_, {});
    bytes_ = 0;
    return problem;
}

std::string pointer_part(std::string_view name) {
    std::string part;
    for (const char c : name) {
        part.append(c == '~' ? "~0" : c == '/' ? "~1" : std::string_view(&c, 1));
    }
    return part;
}

} // namespace hongbao::http
