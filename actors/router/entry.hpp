// Role: what a router has of one entity that is not asleep. An entity is one of
//   asleep   in the read model alone; there is no entry
//   waking   asked of the read model; what comes for it meanwhile waits in its entry
//   at rest  in memory as plain state; an account at rest is credited where it lies
//   awake    an actor: anything that needs a decision makes it one
// Owner: one router.
// Entities that are over when they are woken (packets that nobody can open any more, campaigns and
// sales that have closed) are in memory without their rows: of millions hardly any is asked for.
// Invariants: an entry is in exactly one of the last three states; or its entity does not exist,
// and the entry lasts only while one message is handled. `exists` and `status` follow synced
// records only.
#pragma once

#include "actors/account/keeping.hpp"
#include "actors/campaign/keeping.hpp"
#include "actors/packet/keeping.hpp"
#include "actors/router/entity_table.hpp"
#include "actors/sale/keeping.hpp"
#include "domain/account/account.hpp"

#include <memory>
#include <string_view>
#include <type_traits>
#include <vector>

namespace hongbao::actors {

/// One synced record that touches the entity.
struct SettledPlace {
    CommitPtr commit;
    std::uint32_t place = 0;
    const domain::Record& record() const { return commit->records[place]; }
};

/// What came for an entity while the read model was asked for it, in order.
struct Waking {
    Requests requests;
    std::vector<SettledPlace> settled;
    bool only_if_open = false; // not needed once it is over
};

/// What the entries of one kind have in addition.
template <typename Kind>
struct EntryPart {
    bool is_over = false; // and without its rows: each is looked up

    void wake_as(const Woken<Kind>& woken) { is_over = woken.is_over; }
};
/// In one line of the processor's cache with the first half of the entry: a credit needs no more.
template <>
struct EntryPart<AccountKind> {
    std::uint32_t requests_forwarded = 0; // to the actor that is awake
    bool exists = false;                  // its opening is synced
    domain::AccountStatus status = domain::AccountStatus::active;

    void wake_as(const Woken<AccountKind>& woken) {
        exists = true;
        status = woken.state->standing.status;
    }
};

template <typename Kind>
struct Entry : EntryPart<Kind> {
    typename Kind::Name name;
    bool taken = false;      // in use by the table
    bool used = false;       // since the table's hand came by
    std::uint32_t place = 0; // in the table
    std::uint64_t weight_bytes = 0;
    domain::Sequence as_of = 0; // the last record that is in it, or was when it was woken
    std::unique_ptr<typename Kind::State> at_rest;
    std::unique_ptr<Waking> waking;
    // Asked of the actor, not answered yet, and no request was sent to it since; 0: there is none.
    std::uint64_t sleep_question = 0;
    typename Keeping<Kind>::Awake awake;

    bool is_missing() const { return !at_rest && !awake && !waking; }
};

/// Tables are searched by text without making a string of it.
template <typename Kind>
using SoughtName = std::conditional_t<std::is_same_v<NameOf<Kind>, domain::UserId>,
                                      std::string_view, NameOf<Kind>>;
template <typename Kind>
using Entries = EntityTable<Entry<Kind>, SoughtName<Kind>, std::hash<SoughtName<Kind>>>;

} // namespace hongbao::actors
