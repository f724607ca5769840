// Role: whose list is asked for, somebody's or everybody's; and what stands on it.
// Owner thread: the view's.
#pragma once

#include "persistence/read_model/view.hpp"

#include <optional>
#include <vector>

namespace hongbao::persistence {

/// Parts of a list in these phases; none if the user has no account.
template <typename Phase>
std::vector<ListPart> parts_of_owner(ModelView& view, List list,
                                     const std::optional<domain::UserId>& user_id,
                                     const std::vector<Phase>& phases) {
    const auto owner = user_id ? view.may_have(view.number(*user_id)) : std::optional(everybody);
    std::vector<ListPart> parts;
    for (const Phase phase : phases) {
        if (owner) {
            parts.push_back({list, *owner, phase_of(phase)});
        }
    }
    return parts;
}

/// The id of what this record has made.
template <typename Event, typename Id>
Id made_by(ModelView& view, domain::Sequence sequence, Id Event::*id) {
    const domain::Record record = view.must_have(view.record(sequence));
    const auto* const made = std::get_if<Event>(&record.event);
    if (made == nullptr) {
        view.give_up();
    }
    return made->*id;
}

} // namespace hongbao::persistence
