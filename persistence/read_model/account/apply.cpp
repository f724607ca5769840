// Role: applies records to accounts: openings, balances, lines of statements, references.
#include "persistence/read_model/apply.hpp"
#include "persistence/read_model/account/movement_words.hpp"

#include "domain/posting.hpp"
#include "domain/values/invariant.hpp"
#include "persistence/record/digests.hpp"

#include <utility>

namespace hongbao::persistence {

namespace {

using domain::Record;
using domain::Sequence;

} // namespace

Applying::Touched Applying::account_to_change(std::string_view user_id) {
    Touched touched;
    touched.number = view_.must_have(view_.number(user_id));
    auto found = filling_.accounts.find(touched.number);
    if (found == filling_.accounts.end()) {
        found = filling_.accounts
                    .emplace(touched.number, view_.must_have(view_.get<Accounts>(touched.number)))
                    .first;
    }
    touched.row = &found->second;
    return touched;
}

const Applying::Touched& Applying::touched(std::string_view user_id) const {
    for (std::size_t i = 0; i < touched_count_; ++i) {
        if (touched_[i].row->account.profile.user_id == user_id) {
            return touched_[i];
        }
    }
    domain::broken_invariant("money moves only in accounts that the record touches",
                             std::source_location::current());
}

void Applying::open_account(const domain::AccountOpened& opened, const Record& record) {
    const AccountNumber number = ++filling_.totals.account_count;
    AccountRow row;
    row.account = domain::opened_account(opened, record.at);
    row.as_of = record.sequence;
    list(row, number, std::nullopt);
    filling_.accounts.emplace(number, std::move(row));
    const auto named = filling_.numbers.emplace(opened.user_id, number).first;
    filling_.numbers_in_order.emplace(named->first, number);
    filling_.new_accounts.push_back(number);
}

void Applying::list(const AccountRow& row, AccountNumber number,
                    std::optional<domain::AccountStatus> before) {
    list(List::accounts, {owner_of_type(row.account.profile.type)}, number,
         before ? std::optional(phase_of(*before)) : std::nullopt,
         phase_of(row.account.standing.status));
}

void Applying::touch(std::string_view user_id, const Record& record) {
    const Touched touched = account_to_change(user_id);
    AccountRow& row = *touched.row;
    const domain::Fen before_fen = row.account.standing.balance_fen;
    const domain::AccountStatus before = row.account.standing.status;
    domain::apply(row.account, record.event, record.at);
    filling_.totals.held.accounts_fen += row.account.standing.balance_fen - before_fen;
    row.as_of = record.sequence;
    list(row, touched.number, before);
    const bool has_texts = std::holds_alternative<domain::AccountStatusChanged>(record.event) ||
                           std::holds_alternative<domain::AccountProfileChanged>(record.event);
    filling_.text_changes += has_texts ? 1 : 0;
    touched_[touched_count_++] = touched;
}

/// A line for each user's posting. The account has the record already: no event moves money twice
/// in one account, so its balance is the balance after this line.
void Applying::add_lines(const Record& record) {
    Sides sides;
    for (const domain::Posting& posting : domain::postings_of(record.event)) {
        if (posting.kind == domain::LedgerAccountKind::outside) {
            (posting.amount_fen < 0 ? filling_.totals.deposited_fen
                                    : filling_.totals.withdrawn_fen) +=
                posting.amount_fen < 0 ? -posting.amount_fen : posting.amount_fen;
        }
        if (posting.kind != domain::LedgerAccountKind::user) {
            continue;
        }
        const EntryType type = entry_type_of(record.event);
        const auto& [number, touched_row] = touched(posting.user_id);
        AccountRow& row = *touched_row;
        Sequence& last_of_type = row.last_line_of_type[static_cast<std::size_t>(type)];
        sides.add(Side{number, type, ++row.line_count, row.account.standing.balance_fen,
                       std::exchange(row.last_line, record.sequence),
                       std::exchange(last_of_type, record.sequence)});
        if (row.line_count % lines_a_mark == 0) {
            filling_.new_line_marks[number].push_back(
                {record.sequence, record.at, row.last_line_of_type});
        }
    }
    filling_.sides.push_back(sides);
}

/// Journals of older programs may have several deposits with one reference: it names the first.
void Applying::name_deposit(const domain::Deposited& deposited, Sequence sequence) {
    if (deposited.reference.empty()) {
        return;
    }
    const auto digest = digest_of_reference(deposited.user_id, deposited.reference);
    if (!view_.may_have(view_.get<DepositRefs>(digest))) {
        filling_.deposit_refs.emplace(digest, DepositRefRow{sequence, deposited.amount_fen});
        filling_.totals.deposit_ref_count += 1;
    }
}

} // namespace hongbao::persistence
