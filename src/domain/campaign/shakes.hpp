// Role: the shakes of a campaign and their results, found by user and request id, and counted
// per user and round. A campaign is spread over slices: each has the shakes of some users.
// Invariant: each request id of a user is in it at most once.
#pragma once

#include "domain/campaign/events.hpp"
#include "domain/values/places_by_hash.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hongbao::domain {

/// A user's shakes and wins in a campaign so far.
struct ShakerCounts {
    std::int32_t wins = 0;
    std::int32_t wins_in_round = 0;
    std::int32_t shakes_in_round = 0;
};

class Shakes {
  public:
    struct Drawn {
        std::string shake_key;
        Fen amount_fen = 0; // 0: blank
        InstantMs drawn_at = 0;
        std::int32_t round = 0;
        std::uint32_t shaker = 0;   // whose it is
        std::uint32_t previous = 0; // of the same shaker, its place + 1; 0: this is the first
    };

    /// Null if this user has not shaken with this request id.
    const Drawn* find(std::string_view user_id, std::string_view shake_key) const;
    /// Of any user, also one who has never shaken; in this round.
    ShakerCounts counts_of(std::string_view user_id, std::int32_t round) const;
    /// A request that is not there yet.
    void add(const ShakeDrawn& event, InstantMs at);

    std::size_t size() const { return drawn_.size(); }

  private:
    struct Shaker {
        UserId user_id;
        std::uint32_t last_drawn = 0; // its place + 1
        std::int32_t round = 0;       // that the counts below are of
        ShakerCounts counts;
    };

    std::optional<std::uint32_t> find_shaker(std::string_view user_id) const;
    std::uint32_t shaker_to_change(const UserId& user_id);
    ShakerCounts counts_in(const Shaker& shaker, std::int32_t round) const;

    std::deque<Shaker> shakers_; // never moved: there may be millions
    PlacesByHash shaker_places_;
    std::deque<Drawn> drawn_;
    PlacesByHash drawn_places_; // by user id and request id
};

/// Which of a campaign's slices a user belongs to.
std::size_t slice_of(std::string_view user_id, std::size_t slice_count);

/// The shakes of a whole campaign, spread over one or more slices as they are added: there may be
/// millions, and moving them from one place to another would take seconds.
class SpreadShakes {
  public:
    /// Before the first is added.
    void spread_over(std::size_t slice_count);
    /// Where this user's are.
    const Shakes& of(std::string_view user_id) const {
        return slices_[slice_of(user_id, slices_.size())];
    }
    const Shakes::Drawn* find(std::string_view user_id, std::string_view shake_key) const {
        return of(user_id).find(user_id, shake_key);
    }
    ShakerCounts counts_of(std::string_view user_id, std::int32_t round) const {
        return of(user_id).counts_of(user_id, round);
    }
    /// A request that is not there yet.
    void add(const ShakeDrawn& event, InstantMs at);
    std::size_t size() const { return size_; }
    std::size_t slice_count() const { return slices_.size(); }

    std::vector<Shakes> take_slices() && { return std::move(slices_); }

  private:
    std::vector<Shakes> slices_ = std::vector<Shakes>(1);
    std::size_t size_ = 0;
};

} // namespace hongbao::domain
