// Role: the way of requests and synced records to a router's entities, whatever their kind.
#include "actors/router/router.hpp"

#include "domain/values/overloaded.hpp"

#include <algorithm>

namespace hongbao::actors {

namespace {

template <typename Kind>
bool is_from_timer(const Request& request) {
    return std::holds_alternative<typename Keeping<Kind>::Due>(request.body);
}

/// An entity that is over has no rows in memory, and what was found earlier may be out of date.
template <typename Kind>
bool has_to_be_looked_up(const Entry<Kind>& entry, const Request& request) {
    return entry.is_over && Keeping<Kind>::asks_for_row(request) &&
           (!request.found || request.found->as_of < entry.as_of);
}

} // namespace

// ---- requests ----

void RouterState::to_owner(Request&& request) {
    std::visit(
        domain::Overloaded{
            [&](const std::unique_ptr<AccountRequest>& account) {
                to_account(std::move(request), owner_of(account->command));
            },
            [&](const ReadAccount& read) { to_account(std::move(request), read.user_id); },
            [&](const std::unique_ptr<PreviewSend>& preview) {
                to_account(std::move(request), preview->send.sender);
            },
            [&](const GrabShare& grab) {
                to_entity<PacketKind>(std::move(request), grab.look.packet_id);
            },
            domain::case_of<domain::OpenShare, ReadPacket, ExpirePacket>([&](const auto& asked) {
                to_entity<PacketKind>(std::move(request), asked.packet_id);
            }),
            [&](const std::unique_ptr<domain::Shake>& shake) {
                to_entity<CampaignKind>(std::move(request), shake->campaign_id);
            },
            [&](const EndCampaign& end) {
                to_entity<CampaignKind>(std::move(request), end.campaign_id);
            },
            [&](const std::unique_ptr<SaleRequest>&) { to_sale_request(std::move(request)); },
            [&](const TimeSale& time) { to_entity<SaleKind>(std::move(request), time.sale_id); },
            [&](const std::unique_ptr<KeepAnswer>&) { keep_answer(std::move(request)); },
            [&](const std::unique_ptr<AdministrationRequest>&) {
                domain::invariant(administrator_.has_value(), "a request comes to its shard");
                administrator_->on_request(std::move(request));
            },
            [](const ClaimKey&) {
                domain::invariant(false, "who claims a key is told as soon as it is claimed");
            },
        },
        request.body);
}

/// `name` may lie in the request.
template <typename Kind>
void RouterState::to_entity(Request&& request, const NameOf<Kind>& name) {
    Shelf<Kind>& shelf = shelves_.of<Kind>();
    Entry<Kind>& entry = shelf.want(name, is_from_timer<Kind>(request));
    if (entry.waking) {
        entry.waking->requests.push_back(std::move(request));
        return;
    }
    if (entry.is_missing()) {
        return refuse(request, Keeping<Kind>::not_found);
    }
    if (has_to_be_looked_up(entry, request)) {
        return look_up(std::move(request));
    }
    shelf.gather(entry, std::move(request));
}
template void RouterState::to_entity<SaleKind>(Request&&, const domain::SaleId&);

/// It comes back with what the read model has of it.
void RouterState::look_up(Request&& request) {
    shelves_.to_wake().requests.push_back(std::move(request));
}

// ---- synced records ----

void RouterState::on_commit(const CommitNotice& notice) {
    for (const std::uint32_t place : *notice.places) {
        on_record({notice.commit, place});
    }
    shelves_.put_some_to_sleep();
}

void RouterState::on_record(const SettledPlace& settled) {
    const domain::Record& record = settled.record();
    EndingKinds::for_each([&]<typename Kind>() { settle_made<Kind>(settled); });
    settle_order(settled);
    settle_in_accounts(settled);
    settle_key(record);
}

/// If it makes an entity of this kind and of this router.
template <typename Kind>
void RouterState::settle_made(const SettledPlace& settled) {
    const auto* made = std::get_if<typename Keeping<Kind>::Made>(&settled.record().event);
    if (made == nullptr) {
        return;
    }
    const NameOf<Kind> name = Keeping<Kind>::name_of(*made);
    if (is_mine(name.shard())) {
        timers_.expect({Keeping<Kind>::due_at(*made), name});
        shelves_.of<Kind>().begin(name, settled);
    }
}

/// Made since it was asked for, if the read model did not know of it.
template <typename Kind>
void RouterState::settle(Entry<Kind>& entry, const SettledPlace& settled) {
    if (entry.is_missing()) {
        shelves_.of<Kind>().begin(entry, settled.record());
    }
}

// ---- the read model's answers ----

void RouterState::on_woken(WokenEntities&& woken) {
    const auto take_in = [this](auto& of_kind) {
        for (auto& one : of_kind) {
            on_woken(std::move(one));
        }
    };
    std::apply([&](auto&... of_kind) { (take_in(of_kind), ...); }, woken.entities);
    for (const FoundReference& reference : woken.references) {
        on_found(reference);
    }
    for (Request& request : woken.requests) {
        domain::invariant(request.found != nullptr, "what was looked up says what was found");
        route(std::move(request));
    }
    send_off();
    shelves_.put_some_to_sleep();
}

template <typename Kind>
void RouterState::on_woken(Woken<Kind>&& woken) {
    Shelf<Kind>& shelf = shelves_.of<Kind>();
    const auto [entry, waking] = shelf.take_in(std::move(woken));
    for (const SettledPlace& settled : waking->settled) {
        settle(entry, settled);
    }
    if (entry.is_missing() && waking->only_if_open) {
        if constexpr (requires { typename Keeping<Kind>::Due; }) {
            // The timer has nothing to do once it is over; but clients may have come for it.
            std::erase_if(waking->requests, is_from_timer<Kind>);
            if (!waking->requests.empty()) {
                shelf.wake_for(entry, std::exchange(waking->requests, {}));
            }
        }
    }
    for (Request& request : waking->requests) {
        route(std::move(request));
    }
    shelf.forget_if_missing(entry);
}

} // namespace hongbao::actors
