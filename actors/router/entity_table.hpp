// Role: the entries of one shelf, found by name, and swept for those that have not been used for
// long. Owner: one router. Invariant: an entry stays where it is until it is removed.
// Why a sweep and not a list by last use: a hand that goes round and takes what was not used since
// it last came by (the clock algorithm) finds nearly the same entries, and a use costs one flag
// instead of four cache lines of neighbours.
#pragma once

#include "domain/values/places_by_hash.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace hongbao::actors {

/// `Entry` has a name, a std::uint32_t place, and the flags taken and used.
template <typename Entry, typename Name, typename Hash>
class EntityTable {
  public:
    /// Null if there is none. Using it is up to the caller: nothing here counts as use.
    Entry* find(const Name& name) {
        const auto place = places_.find(Hash{}(name), [&](std::uint32_t candidate) {
            return entries_[candidate].name == name;
        });
        return place ? &entries_[*place] : nullptr;
    }

    /// For a name that is not there yet.
    Entry& add(const Name& name) {
        std::uint32_t place = 0;
        if (free_.empty()) {
            place = static_cast<std::uint32_t>(entries_.size());
            entries_.emplace_back();
        } else {
            place = free_.back();
            free_.pop_back();
        }
        places_.add(Hash{}(name), place);
        Entry& entry = entries_[place];
        entry.name = name;
        entry.place = place;
        entry.taken = true;
        entry.used = true;
        return entry;
    }

    void remove(Entry& entry) {
        const std::uint32_t place = entry.place;
        places_.remove(Hash{}(entry.name), place);
        entry = Entry();
        free_.push_back(place);
    }

    std::size_t size() const { return entries_.size() - free_.size(); }

    /// Moves the hand over this table's share of `places_of_all` places, given how many `entries`
    /// all tables have, and visits the entries that were not used since it last came by.
    /// The visitor may remove the entry it is given.
    template <typename Visit>
    void sweep(std::size_t places_of_all, std::size_t entries, Visit visit) {
        entries = std::max<std::size_t>(1, entries);
        share_ += places_of_all * entries_.size();
        std::size_t places = std::min(share_ / entries, entries_.size()); // once round is enough
        share_ %= entries;
        for (; places > 0 && !entries_.empty(); --places) {
            hand_ = hand_ + 1 < entries_.size() ? hand_ + 1 : 0;
            Entry& entry = entries_[hand_];
            if (entry.taken && !entry.used) {
                visit(entry);
            }
            entry.used = false;
        }
    }

    void clear() { *this = EntityTable(); }

  private:
    std::deque<Entry> entries_;
    std::vector<std::uint32_t> free_;
    domain::PlacesByHash places_;
    std::size_t hand_ = 0;
    std::size_t share_ = 0; // remainder of the last sweep, in places times entries
};

} // namespace hongbao::actors
