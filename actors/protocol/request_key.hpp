// Role: the idempotency key that a request came with, and the claim on it (rule 4). It travels with
// its request, and whoever ends the request ends it: into the record that says what was done, or by
// letting it go, which frees the key. So no way to refuse a request can forget its key.
// Owner: the request, its record's draft or, of a batch, the front end.
// Invariant: of all that hold one key at most one has claimed it.
#pragma once

#include "actors/protocol/claim_keeper.hpp"
#include "domain/record.hpp"

#include <memory>
#include <optional>

namespace hongbao::actors {

class RequestKey {
  public:
    explicit RequestKey(domain::IdempotencyTag&& tag);
    /// Tells the router that keeps the key that it is free, if this has claimed it.
    ~RequestKey();
    RequestKey(const RequestKey&) = delete;
    RequestKey& operator=(const RequestKey&) = delete;

    const domain::IdempotencyTag& tag() const { return tag_; }
    const domain::Digest& fingerprint() const { return tag_.fingerprint; }
    /// Of the key's text: what it is looked up by, and what finds the router that keeps it.
    const domain::Digest& digest() const { return digest_; }

    bool is_claimed() const { return keeper_ != nullptr; }
    /// By the router that keeps it.
    void claim(ClaimKeeper& keeper) { keeper_ = &keeper; }

  private:
    friend std::optional<domain::IdempotencyTag> into_record(std::unique_ptr<RequestKey>& key);

    domain::IdempotencyTag tag_;
    domain::Digest digest_;
    ClaimKeeper* keeper_ = nullptr; // null: not claimed
};

/// What a record keeps of the key; nothing if the request has none. The claim is over: the router
/// is told of the record.
std::optional<domain::IdempotencyTag> into_record(std::unique_ptr<RequestKey>& key);

} // namespace hongbao::actors
