// Role: accounts, their numbers and the references of their deposits: what the rows should say by
// the journal, and whether they do.
#include "persistence/inspect/comparison.hpp"
#include "persistence/record/digests.hpp"

#include "domain/touched.hpp"
#include "domain/values/invariant.hpp"

#include <xxhash.h>

#include <string>

namespace hongbao::persistence {

std::uint64_t hash_of(const domain::AccountProfile& profile) {
    std::string all = profile.username;
    all.append(1, '\0').append(profile.avatar_url).append(1, '\0');
    all +=
        std::to_string(static_cast<int>(profile.type)) + " " + std::to_string(profile.created_at);
    return XXH3_64bits(all.data(), all.size());
}

AccountNumber ModelFold::number_of(std::string_view user_id) const {
    const auto found = numbers_.find(user_id);
    return found == numbers_.end() ? 0 : found->second;
}

FoldedAccount& ModelFold::account_of(std::string_view user_id) {
    return accounts_.at(number_of(user_id) - 1);
}

void ModelFold::take_account_event(const domain::Record& record) {
    if (const auto* opened = std::get_if<domain::AccountOpened>(&record.event)) {
        open_account(*opened, record.at);
    } else {
        domain::for_each_touched_account(record.event, [&](std::string_view user_id) {
            FoldedAccount& folded = account_of(user_id);
            domain::apply(folded.standing, *folded.user_id, record.event, record.at);
            folded.as_of = record.sequence;
        });
    }
    const auto* deposited = std::get_if<domain::Deposited>(&record.event);
    if (deposited != nullptr && !deposited->reference.empty()) {
        deposit_refs_.try_emplace(digest_of_reference(deposited->user_id, deposited->reference),
                                  DepositRefRow{record.sequence, deposited->amount_fen});
        totals_.deposit_ref_count = deposit_refs_.size();
    }
}

void ModelFold::open_account(const domain::AccountOpened& opened, domain::InstantMs at) {
    const AccountNumber number = ++totals_.account_count;
    const auto [place, is_new] = numbers_.emplace(opened.user_id, number);
    domain::invariant(is_new, "an account is opened once");
    FoldedAccount& folded = accounts_.emplace_back();
    folded.user_id = &place->first;
    folded.profile_hash =
        hash_of({{}, opened.username, opened.avatar_url, opened.account_type, at});
    folded.as_of = totals_.position.last_sequence;
}

void ModelComparison::take_account_event(const domain::Record& record) {
    if (const auto* opened = std::get_if<domain::AccountOpened>(&record.event)) {
        compare_number<Numbers>(opened->user_id, opened->user_id, "number",
                                fold_.number_of(opened->user_id));
    } else if (const auto* deposited = std::get_if<domain::Deposited>(&record.event);
               deposited != nullptr && !deposited->reference.empty()) {
        const auto digest = digest_of_reference(deposited->user_id, deposited->reference);
        compare<DepositRefs>(digest, deposited->user_id + " " + deposited->reference,
                             fold_.deposit_refs().at(digest));
    }
}

void ModelComparison::check_accounts() {
    const AccountNumber accounts = fold_.totals().account_count;
    for (AccountNumber number = 1; number <= accounts && !done(); ++number) {
        const FoldedAccount& ours = fold_.account(number);
        const std::string key = text_of(number) + " (user " + *ours.user_id + ")";
        const auto theirs = reader_->get<Accounts>(number);
        if (!there(theirs, Accounts::name, key)) {
            return;
        }
        added_up_.accounts_fen += theirs->account.standing.balance_fen;
        AccountRow expected = *theirs; // with the profile that is compared by its hash
        expected.account.profile.user_id = *ours.user_id;
        expected.account.standing = ours.standing;
        expected.line_count = ours.line_count;
        expected.last_line = ours.last_line;
        expected.last_line_of_type = ours.last_line_of_type;
        expected.last_order = ours.last_order;
        expected.as_of = ours.as_of;
        RowComparison row;
        row.field("user_id", theirs->account.profile.user_id, *ours.user_id);
        if (hash_of(theirs->account.profile) != ours.profile_hash) {
            row.other("its name, avatar, type or time of opening is not the journal's");
        }
        row.fields(*theirs, expected);
        report(row, Accounts::name, key);
    }
}

void ModelComparison::count_accounts() {
    const AccountNumber accounts = fold_.totals().account_count;
    check_count<Accounts>(accounts,
                          [&](AccountNumber number) { return number >= 1 && number <= accounts; });
    check_count<Numbers>(accounts,
                         [&](std::string_view user_id) { return fold_.number_of(user_id) != 0; });
    check_count<DepositRefs>(fold_.deposit_refs().size(), [&](const domain::Digest& digest) {
        return fold_.deposit_refs().contains(digest);
    });
}

} // namespace hongbao::persistence
