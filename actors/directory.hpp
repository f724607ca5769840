// Role: the entities of one router: asleep as plain state, awake as actors. An asleep account is
// credited where it lies; anything that needs a decision wakes its entity.
// Owner: one router.
// Invariant: an entity is either asleep or awake. `exists` and `status` follow synced records only.
#pragma once

#include "actors/environment.hpp"
#include "domain/account.hpp"
#include "domain/packet.hpp"

#include <memory>
#include <unordered_map>
#include <vector>

namespace hongbao::actors {

struct AccountEntry {
    std::unique_ptr<domain::Account> asleep;
    AccountActor awake;
    bool exists = false;               // its opening is synced
    domain::Sequence last_settled = 0; // the last record that touched it since the start
    domain::AccountStatus status = domain::AccountStatus::active;
    std::uint32_t requests_forwarded = 0; // to the actor that is awake
    Requests gathered;                    // for this account, from the batch being routed
};

struct PacketEntry {
    std::unique_ptr<domain::Packet> asleep;
    PacketActor awake;
    Requests gathered;
};

using AccountEntries = std::unordered_map<domain::UserId, AccountEntry,
                                          domain::TransparentStringHash, std::equal_to<>>;
using PacketEntries = std::unordered_map<domain::PacketId, PacketEntry>;

} // namespace hongbao::actors
