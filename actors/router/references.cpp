// Role: keeps payments with the same reference in a queue, in the order in which they came.
#include "actors/router/references.hpp"

#include "domain/values/invariant.hpp"

#include <utility>

namespace hongbao::actors {

bool References::claim(Request&& request) {
    const auto reference = reference_in(request);
    domain::invariant(reference.has_value(), "only what has a reference claims one");
    auto& queue = claims_[*reference];
    queue.push_back(std::move(request));
    return queue.size() == 1;
}

Request References::take_first(const Reference& reference) {
    const auto found = claims_.find(reference);
    domain::invariant(found != claims_.end(), "a reference is looked up for somebody");
    return std::move(found->second.front());
}

bool References::end_first(const Reference& reference) {
    const auto found = claims_.find(reference);
    domain::invariant(found != claims_.end(), "a payment ends once");
    found->second.pop_front();
    if (!found->second.empty()) {
        return true;
    }
    claims_.erase(found);
    return false;
}

} // namespace hongbao::actors
