// Role: what a router's entities weigh, and who goes to sleep when they weigh too much: those that
// were not used for long.
#include "actors/router/router.hpp"

#include "actors/environment/weight.hpp"

#include <algorithm>
#include <utility>

namespace hongbao::actors {

/// What a new entry weighs, or an old one from now on; 0: it is about to go.
template <typename Entry>
void RouterState::weigh(Entry& entry, std::uint64_t weight_bytes) {
    const auto change = static_cast<std::int64_t>(weight_bytes - entry.weight_bytes);
    environment_.awake_entities += entry.weight_bytes == 0 ? 1 : weight_bytes == 0 ? -1 : 0;
    environment_.awake_bytes += change;
    weight_bytes_ += static_cast<std::uint64_t>(change);
    if (entry.sleep_question != 0) {
        weight_asked_bytes_ += static_cast<std::uint64_t>(change);
    }
    entry.weight_bytes = weight_bytes;
}
template void RouterState::weigh(AccountEntry&, std::uint64_t);
template void RouterState::weigh(PacketEntry&, std::uint64_t);
template void RouterState::weigh(CampaignEntry&, std::uint64_t);
template void RouterState::weigh(SaleEntry&, std::uint64_t);

/// Something is sent to it: whatever it was asked, it has work again.
template <typename Entry>
void RouterState::is_wanted(Entry& entry) {
    if (std::exchange(entry.sleep_question, 0) != 0) {
        weight_asked_bytes_ -= entry.weight_bytes;
    }
}
template void RouterState::is_wanted(AccountEntry&);
template void RouterState::is_wanted(PacketEntry&);
template void RouterState::is_wanted(CampaignEntry&);
template void RouterState::is_wanted(SaleEntry&);

template <typename Visit>
void RouterState::with_entry(const EntityName& name, Visit visit) {
    if (const auto* user_id = std::get_if<domain::UserId>(&name)) {
        visit(accounts_.find(*user_id));
    } else if (const auto* packet_id = std::get_if<domain::PacketId>(&name)) {
        visit(packets_.find(*packet_id));
    } else if (const auto* campaign_id = std::get_if<domain::CampaignId>(&name)) {
        visit(campaigns_.find(*campaign_id));
    } else {
        visit(sales_.find(std::get<domain::SaleId>(name)));
    }
}

void RouterState::on_weight_changed(const WeightChanged& changed) {
    with_entry(changed.entity, [&](auto* entry) {
        if (entry != nullptr && entry->awake) {
            const auto weight =
                static_cast<std::int64_t>(entry->weight_bytes) + changed.change_bytes;
            weigh(*entry, std::max(actor_bytes,
                                   static_cast<std::uint64_t>(std::max<std::int64_t>(0, weight))));
        }
    });
    put_some_to_sleep();
}

/// Beyond the budget. Each message does a little, so that none takes long. One that weighs more
/// than the whole budget stays while it is used; then it is alone.
void RouterState::put_some_to_sleep() {
    constexpr std::size_t places_each = 4; // looked at for each entity beyond the budget
    constexpr std::size_t places_min = 64;
    constexpr std::size_t places_max = 4'096;
    const auto excess_bytes = [this] { // if those that were asked do go
        const std::uint64_t staying_bytes = weight_bytes_ - weight_asked_bytes_;
        const std::uint64_t budget_bytes = environment_.awake_bytes_max;
        return staying_bytes > budget_bytes ? staying_bytes - budget_bytes : 0;
    };
    if (excess_bytes() == 0) {
        return;
    }
    const std::size_t entities_beyond = excess_bytes() / (weight_bytes_ / entities()) + 1;
    const std::size_t places = std::clamp(places_each * entities_beyond, places_min, places_max);
    const auto put = [&](auto& entry) {
        if (excess_bytes() > 0) {
            put_to_sleep(entry);
        }
    };
    // Each table its share: so a hand comes by all entities equally often, and one sale among a
    // million accounts is not looked at each time.
    const std::size_t entries = entities();
    accounts_.sweep(places, entries, put);
    packets_.sweep(places, entries, put);
    campaigns_.sweep(places, entries, put);
    sales_.sweep(places, entries, put);
}

template <typename Entry>
void RouterState::put_to_sleep(Entry& entry) {
    if (entry.waking || entry.has_gathered() || entry.sleep_question != 0) {
        return;
    }
    if (!entry.awake) {
        return forget(entry); // the read model has all of it
    }
    entry.sleep_question = ++last_sleep_question_;
    weight_asked_bytes_ += entry.weight_bytes;
    caf::anon_send(entry.awake, MaySleep{entry.sleep_question});
}

void RouterState::on_sleep_answer(const SleepAnswer& answer) {
    with_entry(answer.entity, [&](auto* entry) {
        // If something was sent to it since it was asked, it has work again.
        if (entry == nullptr || entry->sleep_question != answer.question) {
            return;
        }
        is_wanted(*entry);
        if (answer.is_idle) {
            forget(*entry);
        }
    });
}

template <typename Entry>
void RouterState::let_go_of_what_rests(Entry& entry) {
    if (entry.at_rest) {
        const std::uint64_t rows = entry.at_rest->row_count();
        free_elsewhere(environment_, std::move(*entry.at_rest), rows);
    }
}
template void RouterState::let_go_of_what_rests(CampaignEntry&);
template void RouterState::let_go_of_what_rests(SaleEntry&);

void RouterState::forget(AccountEntry& entry) {
    weigh(entry, 0);
    accounts_.remove(entry);
}

void RouterState::forget(PacketEntry& entry) {
    let_go_of_what_rests(entry);
    weigh(entry, 0);
    packets_.remove(entry);
}

} // namespace hongbao::actors
