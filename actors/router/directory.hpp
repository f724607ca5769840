// Role: the entities of one router that are not asleep. An entity is one of
//   asleep   in the read model alone; there is no entry
//   waking   asked of the read model; what comes for it meanwhile waits in its entry
//   at rest  in memory as plain state; an account at rest is credited where it lies
//   awake    an actor: anything that needs a decision makes it one
// Owner: one router.
// What is over when it is woken (packets that nobody can open any more, campaigns and sales that
// have closed) is in memory without its rows: there may be millions, and hardly any is asked for.
// Invariants: an entry is in exactly one of the last three, or about an account that does not exist
// and then only while one message is handled. `exists` and `status` follow synced records only.
#pragma once

#include "actors/environment/environment.hpp"
#include "actors/protocol/messages.hpp"
#include "actors/router/entity_table.hpp"
#include "domain/account/account.hpp"
#include "domain/campaign/campaign.hpp"
#include "domain/packet/packet.hpp"
#include "domain/sale/sale.hpp"

#include <memory>
#include <string_view>
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
    bool only_if_open = false; // what is over need not be woken
};

struct AccountEntry {
    domain::UserId user_id; // with the flags below in one line of the processor's cache
    bool taken = false;     // in use by the table
    bool used = false;      // since the table's hand came by
    bool exists = false;    // its opening is synced
    domain::AccountStatus status = domain::AccountStatus::active;
    std::uint32_t place = 0; // in the table
    std::uint64_t weight_bytes = 0;
    std::uint32_t requests_forwarded = 0; // to the actor that is awake
    domain::Sequence last_settled = 0;    // the last record that is in it
    std::unique_ptr<domain::Account> at_rest;
    AccountActor awake;
    std::unique_ptr<Waking> waking;
    // Asked of the actor, not answered yet, and no request was sent to it since; 0: there is none.
    std::uint64_t sleep_question = 0;
    Requests gathered; // for this account, from the batch being routed

    const domain::UserId& name() const { return user_id; }
    bool is_missing() const { return !at_rest && !awake && !waking; }
    bool has_gathered() const { return !gathered.empty(); }
};

struct PacketEntry {
    domain::PacketId packet_id;
    bool taken = false;
    bool used = false;
    std::uint32_t place = 0;
    std::uint64_t weight_bytes = 0;
    domain::Sequence as_of = 0; // the last record that is in it when it begins to rest
    bool is_over = false;       // and without its claims: each is looked up
    std::unique_ptr<domain::Packet> at_rest;
    PacketActor awake;
    std::unique_ptr<Waking> waking;
    std::uint64_t sleep_question = 0;
    Requests gathered;

    domain::PacketId name() const { return packet_id; }
    bool is_missing() const { return !at_rest && !awake && !waking; }
    bool has_gathered() const { return !gathered.empty(); }
};

struct CampaignEntry {
    domain::CampaignId campaign_id;
    bool taken = false;
    bool used = false;
    std::uint32_t place = 0;
    std::uint64_t weight_bytes = 0;
    domain::Sequence as_of = 0; // the last record that is in it when it begins to rest
    bool is_over = false;       // and without its shakes
    std::unique_ptr<domain::Campaign> at_rest;
    CampaignBudget awake;
    std::vector<CampaignSlice> slices; // of one that is awake
    std::unique_ptr<Waking> waking;
    std::uint64_t sleep_question = 0;
    std::vector<Requests>
        gathered;              // by slice, the last for the budget; from the batch being routed
    bool is_gathering = false; // something is in there

    domain::CampaignId name() const { return campaign_id; }
    bool is_missing() const { return !at_rest && !awake && !waking; }
    bool has_gathered() const { return is_gathering; }
};

struct SaleEntry {
    domain::SaleId sale_id;
    bool taken = false;
    bool used = false;
    std::uint32_t place = 0;
    std::uint64_t weight_bytes = 0;
    domain::Sequence as_of = 0; // the last record that is in it when it begins to rest
    bool is_over = false;       // and without its orders and users
    std::unique_ptr<domain::Sale> at_rest;
    SaleActor awake;
    std::unique_ptr<Waking> waking;
    std::uint64_t sleep_question = 0;
    Requests gathered;

    domain::SaleId name() const { return sale_id; }
    bool is_missing() const { return !at_rest && !awake && !waking; }
    bool has_gathered() const { return !gathered.empty(); }
};

using AccountEntries = EntityTable<AccountEntry, std::string_view, std::hash<std::string_view>>;
using PacketEntries = EntityTable<PacketEntry, domain::PacketId, std::hash<domain::PacketId>>;
using CampaignEntries =
    EntityTable<CampaignEntry, domain::CampaignId, std::hash<domain::CampaignId>>;
using SaleEntries = EntityTable<SaleEntry, domain::SaleId, std::hash<domain::SaleId>>;

} // namespace hongbao::actors
