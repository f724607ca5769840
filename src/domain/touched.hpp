// Role: whom a record concerns: the accounts whose statement or standing it changes.
#pragma once

#include "domain/event.hpp"
#include "domain/overloaded.hpp"
#include "domain/posting.hpp"

namespace hongbao::domain {

/// Calls visit(std::string_view user_id) for each account that the event touches, at most two.
template <typename Visit>
void for_each_touched_account(const Event& event, Visit visit) {
    if (const auto* opened = std::get_if<AccountOpened>(&event)) {
        visit(std::string_view(opened->user_id));
    } else if (const auto* changed = std::get_if<AccountStatusChanged>(&event)) {
        visit(std::string_view(changed->user_id));
    }
    for (const Posting& posting : postings_of(event)) {
        if (posting.kind == LedgerAccountKind::user) {
            visit(posting.user_id);
        }
    }
}

} // namespace hongbao::domain
