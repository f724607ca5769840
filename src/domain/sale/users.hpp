// Role: the users of one sale: how many units each holds, and the waiting list (rule 20).
// Invariants: a waiting user is in the list once; users leave it only at its head, so that a
// waiter's number gives the position.
#pragma once

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
    using Place = std::uint32_t;

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
    std::size_t waiting() const { return waiting_.size(); }
    /// The waiting user at this index, from 0 at the head of the list.
    const UserId& waiter(std::size_t index) const { return users_[waiting_[index]].user_id; }
    /// Of a user who does not wait yet.
    void join(const UserId& user_id);
    /// The head of the list, which must not be empty.
    void leave_head();
    /// How many have left the list; later waiters are numbered from there on.
    std::uint64_t left_count() const { return left_; }
    /// How many have left already; set before anybody joins.
    void set_left_count(std::uint64_t left) { left_ = left; }

  private:
    struct User {
        UserId user_id;
        std::int32_t held_units = 0;
        std::uint32_t order_count = 0;
        std::uint32_t newest_order = 0; // if there is one
        std::uint64_t waiter_no = 0;    // from 1, in the order of joining; 0: does not wait
    };

    std::deque<User> users_; // never moved: there may be millions
    PlacesByHash places_;
    std::deque<Place> waiting_;
    std::uint64_t left_ = 0;
};

} // namespace hongbao::domain
