// Role: numbers of accounts that were asked for recently. A number never changes, so it stays known
// from one generation to the next, and a statement line costs no look-up by name in the file.
// Owner thread: whoever fills the read model, within its mutex.
// Invariant: at most `known_max` are kept; then all are forgotten.
#pragma once

#include "domain/values/ids.hpp"
#include "domain/values/places_by_hash.hpp"
#include "persistence/read_model/account/rows.hpp"

#include <deque>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

namespace hongbao::persistence {

class KnownNumbers {
  public:
    std::optional<AccountNumber> find(std::string_view user_id) const {
        const auto place = places_.find(hash_of(user_id), [&](std::uint32_t candidate) {
            return known_[candidate].first == user_id;
        });
        return place ? std::optional(known_[*place].second) : std::nullopt;
    }

    /// Of a user who is not known.
    void add(std::string_view user_id, AccountNumber number) {
        if (known_.size() == known_max) {
            *this = KnownNumbers();
        }
        places_.add(hash_of(user_id), static_cast<std::uint32_t>(known_.size()));
        known_.emplace_back(user_id, number);
    }

  private:
    static constexpr std::size_t known_max = 1U << 20U;
    static std::uint64_t hash_of(std::string_view user_id) {
        return std::hash<std::string_view>{}(user_id);
    }

    std::deque<std::pair<domain::UserId, AccountNumber>> known_;
    domain::PlacesByHash places_;
};

} // namespace hongbao::persistence
