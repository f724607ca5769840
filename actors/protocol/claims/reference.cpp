// Role: how a claim on a reference moves and ends.
#include "actors/protocol/claims/reference.hpp"

#include <utility>

namespace hongbao::actors {

ReferenceClaim::ReferenceClaim(ClaimKeeper& keeper, Reference&& reference)
    : keeper_(&keeper), reference_(std::move(reference)) {}

ReferenceClaim::ReferenceClaim(ReferenceClaim&& other) noexcept
    : keeper_(std::exchange(other.keeper_, nullptr)), reference_(std::move(other.reference_)) {}

ReferenceClaim& ReferenceClaim::operator=(ReferenceClaim&& other) noexcept {
    std::swap(keeper_, other.keeper_);
    std::swap(reference_, other.reference_);
    return *this;
}

ReferenceClaim::~ReferenceClaim() {
    if (keeper_ != nullptr) {
        keeper_->release_reference(std::move(reference_));
    }
}

} // namespace hongbao::actors
