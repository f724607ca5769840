// Role: the checks of records about accounts, which only a damaged journal fails.
#include "domain/books/check_account.hpp"

#include "domain/posting.hpp"

namespace hongbao::domain {

namespace {

/// Null if it was never opened.
const Account* find_account(const Books& books, std::string_view user_id) {
    const auto found = books.accounts.find(user_id);
    return found == books.accounts.end() ? nullptr : &found->second;
}

} // namespace

Complaint needs_account(const Books& books, const UserId& user_id) {
    return find_account(books, user_id) == nullptr ? "account " + user_id + " was never opened"
                                                   : "";
}

Complaint needs_merchant(const Books& books, const UserId& user_id) {
    const Account* const found = find_account(books, user_id);
    return found != nullptr && found->profile.type != AccountType::merchant
               ? "account " + user_id + " is not a merchant's"
               : needs_account(books, user_id);
}

Complaint needs_debit(const Books& books, const UserId& user_id, Fen amount_fen) {
    if (auto complaint = needs_account(books, user_id); !complaint.empty()) {
        return complaint;
    }
    if (amount_fen <= 0) {
        return "the amount is not positive";
    }
    return find_account(books, user_id)->standing.balance_fen < amount_fen
               ? "account " + user_id + " does not hold " + std::to_string(amount_fen) + " fen"
               : "";
}

Complaint needs_credit(const Books& books, const UserId& user_id, Fen amount_fen) {
    return amount_fen <= 0 ? "the amount is not positive" : needs_account(books, user_id);
}

Complaint needs_room_for_credits(const Books& books, const Event& event) {
    for (const Posting& posting : postings_of(event)) {
        Fen balance_fen = 0;
        if (posting.kind == LedgerAccountKind::user && posting.amount_fen > 0 &&
            __builtin_add_overflow(find_account(books, posting.user_id)->standing.balance_fen,
                                   posting.amount_fen, &balance_fen)) {
            return "account " + std::string(posting.user_id) + " cannot hold " +
                   std::to_string(posting.amount_fen) + " fen more";
        }
    }
    return "";
}

Complaint what_is_wrong(const Books& books, const AccountOpened& event, InstantMs) {
    return find_account(books, event.user_id) != nullptr
               ? "account " + event.user_id + " is open already"
               : "";
}

Complaint what_is_wrong(const Books& books, const AccountStatusChanged& event, InstantMs) {
    return needs_account(books, event.user_id);
}

Complaint what_is_wrong(const Books& books, const AccountProfileChanged& event, InstantMs) {
    return needs_account(books, event.user_id);
}

Complaint what_is_wrong(const Books& books, const Deposited& event, InstantMs) {
    return needs_credit(books, event.user_id, event.amount_fen);
}

Complaint what_is_wrong(const Books& books, const Withdrawn& event, InstantMs) {
    return needs_debit(books, event.user_id, event.amount_fen);
}

Complaint what_is_wrong(const Books& books, const Transferred& event, InstantMs) {
    auto complaint = needs_debit(books, event.from, event.amount_fen);
    return complaint.empty() ? needs_account(books, event.to) : complaint;
}

} // namespace hongbao::domain
