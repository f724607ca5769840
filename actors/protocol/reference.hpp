// Role: the name that somebody outside has given a payment, and the claim on it.
#pragma once

#include "actors/protocol/claim_keeper.hpp"
#include "domain/values/ids.hpp"

#include <compare>
#include <string>

namespace hongbao::actors {

/// A gateway's stands for one payment of all orders, a deposit's for one of its account.
struct Reference {
    domain::UserId user_id; // empty: a gateway's
    std::string text;

    bool is_gateways() const { return user_id.empty(); }
    auto operator<=>(const Reference&) const = default;
};

/// The shard whose router keeps it.
domain::Shard shard_of(const Reference& reference);

/// Of the request on its way that stands for the reference. Whoever ends the request ends it, as
/// with its idempotency key.
class ReferenceClaim {
  public:
    ReferenceClaim() = default;
    ReferenceClaim(ClaimKeeper& keeper, Reference&& reference);
    ReferenceClaim(ReferenceClaim&& other) noexcept;
    ReferenceClaim& operator=(ReferenceClaim&& other) noexcept;
    ReferenceClaim(const ReferenceClaim&) = delete;
    ReferenceClaim& operator=(const ReferenceClaim&) = delete;
    /// Tells the router that the request came to nothing, if there is a claim.
    ~ReferenceClaim();

    /// There is a record: the router is told of that.
    void is_recorded() { keeper_ = nullptr; }

  private:
    ClaimKeeper* keeper_ = nullptr; // null: nothing is claimed
    Reference reference_;
};

} // namespace hongbao::actors
