// Role: a router's work for accounts alone: it says whether one exists, and credits accounts at
// rest in place.
#include "actors/router/router.hpp"

#include "domain/touched.hpp"
#include "domain/values/overloaded.hpp"

namespace hongbao::actors {

namespace {

/// Of a sale's request: the user who reserves, waits or buys, and where to write the standing.
struct AskedAbout {
    const domain::UserId* user_id = nullptr;
    domain::UserStanding* standing = nullptr;
};
AskedAbout user_asked_about(SaleRequest& request) {
    return std::visit(
        domain::Overloaded{
            [](domain::ReserveUnits& command) {
                return AskedAbout{&command.user_id, &command.buyer};
            },
            domain::case_of<domain::JoinWaitlist, domain::LeaveWaitlist, OfferUnit, ReadWaiter>(
                [](auto& asked) {
                    return AskedAbout{&asked.user_id, &asked.waiter};
                }),
            [](domain::TakeExternalPayment& command) {
                return AskedAbout{&command.user_id, &command.buyer};
            },
            domain::case_of<domain::CancelOrder, PaymentOver, ReadOrder,
                            domain::DecideSuspendedPayment>([](auto&) {
                domain::invariant(false, "only what is for a user asks about one");
                return AskedAbout{};
            }),
        },
        request.command);
}

/// The user whom an open, grab, shake or transfer would credit, or who reserves, waits or buys.
const domain::UserId& counterparty_of(const Request& request) {
    if (const auto* open = std::get_if<domain::OpenShare>(&request.body)) {
        return open->user_id;
    }
    if (const auto* grab = std::get_if<GrabShare>(&request.body)) {
        return grab->look.user_id;
    }
    if (const auto* shake = std::get_if<std::unique_ptr<domain::Shake>>(&request.body)) {
        return (*shake)->user_id;
    }
    if (const auto* sale = std::get_if<std::unique_ptr<SaleRequest>>(&request.body)) {
        return *user_asked_about(const_cast<SaleRequest&>(**sale)).user_id;
    }
    const auto& account = *std::get<std::unique_ptr<AccountRequest>>(request.body);
    return std::get<domain::Transfer>(account.command).to;
}

domain::UserStanding standing_of(const Entry<AccountKind>& entry) {
    if (!entry.exists) {
        return domain::UserStanding::missing;
    }
    return entry.status == domain::AccountStatus::frozen ? domain::UserStanding::frozen
                                                         : domain::UserStanding::active;
}

} // namespace

// ---- requests ----

void RouterState::check_counterparty(Request&& request) {
    const domain::UserId& user_id = counterparty_of(request);
    const Entry<AccountKind>& entry = shelves_.of<AccountKind>().want(user_id);
    if (entry.waking) {
        entry.waking->requests.push_back(std::move(request));
        return;
    }
    request.hop = Hop::owner;
    const auto standing = standing_of(entry);
    if (auto* open = std::get_if<domain::OpenShare>(&request.body)) {
        open->opener = standing;
    } else if (auto* grab = std::get_if<GrabShare>(&request.body)) {
        grab->look.opener = standing;
    } else if (auto* shake = std::get_if<std::unique_ptr<domain::Shake>>(&request.body)) {
        (*shake)->shaker = standing;
    } else if (auto* sale = std::get_if<std::unique_ptr<SaleRequest>>(&request.body)) {
        *user_asked_about(**sale).standing = standing;
    } else if (standing == domain::UserStanding::missing) {
        return refuse(request, domain::Rejection::account_not_found);
    }
    forward(std::move(request));
}

void RouterState::to_account(Request&& request, const domain::UserId& user_id) {
    Shelf<AccountKind>& shelf = shelves_.of<AccountKind>();
    Entry<AccountKind>& entry = shelf.want(user_id);
    if (entry.waking) {
        entry.waking->requests.push_back(std::move(request));
        return;
    }
    if (entry.is_missing()) {
        const auto* account = std::get_if<std::unique_ptr<AccountRequest>>(&request.body);
        if (account == nullptr ||
            !std::holds_alternative<domain::OpenAccount>((*account)->command)) {
            return refuse(request, domain::Rejection::account_not_found);
        }
    }
    entry.requests_forwarded += 1;
    shelf.gather(entry, std::move(request));
}

// ---- synced records ----

void RouterState::settle_in_accounts(const SettledPlace& settled) {
    const domain::Record& record = settled.record();
    domain::for_each_touched_account(record.event, [&](std::string_view user_id) {
        Entry<AccountKind>* const entry = is_mine(domain::shard_of_user(user_id))
                                              ? shelves_.of<AccountKind>().find(user_id)
                                              : nullptr;
        if (entry != nullptr) { // otherwise it sleeps on, and the read model has the record
            settle(*entry, settled);
        }
    });
    const auto* deposited = std::get_if<domain::Deposited>(&record.event);
    if (deposited != nullptr && !deposited->reference.empty() &&
        is_mine(domain::shard_of_user(deposited->user_id))) {
        on_reference_released({deposited->user_id, deposited->reference});
    }
}

void RouterState::settle(Entry<AccountKind>& entry, const SettledPlace& settled) {
    if (entry.waking) {
        entry.waking->settled.push_back(settled);
        return;
    }
    const domain::Record& record = settled.record();
    if (record.sequence <= entry.as_of) {
        return; // the account was woken with it
    }
    entry.as_of = record.sequence;
    if (const auto* opened = std::get_if<domain::AccountOpened>(&record.event)) {
        return settle_opening(entry, *opened, settled);
    }
    if (const auto* changed = std::get_if<domain::AccountStatusChanged>(&record.event)) {
        entry.status = changed->status;
    }
    if (entry.at_rest) {
        domain::apply(*entry.at_rest, record.event, record.at);
    } else {
        entry.awake.tell(SettledNotice{settled.commit, settled.place});
    }
}

void RouterState::settle_opening(Entry<AccountKind>& entry, const domain::AccountOpened& opened,
                                 const SettledPlace& settled) {
    entry.exists = true;
    entry.awake.tell(SettledNotice{settled.commit, settled.place});
    if (entry.requests_forwarded == 1) {
        // Only its opening was asked for. All that is left to its actor is to answer on this
        // notice and to end, so the account goes to rest now.
        shelves_.of<AccountKind>().rest_again(
            entry,
            std::make_unique<domain::Account>(domain::opened_account(opened, settled.record().at)));
        entry.requests_forwarded = 0;
    }
}

} // namespace hongbao::actors
