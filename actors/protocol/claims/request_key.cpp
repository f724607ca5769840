// Role: how a claim on a key ends: recorded, or freed with its request.
#include "actors/protocol/claims/request_key.hpp"

#include "actors/protocol/digests.hpp"
#include "domain/values/invariant.hpp"

#include <utility>

namespace hongbao::actors {

RequestKey::RequestKey(domain::IdempotencyTag&& tag)
    : tag_(std::move(tag)), digest_(digest_of_key(tag_.key)) {}

RequestKey::~RequestKey() {
    if (keeper_ != nullptr) {
        keeper_->release_key(digest_);
    }
}

std::optional<domain::IdempotencyTag> into_record(std::unique_ptr<RequestKey>& key) {
    if (!key) {
        return std::nullopt;
    }
    domain::invariant(key->is_claimed(), "only who has claimed a key records it");
    key->keeper_ = nullptr;
    std::optional<domain::IdempotencyTag> tag(std::move(key->tag_));
    key.reset();
    return tag;
}

} // namespace hongbao::actors
