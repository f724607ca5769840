// Role: the weight of an entity in memory: a fixed part and a part for each of its rows. Measured
// and rounded up; all texts count as short. Owner thread: any; a WeightTeller is its actor's.
#pragma once

#include "actors/environment/environment.hpp"
#include "domain/account/account.hpp"
#include "domain/campaign/campaign.hpp"
#include "domain/packet/packet.hpp"
#include "domain/sale/sale.hpp"

#include <algorithm>
#include <cstdint>

namespace hongbao::actors {

inline constexpr std::uint64_t account_at_rest_bytes = 600;
inline constexpr std::uint64_t actor_bytes = 2'000;
inline constexpr std::uint64_t claim_bytes = 100;
inline constexpr std::uint64_t recipient_bytes = 50;
inline constexpr std::uint64_t share_bytes = sizeof(domain::Fen);
inline constexpr std::uint64_t shake_bytes = 240; // with a part of the table of users
inline constexpr std::uint64_t order_bytes = 103;
inline constexpr std::uint64_t sale_user_bytes = 73; // a user who has ordered or waits

inline std::uint64_t weight_of(const domain::Account&) {
    return account_at_rest_bytes;
}
inline std::uint64_t weight_of(const domain::Packet& packet) {
    return actor_bytes + claim_bytes * packet.claims.size() +
           recipient_bytes * packet.terms.recipients.size() +
           share_bytes * packet.shares_up_front.size();
}
/// `shake_count` is that of all slices together.
inline std::uint64_t weight_of_campaign(std::uint64_t slice_count, std::uint64_t shake_count) {
    return actor_bytes * (1 + slice_count) + shake_bytes * shake_count;
}
inline std::uint64_t weight_of(const domain::Campaign& campaign) {
    return weight_of_campaign(campaign.shakes.slice_count(), campaign.shakes.size());
}
inline std::uint64_t weight_of(const domain::Sale& sale) {
    return actor_bytes + order_bytes * sale.orders.size() + sale_user_bytes * sale.users.size() +
           sizeof(domain::SaleUsers::Place) * sale.users.waitlist().gap_count();
}

/// Tells an entity's router what it weighs, but only when that has changed a lot.
class WeightTeller {
  public:
    /// `told_bytes` is what the router knows.
    WeightTeller(const Environment& environment, domain::Shard shard, EntityName name,
                 std::uint64_t told_bytes)
        : environment_(environment), shard_(shard), name_(std::move(name)),
          told_bytes_(told_bytes) {}

    void tell(std::uint64_t bytes) {
        constexpr std::uint64_t change_bytes_min = 64U << 10U;
        const std::uint64_t change = std::max(bytes, told_bytes_) - std::min(bytes, told_bytes_);
        if (change >= std::max(change_bytes_min, told_bytes_ / 8)) {
            caf::anon_send(environment_.routers[environment_.router_of(shard_)],
                           WeightChanged{name_, static_cast<std::int64_t>(bytes - told_bytes_)});
            told_bytes_ = bytes;
        }
    }

  private:
    const Environment& environment_;
    const domain::Shard shard_;
    const EntityName name_;
    std::uint64_t told_bytes_;
};

} // namespace hongbao::actors
