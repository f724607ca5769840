// Role: the newest rows of accounts and of the history, wherever they are.
#include "persistence/read_model/view.hpp"

#include "persistence/read_model/administration/state.hpp"

#include "domain/values/invariant.hpp"

#include <utility>

namespace hongbao::persistence {

namespace {

using domain::Record;
using domain::Sequence;

} // namespace

void ModelView::give_up() const {
    store_.condemn();
    const std::string sentence =
        (damage().empty() ? "the read model lacks a row that an earlier record made" : damage()) +
        "; start again: the next start builds it anew from the journal";
    domain::broken_invariant(sentence.c_str(), std::source_location::current());
}

ModelReader& ModelView::stored() {
    if (!reader_) {
        open_store();
    }
    return *reader_;
}

/// From here on, a row absent from the store is taken never to have existed.
void ModelView::open_store() {
    reader_.emplace(store_);
    reader_->check_gaps();
}

std::optional<AccountNumber> ModelView::known_number(std::string_view user_id) const {
    if (const auto known = filling_->known_numbers->find(user_id)) {
        return known;
    }
    const auto* const opened = newest(&Generation::numbers, user_id);
    return opened != nullptr ? std::optional(*opened) : std::nullopt;
}

ModelTotals ModelView::totals() const {
    return in_memory([this] { return filling_->totals; });
}

std::optional<AccountNumber> ModelView::number(std::string_view user_id) {
    auto number = in_memory([&] { return known_number(user_id); });
    if (!number) {
        if (const auto row = stored().get<Numbers>(user_id)) {
            number = row->number;
        }
        if (number && changing_ == nullptr) {
            filling_->known_numbers->add(user_id, *number);
        }
    }
    return number;
}

domain::Administration ModelView::administration() {
    auto recent = in_memory([&]() -> std::optional<domain::Administration> {
        for (const Generation* generation : generations()) {
            if (generation != nullptr && generation->administration) {
                return generation->administration->state;
            }
        }
        return std::nullopt;
    });
    return recent ? std::move(*recent) : must_have(read_administration(stored()));
}

ModelView::RecentDays ModelView::recent_days() const {
    return in_memory([this] {
        RecentDays recent{filling_->days, as_of_};
        if (frozen_ != nullptr) {
            recent.rows.insert(frozen_->days.begin(), frozen_->days.end());
        }
        return recent;
    });
}

std::optional<Sides> ModelView::sides(Sequence sequence) {
    auto sides = in_memory([&]() -> std::optional<Sides> {
        for (const Generation* generation : generations()) {
            if (generation != nullptr && generation->holds(sequence)) {
                return generation->sides_of(sequence);
            }
        }
        return std::nullopt;
    });
    if (sides) {
        return sides;
    }
    const auto row = stored().get<History>(sequence);
    return row ? std::optional(row->sides) : std::nullopt;
}

std::optional<Record> ModelView::record(Sequence sequence) {
    auto recent = in_memory([&]() -> std::optional<Record> {
        for (const Generation* generation : generations()) {
            if (generation != nullptr && generation->holds(sequence)) {
                const Record& record = generation->record(sequence);
                return is_abridged_in_history(record) ? abridged(record) : record;
            }
        }
        return std::nullopt;
    });
    return recent ? std::move(recent) : stored().record(sequence);
}

} // namespace hongbao::persistence
