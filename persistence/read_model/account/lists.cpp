// Role: lists of accounts: in the order in which they were opened, or, with a prefix, in that of
// their user ids.
#include "persistence/read_model/ask.hpp"
#include "persistence/read_model/lists/filters.hpp"
#include "persistence/read_model/lists/walk.hpp"

namespace hongbao::persistence {

namespace {

using domain::Account;
using domain::AccountStatus;
using domain::AccountType;

std::vector<ListPart> parts_of(const AccountFilter& filter) {
    std::vector<ListPart> parts;
    for (const auto type : {AccountType::personal, AccountType::merchant, AccountType::system}) {
        for (const auto status : {AccountStatus::active, AccountStatus::frozen}) {
            if (filter.type.value_or(type) == type && filter.status.value_or(status) == status) {
                parts.push_back({List::accounts, owner_of_type(type), phase_of(status)});
            }
        }
    }
    return parts;
}

Page<Account> page_of_accounts(ModelView& view, const AccountFilter& filter,
                               const PageRequest& page) {
    const auto show = [&](AccountNumber number) -> std::optional<Account> {
        Account account = view.must_have(view.get<Accounts>(number)).account;
        const bool is_wanted =
            is_within(page, account.profile.created_at) &&
            filter.type.value_or(account.profile.type) == account.profile.type &&
            filter.status.value_or(account.standing.status) == account.standing.status;
        return is_wanted ? std::optional(std::move(account)) : std::nullopt;
    };
    if (!filter.prefix) {
        const auto opened_at = [&view](AccountNumber number) {
            return view.must_have(view.get<Accounts>(number)).account.profile.created_at;
        };
        const auto range = numbers_within(view, page, view.totals().account_count, opened_at);
        return page_of_walk<Account>(ListWalk(view, parts_of(filter), page, range), page, show);
    }
    NameWalk walk(view, *filter.prefix, page);
    auto answer = page_of_walk<Account>(walk, page, show);
    answer.is_elsewhere = walk.is_elsewhere();
    return answer;
}

} // namespace

Page<Account> ReadModel::accounts(const AccountFilter& filter, const PageRequest& page) const {
    return ask([&](ModelView& view) { return page_of_accounts(view, filter, page); });
}

} // namespace hongbao::persistence
