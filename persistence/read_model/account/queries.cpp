// Role: answers questions about accounts: their state, movements of money, references.
#include "persistence/read_model/account/entry.hpp"
#include "persistence/read_model/account/movement_words.hpp"
#include "persistence/read_model/account/sleeping.hpp"
#include "persistence/read_model/ask.hpp"

#include "domain/posting.hpp"
#include "persistence/record/digests.hpp"

#include <utility>

namespace hongbao::persistence {

namespace {

using domain::Record;
using domain::Sequence;
using domain::UserId;

} // namespace

std::optional<SleepingAccount> ReadModel::account(const UserId& user_id) const {
    return ask([&](ModelView& view) -> std::optional<SleepingAccount> {
        const auto number = view.may_have(view.number(user_id));
        if (!number) {
            return std::nullopt;
        }
        AccountRow row = view.must_have(view.get<Accounts>(*number));
        if (row.account.profile.user_id != user_id) {
            view.give_up();
        }
        return SleepingAccount{std::move(row.account), row.as_of};
    });
}

std::optional<Trade> ReadModel::trade(Sequence sequence) const {
    return ask([&](ModelView& view) -> std::optional<Trade> {
        // First, because a commit that is being taken is seen record by record.
        const auto sides = view.may_have(view.sides(sequence));
        const auto record = sides ? view.may_have(view.record(sequence)) : std::nullopt;
        if (!record || domain::postings_of(record->event).size() == 0) {
            return std::nullopt;
        }
        return trade_of(*record);
    });
}

std::optional<NamedDeposit> ReadModel::deposit_of_reference(const UserId& user_id,
                                                            const std::string& reference) const {
    return ask([&](ModelView& view) {
        const auto row =
            view.may_have(view.get<DepositRefs>(digest_of_reference(user_id, reference)));
        return row ? std::optional(NamedDeposit{row->sequence, row->amount_fen}) : std::nullopt;
    });
}

std::optional<SettledRecord> ReadModel::settled_record(Sequence sequence) const {
    return ask([&](ModelView& view) -> std::optional<SettledRecord> {
        auto record = view.record(sequence);
        const auto sides = record ? view.sides(sequence) : std::nullopt;
        if (!sides) {
            return std::nullopt;
        }
        // The payer comes first, whose account decided the event; for a deposit, the receiver.
        return SettledRecord{std::move(*record),
                             sides->count > 0 ? sides->side[0].balance_after_fen : domain::Fen{0}};
    });
}

} // namespace hongbao::persistence
