// Role: finds a sale's users by hash, and counts their units, orders and places in the queue.
#include "domain/sale/users.hpp"

#include "domain/values/invariant.hpp"

#include <utility>

namespace hongbao::domain {

namespace {

std::uint64_t hash_of(std::string_view user_id) {
    return std::hash<std::string_view>{}(user_id);
}

} // namespace

std::optional<SaleUsers::Place> SaleUsers::find(std::string_view user_id) const {
    return places_.find(hash_of(user_id),
                        [&](Place candidate) { return users_[candidate].user_id == user_id; });
}

SaleUsers::Place SaleUsers::place_of(const UserId& user_id) {
    if (const auto found = find(user_id)) {
        return *found;
    }
    const auto place = static_cast<Place>(users_.size());
    users_.push_back(User{user_id});
    places_.add(hash_of(user_id), place);
    return place;
}

std::int64_t SaleUsers::held_units(std::string_view user_id) const {
    const auto place = find(user_id);
    return place ? users_[*place].held_units : 0;
}

std::int64_t SaleUsers::order_count(std::string_view user_id) const {
    const auto place = find(user_id);
    return place ? users_[*place].order_count : 0;
}

void SaleUsers::hold(Place place, std::int64_t units) {
    User& user = users_[place];
    user.held_units += static_cast<std::int32_t>(units);
    invariant(user.held_units >= 0, "nobody gives back more units than were held");
}

std::uint64_t SaleUsers::waiter_no(std::string_view user_id) const {
    const auto place = find(user_id);
    return place ? users_[*place].waiter_no : 0;
}

std::uint64_t SaleUsers::position(std::string_view user_id) const {
    const std::uint64_t number = waiter_no(user_id);
    return number != 0 ? waitlist_.position(number) : 0;
}

void SaleUsers::join(const UserId& user_id) {
    const Place place = place_of(user_id);
    invariant(users_[place].waiter_no == 0, "a user waits once");
    users_[place].waiter_no = waitlist_.join(place);
}

void SaleUsers::leave(std::string_view user_id) {
    const auto place = find(user_id);
    invariant(place && users_[*place].waiter_no != 0, "only who waits leaves the waiting list");
    waitlist_.leave(std::exchange(users_[*place].waiter_no, 0));
}

} // namespace hongbao::domain
