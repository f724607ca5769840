// Role: the name that an outside party has given a payment, and the claim on it.
#pragma once

#include "actors/protocol/claims/claim_keeper.hpp"
#include "domain/values/ids.hpp"

#include <compare>
#include <string>

namespace hongbao::actors {

/// A gateway's is unique among all orders, a deposit's among those of its account.
struct Reference {
    domain::UserId user_id; // of a deposit; empty: a gateway's
    std::string text;

    bool is_gateways() const { return user_id.empty(); }
    auto operator<=>(const Reference&) const = default;
};

/// The shard whose router keeps it.
domain::Shard shard_of(const Reference& reference);

/// Held by the one request on its way with that reference. Whoever ends the request ends the claim,
/// as with its idempotency key.
class ReferenceClaim {
  public:
    ReferenceClaim() = default;
    ReferenceClaim(ClaimKeeper& keeper, Reference&& reference);
    ReferenceClaim(ReferenceClaim&& other) noexcept;
    ReferenceClaim& operator=(ReferenceClaim&& other) noexcept;
    ReferenceClaim(const ReferenceClaim&) = delete;
    ReferenceClaim& operator=(const ReferenceClaim&) = delete;
    /// Tells the router that the request ended without a record, if there is a claim.
    ~ReferenceClaim();

    /// The payment is recorded: the router will hear of that record.
    void is_recorded() { keeper_ = nullptr; }

  private:
    ClaimKeeper* keeper_ = nullptr; // null: nothing is claimed
    Reference reference_;
};

} // namespace hongbao::actors
