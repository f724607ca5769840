// Role: the entities of one kind that a router has in memory: woken, at rest, awake, and put to
// sleep again. What differs from kind to kind is in Keeping<Kind>. Owner: one router.
// Invariant: the weight of the router is the sum of what its entries weigh.
#pragma once

#include "actors/router/entry.hpp"
#include "actors/router/shelving.hpp"

#include <algorithm>
#include <utility>

namespace hongbao::actors {

template <typename Kind>
class Shelf {
  public:
    using Name = NameOf<Kind>;
    using Keep = Keeping<Kind>;

    explicit Shelf(Shelving& shelving) : shelving_(&shelving) {}

    std::size_t size() const { return entries_.size(); }
    /// Null if it is asleep. Not a use of it.
    Entry<Kind>* find(const SoughtName<Kind>& name) { return entries_.find(name); }

    /// The entry of that name, being woken if there was none.
    Entry<Kind>& want(const Name& name, bool only_if_open = false) {
        Entry<Kind>* entry = entries_.find(name);
        if (entry == nullptr) {
            entry = &entries_.add(name);
            weigh(*entry, Keep::waking_bytes);
            ask_to_wake(*entry, only_if_open);
        }
        entry->used = true;
        return *entry;
    }

    /// The record that makes it is synced: the entity rests until it is first asked.
    void begin(const Name& name, const SettledPlace& made) {
        Entry<Kind>* entry = entries_.find(name);
        if (entry == nullptr) {
            begin(entries_.add(name), made.record());
        } else if (entry->waking) { // somebody guessed its name
            entry->waking->settled.push_back(made);
        }
    }
    void begin(Entry<Kind>& entry, const domain::Record& made) {
        rest(entry, Keep::state_after(made, shelving_->environment), made.sequence);
    }

    /// The read model's answer. Returns what came for the entry meanwhile; if there is no such
    /// entity, the caller then lets go of it (forget_if_missing).
    std::pair<Entry<Kind>&, std::unique_ptr<Waking>> take_in(Woken<Kind>&& woken) {
        Entry<Kind>* const entry = entries_.find(woken.name);
        domain::invariant(entry != nullptr && entry->waking, "what is woken was asked for");
        auto waking = std::exchange(entry->waking, nullptr);
        shelving_->woken_for_timer -= waking->only_if_open ? 1 : 0;
        if (woken.state) {
            entry->wake_as(woken);
            rest(*entry, std::move(woken.state), woken.as_of);
        }
        return {*entry, std::move(waking)};
    }
    /// The entity is over and was not woken for the timer, but clients have asked for it meanwhile.
    void wake_for(Entry<Kind>& entry, Requests&& requests) {
        ask_to_wake(entry, false);
        entry.waking->requests = std::move(requests);
    }
    void forget_if_missing(Entry<Kind>& entry) {
        if (entry.is_missing()) {
            forget(entry);
        }
    }

    /// A request for an entity that is there; sent to its actor when the message is handled.
    void gather(Entry<Kind>& entry, Request&& request) {
        make_awake(entry);
        is_wanted(entry);
        if (!entry.awake.has_gathered()) {
            with_requests_.push_back(&entry);
        }
        entry.awake.gather(std::move(request));
    }
    void send_off() {
        for (Entry<Kind>* entry : with_requests_) {
            entry->awake.send_off();
        }
        with_requests_.clear();
    }

    /// Something is sent to it: whatever it was asked, it has work again.
    void is_wanted(Entry<Kind>& entry) {
        if (std::exchange(entry.sleep_question, 0) != 0) {
            shelving_->weight_asked_bytes -= entry.weight_bytes;
        }
    }

    /// Call it once its actor has nothing to do but the messages that were sent to it already.
    void rest_again(Entry<Kind>& entry, std::unique_ptr<typename Kind::State> state) {
        entry.awake = {};
        rest(entry, std::move(state), entry.as_of);
    }

    void change_weight(Entry<Kind>& entry, std::int64_t change_bytes) {
        const auto weight = static_cast<std::int64_t>(entry.weight_bytes) + change_bytes;
        weigh(entry,
              std::max(actor_bytes, static_cast<std::uint64_t>(std::max<std::int64_t>(0, weight))));
    }

    /// Puts to sleep what was not used for long, for as long as the router weighs too much; looks
    /// at this shelf's share of `places`, given how many `entities` the router has.
    void sweep(std::size_t places, std::size_t entities) {
        entries_.sweep(places, entities, [this](Entry<Kind>& entry) {
            if (shelving_->excess_bytes() > 0) {
                put_to_sleep(entry);
            }
        });
    }
    void on_sleep_answer(Entry<Kind>& entry, const SleepAnswer& answer) {
        // If something was sent to it since it was asked, it has work again.
        if (entry.sleep_question != answer.question) {
            return;
        }
        is_wanted(entry);
        if (answer.is_idle) {
            forget(entry);
        }
    }

    void clear() { entries_.clear(); }

  private:
    /// What a new entry weighs, or an old one from now on; 0: it is about to go.
    void weigh(Entry<Kind>& entry, std::uint64_t weight_bytes) {
        shelving_->change_weight(entry.weight_bytes, weight_bytes, entry.sleep_question != 0);
        entry.weight_bytes = weight_bytes;
    }

    void ask_to_wake(Entry<Kind>& entry, bool only_if_open) {
        entry.waking = std::make_unique<Waking>();
        entry.waking->only_if_open = only_if_open;
        shelving_->woken_for_timer += only_if_open ? 1 : 0;
        std::get<WantedOfKind<Kind>>(shelving_->to_wake().entities)
            .push_back({entry.name, only_if_open});
    }

    void rest(Entry<Kind>& entry, std::unique_ptr<typename Kind::State> state,
              domain::Sequence as_of) {
        entry.as_of = as_of;
        entry.at_rest = std::move(state);
        weigh(entry, weight_of(*entry.at_rest));
    }

    void make_awake(Entry<Kind>& entry) {
        if (entry.awake) {
            return;
        }
        Woken<Kind> woken{entry.name, std::move(entry.at_rest), entry.as_of};
        if constexpr (requires { entry.is_over; }) {
            woken.is_over = entry.is_over;
        }
        entry.awake = Keep::wake(shelving_->system, shelving_->environment, std::move(woken));
        weigh(entry, std::max(entry.weight_bytes, actor_bytes));
    }

    void put_to_sleep(Entry<Kind>& entry) {
        if (entry.waking || entry.awake.has_gathered() || entry.sleep_question != 0) {
            return;
        }
        if (!entry.awake) {
            return forget(entry); // the read model has all of it
        }
        entry.sleep_question = ++shelving_->last_sleep_question;
        shelving_->weight_asked_bytes += entry.weight_bytes;
        entry.awake.tell(MaySleep{entry.sleep_question});
    }

    void forget(Entry<Kind>& entry) {
        if constexpr (requires { entry.at_rest->row_count(); }) {
            if (entry.at_rest) {
                const std::uint64_t rows = entry.at_rest->row_count();
                free_elsewhere(shelving_->environment, std::move(*entry.at_rest), rows);
            }
        }
        weigh(entry, 0);
        entries_.remove(entry);
    }

    Shelving* shelving_;
    Entries<Kind> entries_;
    std::vector<Entry<Kind>*> with_requests_;
};

} // namespace hongbao::actors
