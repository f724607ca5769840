// Role: the conditions under which a record about an account follows from the books, and those that
// records of any kind put on accounts.
#pragma once

#include "domain/books/books.hpp"

#include <string>

namespace hongbao::domain {

/// Why a record does not follow: a sentence, empty if it does.
using Complaint = std::string;

Complaint needs_account(const Books& books, const UserId& user_id);
Complaint needs_merchant(const Books& books, const UserId& user_id);
/// Asks whether the account holds at least that amount.
Complaint needs_debit(const Books& books, const UserId& user_id, Fen amount_fen);
Complaint needs_credit(const Books& books, const UserId& user_id, Fen amount_fen);
/// No balance overflows: asked before a record is applied, which cannot fail. Its accounts exist.
Complaint needs_room_for_credits(const Books& books, const Event& event);

Complaint what_is_wrong(const Books& books, const AccountOpened& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const AccountStatusChanged& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const AccountProfileChanged& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const Deposited& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const Withdrawn& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const Transferred& event, InstantMs at);

} // namespace hongbao::domain
