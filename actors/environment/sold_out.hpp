// Role: which sales are certainly sold out, so that front ends can refuse on their own: in the rush
// for a hot sale, most requests never leave the front end that read them.
// Owner threads: written by the sale's actor, read by any.
// Invariant: whoever is told "sold out" by this holds none of the sale's units, and at some moment
// while the request was in the server none was available, by records that are synced and told.
#pragma once

#include "domain/command.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hongbao::actors {

/// A Bloom filter of users: it may take a stranger for a member, but never misses a member. One
/// thread adds while others ask.
class UserFilter {
  public:
    /// With up to `members_max` members, about one stranger in a hundred is taken for one.
    explicit UserFilter(std::size_t members_max);
    void add(std::string_view user_id);
    bool may_contain(std::string_view user_id) const;
    std::size_t size() const { return size_; } // for the thread that adds
    std::size_t members_max() const { return members_max_; }

  private:
    const std::size_t members_max_;
    std::size_t size_ = 0;
    std::vector<std::atomic<std::uint64_t>> words_; // a power of two of them
};

/// One sale. Its actor gives it up when the sale goes to sleep.
struct SoldOutSale {
    SoldOutSale(std::size_t holders_max, const domain::SaleOpened& terms)
        : holders(holders_max), starts_at(terms.starts_at), per_user_limit(terms.per_user_limit) {}
    /// Sold out until this time, when a unit may be back or the sale over. 0: not sold out.
    std::atomic<domain::InstantMs> sold_out_until{0};
    UserFilter holders; // everyone who holds units, and some who did
    const domain::InstantMs starts_at;
    const std::int64_t per_user_limit;
};

class SoldOutBoard {
  public:
    /// True if this reservation would be refused with "sold out", whatever the user's account is.
    bool is_certainly_sold_out(const domain::ReserveUnits& command, domain::InstantMs now) const;

    void put(domain::SaleId sale_id, std::shared_ptr<const SoldOutSale> sale);
    void remove(domain::SaleId sale_id);

  private:
    // Written when a sale sells out for the first time or goes to sleep: rarely.
    mutable std::shared_mutex mutex_;
    std::unordered_map<domain::SaleId, std::shared_ptr<const SoldOutSale>> sales_;
};

} // namespace hongbao::actors
