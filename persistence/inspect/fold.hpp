// Role: the journal folded, from the first record on, into what the rows of the read model should
// say: what verify holds the model against. It shares with the model's writer only what a row is,
// never how one is made: the point is that two programs agree. Owner thread: the caller's.
// Invariant: each record is lawful after those before it.
#pragma once

#include "persistence/inspect/account.hpp"
#include "persistence/inspect/administration.hpp"
#include "persistence/inspect/days.hpp"
#include "persistence/inspect/kinds.hpp"

#include <tuple>

namespace hongbao::persistence {

class ModelFold {
  public:
    explicit ModelFold(const ChainHash& first_hash) { totals_.position.chain_hash = first_hash; }

    /// Takes the next record; its sides.
    Sides take(const domain::Record& record);

    const FoldedAccounts& accounts() const { return accounts_; }
    /// The position's hash stays that of the journal's beginning.
    const ModelTotals& totals() const { return totals_; }
    /// Calls `visit` with the accounts, the administration, the days and each of the FoldedKinds.
    template <typename Visit>
    void each(Visit visit) const {
        visit(accounts_);
        visit(administration_);
        visit(days_);
        std::apply([&visit](const auto&... kind) { (visit(kind), ...); }, kinds_);
    }

  private:
    Sides add_lines(const domain::Record& record);
    void count_time(domain::InstantMs at);

    ModelTotals totals_;
    FoldedAccounts accounts_;
    FoldedAdministration administration_;
    FoldedDays days_;
    FoldedKinds kinds_;
};

} // namespace hongbao::persistence
