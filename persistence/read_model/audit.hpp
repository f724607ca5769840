// Role: what the whole ledger adds up to. Pure.
#pragma once

#include "domain/values/money.hpp"
#include "persistence/journal/journal.hpp"

namespace hongbao::persistence {

/// The whole ledger as of one record; each sum is kept up to date as its parts change.
struct Audit {
    domain::FenSum deposited_fen = 0;
    domain::FenSum withdrawn_fen = 0;
    domain::FenSum accounts_fen = 0;
    domain::FenSum escrow_fen = 0;
    domain::FenSum suspended_fen = 0;
    JournalPosition position;
    domain::FenSum difference_fen() const {
        return deposited_fen - withdrawn_fen - accounts_fen - escrow_fen - suspended_fen;
    }
};

} // namespace hongbao::persistence
