// Role: movements of money as a plain-text ledger, which hledger and Ledger read. Accounts are
// `users:<user id>`, `escrow:packets:<id>` and the like, `suspended` and `outside`; amounts are in
// yuan, and what an account has there is what the API says that it has. What clients have written
// cannot become a tag, a date or another line: colons and brackets are written wide. Pure.
#pragma once

#include "actors/protocol/views.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hongbao::http {

/// "-12.30 CNY"
std::string ledger_amount(domain::Fen amount_fen);

/// The ledger's name of a posting's account; `words` say what an escrow is of.
std::string ledger_account(std::string_view account, const persistence::Entry& words);

/// One transaction of the ledger, with an empty line behind it.
struct LedgerTransaction {
    const persistence::Entry& words;
    std::string_view type;
    domain::InstantMs dated = 0; // whose day its date is
    struct Side {
        std::string_view account; // domain::Posting::account_name
        domain::Fen amount_fen = 0;
        std::optional<domain::Fen> balance_after_fen{}; // asserted
    };
    std::array<Side, 2> sides;
};
void append_transaction(std::string& out, const LedgerTransaction& transaction);

/// What a ledger begins with.
std::string_view ledger_head();

/// What an account had before the first of its lines, as a transaction of its own.
void append_opening(std::string& out, std::string_view user_id, domain::InstantMs at,
                    domain::Fen balance_fen);

} // namespace hongbao::http
