// Role: queues by reference.
#include "actors/references.hpp"

#include "actors/environment.hpp"
#include "domain/invariant.hpp"

#include <utility>

namespace hongbao::actors {

ReferenceClaim::ReferenceClaim(Environment& environment, Reference&& reference)
    : environment_(&environment), reference_(std::move(reference)) {}

ReferenceClaim::ReferenceClaim(ReferenceClaim&& other) noexcept
    : environment_(std::exchange(other.environment_, nullptr)),
      reference_(std::move(other.reference_)) {}

ReferenceClaim& ReferenceClaim::operator=(ReferenceClaim&& other) noexcept {
    std::swap(environment_, other.environment_);
    std::swap(reference_, other.reference_);
    return *this;
}

ReferenceClaim::~ReferenceClaim() {
    if (environment_ != nullptr && !environment_->routers.empty()) { // empty: the engine is gone
        const std::size_t router = environment_->router_of(shard_of(reference_));
        caf::anon_send(environment_->routers[router], ReferenceReleased{std::move(reference_)});
    }
}

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
