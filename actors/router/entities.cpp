// Role: what becomes of a router's entities: synced records reach them, and the read model wakes
// them.
#include "actors/router/router.hpp"

#include "actors/account/account_actor.hpp"
#include "actors/environment/outbox.hpp"
#include "actors/environment/weight.hpp"
#include "actors/packet/packet_actor.hpp"
#include "domain/touched.hpp"

#include <algorithm>

namespace hongbao::actors {

void RouterState::on_commit(const CommitNotice& notice) {
    for (const std::uint32_t place : *notice.places) {
        on_record(notice.commit, place);
    }
    put_some_to_sleep();
}

void RouterState::on_record(const CommitPtr& commit, std::uint32_t place) {
    const SettledPlace settled{commit, place};
    const domain::Record& record = settled.record();
    if (const auto* sent = std::get_if<domain::PacketSent>(&record.event);
        sent != nullptr && is_mine(sent->packet_id.shard())) {
        expect_expiry(sent->packet_id, sent->expires_at);
        PacketEntry* entry = packets_.find(sent->packet_id);
        if (entry == nullptr) {
            entry = &packets_.add(sent->packet_id);
            entry->packet_id = sent->packet_id;
            begin_to_rest(*entry, record);
        } else if (entry->waking) { // somebody guessed its id
            entry->waking->settled.push_back(settled);
        }
    }
    settle_funded(settled);
    settle_sale(settled);
    domain::for_each_touched_account(record.event, [&](std::string_view user_id) {
        AccountEntry* const entry =
            is_mine(domain::shard_of_user(user_id)) ? accounts_.find(user_id) : nullptr;
        if (entry != nullptr) { // otherwise it sleeps on, and the read model has the record
            settle(*entry, settled);
        }
    });
    const auto* deposited = std::get_if<domain::Deposited>(&record.event);
    if (deposited != nullptr && !deposited->reference.empty() &&
        is_mine(domain::shard_of_user(deposited->user_id))) {
        on_reference_released({deposited->user_id, deposited->reference});
    }
    settle_key(record);
}

void RouterState::settle(AccountEntry& entry, const SettledPlace& settled) {
    if (entry.waking) {
        entry.waking->settled.push_back(settled);
        return;
    }
    const domain::Record& record = settled.record();
    if (record.sequence <= entry.last_settled) {
        return; // the read model knew of it before this router was told
    }
    entry.last_settled = record.sequence;
    if (const auto* opened = std::get_if<domain::AccountOpened>(&record.event)) {
        return settle_opening(entry, *opened, settled);
    }
    if (const auto* changed = std::get_if<domain::AccountStatusChanged>(&record.event)) {
        entry.status = changed->status;
    }
    if (entry.at_rest) {
        domain::apply(entry.at_rest->standing, entry.user_id, record.event, record.at);
    } else {
        caf::anon_send(entry.awake, SettledNotice{settled.commit, settled.place});
    }
}

void RouterState::settle_opening(AccountEntry& entry, const domain::AccountOpened& opened,
                                 const SettledPlace& settled) {
    entry.exists = true;
    caf::anon_send(entry.awake, SettledNotice{settled.commit, settled.place});
    if (entry.requests_forwarded == 1) {
        // The opening was all it was ever asked, and nothing of it is left but the answer that the
        // notice makes it give: the account goes to rest, and the actor ends after that.
        entry.at_rest =
            std::make_unique<domain::Account>(domain::opened_account(opened, settled.record().at));
        entry.awake = AccountActor{};
        weigh(entry, account_at_rest_bytes);
        entry.requests_forwarded = 0;
    }
}

void RouterState::begin_to_rest(PacketEntry& entry, const domain::Record& record) {
    const auto& sent = std::get<domain::PacketSent>(record.event);
    entry.as_of = record.sequence;
    entry.at_rest =
        std::make_unique<domain::Packet>(domain::sent_packet(sent, record.sequence, record.at));
    weigh(entry, weight_of(*entry.at_rest));
}

void RouterState::expect_expiry(domain::PacketId packet_id, domain::InstantMs expires_at) {
    expiries_.push(Expiry{expires_at, packet_id});
}

// ---- waking ----

/// The entry of a user, being woken if there was none.
AccountEntry& RouterState::account_entry(const domain::UserId& user_id) {
    AccountEntry* entry = accounts_.find(user_id);
    if (entry == nullptr) {
        entry = &accounts_.add(user_id);
        entry->user_id = user_id;
        weigh(*entry, account_at_rest_bytes);
        entry->waking = std::make_unique<Waking>();
        to_wake().accounts.push_back(user_id);
    }
    entry->used = true;
    return *entry;
}

PacketEntry& RouterState::packet_entry(domain::PacketId packet_id, bool only_if_open) {
    PacketEntry* entry = packets_.find(packet_id);
    if (entry == nullptr) {
        entry = &packets_.add(packet_id);
        entry->packet_id = packet_id;
        weigh(*entry, actor_bytes);
        ask_to_wake(*entry, only_if_open);
    }
    entry->used = true;
    return *entry;
}

void RouterState::want(const PacketEntry& entry, bool only_if_open) {
    to_wake().packets.push_back({entry.packet_id, only_if_open});
}
void RouterState::want(const CampaignEntry& entry, bool only_if_open) {
    to_wake().campaigns.push_back({entry.campaign_id, only_if_open});
}
void RouterState::want(const SaleEntry& entry, bool only_if_open) {
    to_wake().sales.push_back({entry.sale_id, only_if_open});
}

template <typename Entry>
void RouterState::ask_to_wake(Entry& entry, bool only_if_open) {
    if (!entry.waking) {
        entry.waking = std::make_unique<Waking>();
    }
    entry.waking->only_if_open = only_if_open;
    woken_for_timer_ += only_if_open ? 1 : 0;
    want(entry, only_if_open);
}
template void RouterState::ask_to_wake(CampaignEntry&, bool);
template void RouterState::ask_to_wake(SaleEntry&, bool);

WakeEntities& RouterState::to_wake() {
    if (!to_wake_) {
        to_wake_ = std::make_shared<WakeEntities>();
    }
    return *to_wake_;
}

void RouterState::on_woken(WokenEntities&& woken) {
    for (auto& account : woken.accounts) {
        on_woken(account);
    }
    for (auto& packet : woken.packets) {
        on_woken(packets_.find(packet.packet_id), packet);
    }
    for (auto& campaign : woken.campaigns) {
        on_woken(campaigns_.find(campaign.campaign_id), campaign);
    }
    for (auto& sale : woken.sales) {
        on_woken(sales_.find(sale.sale_id), sale);
    }
    for (const auto& reference : woken.references) {
        on_found(reference);
    }
    for (Request& request : woken.requests) {
        on_found(std::move(request));
    }
    send_off();
    put_some_to_sleep();
}

void RouterState::on_woken(WokenEntities::WokenAccount& woken) {
    AccountEntry* const entry = accounts_.find(woken.user_id);
    domain::invariant(entry != nullptr && entry->waking, "who is woken was asked for");
    const auto waking = std::exchange(entry->waking, nullptr);
    if (woken.found) {
        entry->exists = true;
        entry->status = woken.found->account.standing.status;
        entry->last_settled = woken.found->as_of;
        entry->at_rest = std::make_unique<domain::Account>(std::move(woken.found->account));
        for (const SettledPlace& settled : waking->settled) {
            settle(*entry, settled);
        }
    }
    for (Request& request : waking->requests) {
        route(std::move(request));
    }
    if (entry->is_missing()) {
        forget(*entry);
    }
}

template <typename Entry, typename Woken>
void RouterState::on_woken(Entry* entry, Woken& woken) {
    domain::invariant(entry != nullptr && entry->waking, "what is woken was asked for");
    const auto waking = std::exchange(entry->waking, nullptr);
    woken_for_timer_ -= waking->only_if_open ? 1 : 0;
    if (woken.found) {
        entry->as_of = woken.as_of;
        entry->is_over = woken.is_over;
        entry->at_rest = std::move(woken.found);
        weigh(*entry, weight_of(*entry->at_rest));
    } else if (!waking->settled.empty()) {
        begin_to_rest(*entry, waking->settled.front().record()); // made since it was asked for
    } else if (waking->only_if_open) {
        wake_for_others_than_the_timer(*entry, std::move(waking->requests));
        waking->requests.clear();
    }
    for (Request& request : waking->requests) {
        route(std::move(request));
    }
    if (entry->is_missing()) {
        forget(*entry);
    }
}

/// The timer has nothing to do with what is over; clients may have come for it meanwhile.
template <typename Entry>
void RouterState::wake_for_others_than_the_timer(Entry& entry, Requests&& requests) {
    std::erase_if(requests, [](const Request& request) {
        return std::holds_alternative<ExpirePacket>(request.body) ||
               std::holds_alternative<EndCampaign>(request.body) ||
               std::holds_alternative<TimeSale>(request.body);
    });
    if (!requests.empty()) {
        ask_to_wake(entry, false);
        entry.waking->requests = std::move(requests);
    }
}

void RouterState::make_awake(AccountEntry& entry) {
    if (entry.awake) {
        return;
    }
    auto at_rest = std::make_shared<AccountAtRest>();
    at_rest->user_id = entry.user_id;
    at_rest->account = std::move(entry.at_rest);
    at_rest->last_settled = entry.last_settled;
    entry.awake =
        self_->system().spawn<caf::lazy_init>(account_actor, &environment_, std::move(at_rest));
    weigh(entry, actor_bytes);
}

void RouterState::make_awake(PacketEntry& entry) {
    if (entry.awake) {
        return;
    }
    std::shared_ptr<domain::Packet> packet = std::move(entry.at_rest);
    entry.awake = self_->system().spawn<caf::lazy_init>(
        packet_actor, &environment_, std::move(packet), entry.as_of, entry.is_over);
}

} // namespace hongbao::actors
