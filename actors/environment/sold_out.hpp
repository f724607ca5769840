// Role: which sales are certainly sold out, for front ends to refuse on their own: in the rush that
// a hot sale is, most requests need nobody but the front that read them.
// Owner threads: written by the sale's actor, read by any.
// Invariant: whoever is told "sold out" by this holds none of the sale's units, and at some moment
// while the request was here none was to be had, by records that are synced and told.
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

/// A set of users that may take somebody for a member who is none, but never the other way round
/// (a Bloom filter). Added to by one thread while others ask.
class UserFilter {
  public:
    /// Made for so many members: about one in a hundred others is taken for one.
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

/// One sale. Given up by its actor when the sale goes to sleep.
struct SoldOutSale {
    SoldOutSale(std::size_t holders_max, const domain::SaleOpened& terms)
        : holders(holders_max), starts_at(terms.starts_at), per_user_limit(terms.per_user_limit) {}
    /// Sold out before that time: by then a unit may be back, or the sale over. 0: it is not.
    std::atomic<domain::InstantMs> sold_out_until{0};
    UserFilter holders; // those who held units when they were added, or still do
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
