// Role: what is exported of a record that moves money: the movement as a whole, with both sides as
// the journal names them, or one account's line of it. Pure.
#pragma once

#include "domain/posting.hpp"
#include "domain/record.hpp"
#include "persistence/read_model/account/entry.hpp"

#include <array>
#include <cstddef>
#include <string>

namespace hongbao::persistence {

struct Movement {
    struct Side {
        std::string account;        // domain::Posting::account_name
        domain::Fen amount_fen = 0; // signed: what the account gains
    };
    std::size_t event_type = 0; // its place among the alternatives of domain::Event
    Entry words;                // number, time, memo and ids; no line and no amounts
    std::array<Side, 2> sides;  // the payer's first
};

/// The record must move money.
Movement movement_of(const domain::Record& record);

struct StatementLine {
    domain::UserId user_id;
    Entry entry;
    std::string against; // domain::Posting::account_name of the other side
};

/// The line that the record makes for the account of `own`, one of its postings. Its counterparty
/// may be found in the record alone; else it is what holds the money ("packet:<id>").
StatementLine statement_line_of(const domain::Record& record, const domain::Posting& own,
                                std::uint64_t line_no, domain::Fen balance_after_fen);

} // namespace hongbao::persistence
