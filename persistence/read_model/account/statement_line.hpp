// Role: a line of a statement with whose it is, and where the other half of its movement is: what
// is exported. Pure.
#pragma once

#include "domain/posting.hpp"
#include "domain/record.hpp"
#include "persistence/read_model/account/entry.hpp"

namespace hongbao::persistence {

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
