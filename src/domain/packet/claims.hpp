// Role: the claims on a packet's shares, in the order of opening, and found by user id.
// Invariant: each user is in it at most once.
#pragma once

#include "domain/values/ids.hpp"
#include "domain/values/instant.hpp"
#include "domain/values/invariant.hpp"
#include "domain/values/money.hpp"
#include "domain/values/places_by_hash.hpp"

#include <deque>

namespace hongbao::domain {

struct Claim {
    Fen amount_fen = 0;
    InstantMs opened_at = 0;
};

class Claims {
  public:
    struct Opened {
        UserId user_id;
        Claim claim;
    };

    /// Null if the user has none.
    const Claim* find(std::string_view user_id) const {
        const auto place = places_.find(hash_of(user_id), [&](std::uint32_t candidate) {
            return opened_[candidate].user_id == user_id;
        });
        return place ? &opened_[*place].claim : nullptr;
    }
    bool contains(std::string_view user_id) const { return find(user_id) != nullptr; }
    /// Of a user who has one.
    const Claim& at(std::string_view user_id) const {
        const Claim* const claim = find(user_id);
        invariant(claim != nullptr, "this user has a claim");
        return *claim;
    }
    /// Of a user who has none yet.
    void add(const UserId& user_id, const Claim& claim) {
        places_.add(hash_of(user_id), static_cast<std::uint32_t>(opened_.size()));
        opened_.push_back({user_id, claim});
    }

    std::size_t size() const { return opened_.size(); }
    bool empty() const { return opened_.empty(); }
    auto begin() const { return opened_.begin(); }
    auto end() const { return opened_.end(); }

  private:
    static std::uint64_t hash_of(std::string_view user_id) {
        return std::hash<std::string_view>{}(user_id);
    }

    std::deque<Opened> opened_; // never moved: there may be a million
    PlacesByHash places_;
};

} // namespace hongbao::domain
