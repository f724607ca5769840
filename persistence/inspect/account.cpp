// Role: accounts, their numbers and the references of their deposits: what the rows should say by
// the journal, and whether they do.
#include "persistence/inspect/comparison.hpp"
#include "persistence/record/digests.hpp"

#include "domain/posting.hpp"
#include "domain/touched.hpp"
#include "domain/values/invariant.hpp"

#include <xxhash.h>

#include <string>

namespace hongbao::persistence {

namespace {

/// Of what others are shown, which may be long.
std::uint64_t hash_of_shown(const std::string& username, const std::string& avatar_url) {
    std::string both = username;
    both.append(1, '\0').append(avatar_url);
    return XXH3_64bits(both.data(), both.size());
}

} // namespace

AccountNumber FoldedAccounts::number_of(std::string_view user_id) const {
    const auto found = numbers_.find(user_id);
    return found == numbers_.end() ? 0 : found->second;
}

void FoldedAccounts::take(const domain::Record& record, ModelTotals& totals) {
    if (const auto* opened = std::get_if<domain::AccountOpened>(&record.event)) {
        totals.account_count += 1;
        open_account(*opened, record);
    } else {
        domain::for_each_touched_account(record.event, [&](std::string_view user_id) {
            FoldedAccount& folded = account_of(user_id);
            domain::apply(folded.standing, *folded.user_id, record.event, record.at);
            folded.as_of = record.sequence;
        });
    }
    if (const auto* changed = std::get_if<domain::AccountProfileChanged>(&record.event)) {
        account_of(changed->user_id).shown_hash =
            hash_of_shown(changed->username, changed->avatar_url);
    }
    const auto* deposited = std::get_if<domain::Deposited>(&record.event);
    if (deposited != nullptr && !deposited->reference.empty()) {
        deposit_refs_.try_emplace(digest_of_reference(deposited->user_id, deposited->reference),
                                  DepositRefRow{record.sequence, deposited->amount_fen});
        totals.deposit_ref_count = deposit_refs_.size();
    }
}

void FoldedAccounts::open_account(const domain::AccountOpened& opened,
                                  const domain::Record& record) {
    const AccountNumber number = accounts_.size() + 1;
    const auto [place, is_new] = numbers_.emplace(opened.user_id, number);
    domain::invariant(is_new, "an account is opened once");
    FoldedAccount& folded = accounts_.emplace_back();
    folded.user_id = &place->first;
    folded.type = opened.account_type;
    folded.created_at = record.at;
    folded.shown_hash = hash_of_shown(opened.username, opened.avatar_url);
    folded.as_of = record.sequence;
}

void FoldedAccounts::check_made(const domain::Record& record, ModelComparison& comparison) const {
    if (const auto* opened = std::get_if<domain::AccountOpened>(&record.event)) {
        comparison.compare_number<Numbers>(opened->user_id, opened->user_id, "number",
                                           number_of(opened->user_id));
    } else if (const auto* deposited = std::get_if<domain::Deposited>(&record.event);
               deposited != nullptr && !deposited->reference.empty()) {
        const auto digest = digest_of_reference(deposited->user_id, deposited->reference);
        comparison.compare<DepositRefs>(digest, deposited->user_id + " " + deposited->reference,
                                        deposit_refs_.at(digest));
    }
    check_marks(record, comparison);
}

/// A statement has a mark at lines 64, 128 and so on: of that line, and of the latest of each type.
void FoldedAccounts::check_marks(const domain::Record& record, ModelComparison& comparison) const {
    for (const domain::Posting& posting : domain::postings_of(record.event)) {
        const AccountNumber number = posting.kind == domain::LedgerAccountKind::user
                                         ? number_of(posting.user_id)
                                         : AccountNumber{0};
        if (number == 0 || accounts_[number - 1].line_count % lines_a_mark != 0) {
            continue;
        }
        const FoldedAccount& account = accounts_[number - 1];
        const std::uint64_t mark_no = account.line_count / lines_a_mark;
        comparison.compare<LineMarks>({number, mark_no}, text_of(number) + "/" + text_of(mark_no),
                                      {account.last_line, record.at, account.last_line_of_type});
    }
}

void FoldedAccounts::check_all(ModelComparison& comparison) const {
    const AccountNumber accounts = accounts_.size();
    for (AccountNumber number = 1; number <= accounts && !comparison.done(); ++number) {
        comparison.look_for_place(place_of(number));
    }
    for (AccountNumber number = 1; number <= accounts && !comparison.done(); ++number) {
        const FoldedAccount& ours = accounts_[number - 1];
        const std::string key = text_of(number) + " (user " + *ours.user_id + ")";
        const auto theirs = comparison.reader().get<Accounts>(number);
        if (!comparison.there(theirs, Accounts::name, key)) {
            return;
        }
        comparison.added_up().accounts_fen += theirs->account.standing.balance_fen;
        AccountRow expected = *theirs; // with what is compared by its hash
        expected.account.profile.user_id = *ours.user_id;
        expected.account.profile.type = ours.type;
        expected.account.profile.created_at = ours.created_at;
        expected.account.standing = ours.standing;
        expected.line_count = ours.line_count;
        expected.last_line = ours.last_line;
        expected.last_line_of_type = ours.last_line_of_type;
        expected.as_of = ours.as_of;
        RowComparison row;
        row.field("user_id", theirs->account.profile.user_id, *ours.user_id);
        const auto& shown = theirs->account.profile;
        if (hash_of_shown(shown.username, shown.avatar_url) != ours.shown_hash) {
            row.other("its name or picture is not the journal's");
        }
        row.fields(*theirs, expected);
        comparison.report(row, Accounts::name, key);
    }
}

ListedKey FoldedAccounts::place_of(AccountNumber number) const {
    const FoldedAccount& folded = accounts_.at(number - 1);
    const ListPhase phase = folded.standing.status == domain::AccountStatus::active ? 0 : 1;
    return {{List::accounts, static_cast<ListOwner>(folded.type), phase}, number};
}

bool FoldedAccounts::has_place(const ListedKey& key, ModelComparison&) const {
    return key.item >= 1 && key.item <= accounts_.size() && key == place_of(key.item);
}

void FoldedAccounts::check_counts(ModelComparison& comparison) const {
    const AccountNumber accounts = accounts_.size();
    comparison.check_count<Accounts>(
        accounts, [&](AccountNumber number) { return number >= 1 && number <= accounts; });
    comparison.check_count<Numbers>(
        accounts, [&](std::string_view user_id) { return number_of(user_id) != 0; });
    std::uint64_t marks = 0;
    for (const FoldedAccount& account : accounts_) {
        marks += account.line_count / lines_a_mark;
    }
    comparison.check_count<LineMarks>(marks, [&](const LineMarkKey& key) {
        return key.account >= 1 && key.account <= accounts && key.mark_no >= 1 &&
               key.mark_no <= accounts_[key.account - 1].line_count / lines_a_mark;
    });
    comparison.check_count<DepositRefs>(deposit_refs_.size(), [&](const domain::Digest& digest) {
        return deposit_refs_.contains(digest);
    });
}

} // namespace hongbao::persistence
