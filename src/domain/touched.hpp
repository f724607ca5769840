// Role: whom a record concerns: the accounts whose statement or standing it changes.
#pragma once

#include "domain/event.hpp"
#include "domain/posting.hpp"
#include "domain/values/overloaded.hpp"

namespace hongbao::domain {

/// Calls visit(std::string_view user_id) for each account that the event touches, at most two.
template <typename Visit>
void for_each_touched_account(const Event& event, Visit visit) {
    std::visit(
        Overloaded{
            case_of<AccountOpened, AccountStatusChanged, AccountProfileChanged>(
                [&](const auto& own) { visit(std::string_view(own.user_id)); }),
            case_of<AnswerEvents, AdministrationEvents>(do_nothing),
            case_of<Deposited, Withdrawn, Transferred, PacketEvents, CampaignEvents,
                    SaleEvents>([&](const auto&) { // those whose money it moves
                for (const Posting& posting : postings_of(event)) {
                    if (posting.kind == LedgerAccountKind::user) {
                        visit(posting.user_id);
                    }
                }
            }),
        },
        event);
}

} // namespace hongbao::domain
