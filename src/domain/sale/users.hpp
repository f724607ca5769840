// Role: the users of one sale: how many units each holds, and who waits (rule 20).
// Invariant: a user who waits is in the list once, under the number that the user has.
#pragma once

#include "domain/sale/waitlist.hpp"
#include "domain/values/ids.hpp"
#include "domain/values/places_by_hash.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

namespace hongbao::domain {

class SaleUsers {
  public:
    /// Where a user lies; never changes.
    using Place = Waitlist::Place;

    std::optional<Place> find(std::string_view user_id) const;
    /// Of a user who may be new.
    Place place_of(const UserId& user_id);
    std::size_t size() const { return users_.size(); }
    const UserId& user_id(Place place) const { return users_[place].user_id; }

    /// Units held, reserved or paid; also of a user who is not there.
    std::int64_t held_units(std::string_view user_id) const;
    /// More, or fewer if negative.
    void hold(Place place, std::int64_t units);

    /// All orders ever, also of a user who is not there.
    std::int64_t order_count(std::string_view user_id) const;
    std::int64_t order_count(Place place) const { return users_[place].order_count; }
    /// Where the newest of them lies among the sale's orders; the user must have one.
    std::uint32_t newest_order(Place place) const { return users_[place].newest_order; }
    void add_order(Place place, std::uint32_t order_place) {
        users_[place].order_count += 1;
        users_[place].newest_order = order_place;
    }

    /// From 1, the next to be offered a unit; 0: does not wait.
    std::uint64_t position(std::string_view user_id) const;
    /// The number under which the user waits; 0: does not wait.
    std::uint64_t waiter_no(std::string_view user_id) const;
    std::size_t waiting() const { return waitlist_.size(); }
    /// The waiting user at this index, from 0 at the head of the list.
    const UserId& waiter(std::size_t index) const { return users_[waitlist_.at(index)].user_id; }
    /// Of a user who does not wait yet.
    void join(const UserId& user_id);
    /// One who waits, wherever in the list.
    void leave(std::string_view user_id);
    const Waitlist& waitlist() const { return waitlist_; }
    /// How many have left already with the first numbers; set before anybody joins.
    void set_left_count(std::uint64_t left) { waitlist_.set_left_count(left); }
    /// The next who joined has left, but not those before.
    void add_gap() { waitlist_.add_gap(); }

  private:
    struct User {
        UserId user_id;
        std::int32_t held_units = 0;
        std::uint32_t order_count = 0;
        std::uint32_t newest_order = 0; // if there is one
        std::uint64_t waiter_no = 0;    // 0: does not wait
    };

    std::deque<User> users_; // never moved: there may be millions
    PlacesByHash places_;
    Waitlist waitlist_;
};

} // namespace hongbao::domain
