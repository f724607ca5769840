// Role: the entities of one router: asleep as plain state, awake as actors. An asleep account is
// credited where it lies; anything that needs a decision wakes its entity.
// Owner: one router.
// Invariant: an entity is either asleep or awake. `exists` and `status` follow synced records only.
#pragma once

#include "actors/environment.hpp"
#include "domain/account.hpp"
#include "domain/packet.hpp"
#include "domain/places_by_hash.hpp"

#include <deque>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hongbao::actors {

struct AccountEntry {
    domain::UserId user_id; // with the two below in one line of the processor's cache
    bool exists = false;    // its opening is synced
    domain::AccountStatus status = domain::AccountStatus::active;
    std::unique_ptr<domain::Account> asleep;
    AccountActor awake;
    domain::Sequence last_settled = 0;    // the last record that touched it since the start
    std::uint32_t requests_forwarded = 0; // to the actor that is awake
    Requests gathered;                    // for this account, from the batch being routed
};

struct PacketEntry {
    std::unique_ptr<domain::Packet> asleep;
    PacketActor awake;
    Requests gathered;
};

class AccountEntries {
  public:
    /// Null if there is none. Entries stay where they are.
    AccountEntry* find(std::string_view user_id) {
        const auto place = places_.find(hash_of(user_id), [&](std::uint32_t candidate) {
            return entries_[candidate].user_id == user_id;
        });
        return place ? &entries_[*place] : nullptr;
    }
    const AccountEntry* find(std::string_view user_id) const {
        return const_cast<AccountEntries*>(this)->find(user_id);
    }
    /// For a user who has none yet.
    AccountEntry& add(const domain::UserId& user_id) {
        places_.add(hash_of(user_id), static_cast<std::uint32_t>(entries_.size()));
        AccountEntry& entry = entries_.emplace_back();
        entry.user_id = user_id;
        return entry;
    }
    void clear() { *this = AccountEntries(); }

  private:
    static std::uint64_t hash_of(std::string_view user_id) {
        return std::hash<std::string_view>{}(user_id);
    }

    std::deque<AccountEntry> entries_;
    domain::PlacesByHash places_;
};
using PacketEntries = std::unordered_map<domain::PacketId, PacketEntry>;

} // namespace hongbao::actors
