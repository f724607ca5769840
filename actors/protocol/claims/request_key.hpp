// Role: the idempotency key that a request came with, and the claim on it (rule 4). It travels with
// its request, and whoever ends the request ends the claim: by moving it into the record of what
// was done, or by destroying it, which frees the key. So no way to refuse a request can forget its
// key. Owner: the request, its record's draft or, for a batch, the front end. Invariant: of all
// requests with the same key, at most one has claimed it.
#pragma once

#include "actors/protocol/claims/claim_keeper.hpp"
#include "domain/record.hpp"

#include <memory>
#include <optional>

namespace hongbao::actors {

class RequestKey {
  public:
    explicit RequestKey(domain::IdempotencyTag&& tag);
    /// If this has claimed the key, tells the key's router that it is free.
    ~RequestKey();
    RequestKey(const RequestKey&) = delete;
    RequestKey& operator=(const RequestKey&) = delete;

    const domain::IdempotencyTag& tag() const { return tag_; }
    const domain::Digest& fingerprint() const { return tag_.fingerprint; }
    /// Of the key's text: it is looked up by that, and that leads to the router that keeps it.
    const domain::Digest& digest() const { return digest_; }

    bool is_claimed() const { return keeper_ != nullptr; }
    /// Done by the router that keeps it.
    void claim(ClaimKeeper& keeper) { keeper_ = &keeper; }

  private:
    friend std::optional<domain::IdempotencyTag> into_record(std::unique_ptr<RequestKey>& key);

    domain::IdempotencyTag tag_;
    domain::Digest digest_;
    ClaimKeeper* keeper_ = nullptr; // null: not claimed
};

/// What a record keeps of the key; nothing if the request has none. Ends the claim: the router will
/// hear of the record.
std::optional<domain::IdempotencyTag> into_record(std::unique_ptr<RequestKey>& key);

} // namespace hongbao::actors
