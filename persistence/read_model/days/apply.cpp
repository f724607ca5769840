// Role: adds each record to its day.
#include "persistence/read_model/apply.hpp"
#include "domain/posting.hpp"
#include "persistence/read_model/days/kind.hpp"

#include <algorithm>
#include <cstdlib>

namespace hongbao::persistence {

namespace {

/// What the generation has of the day; if that is nothing yet, what there was before.
DayRow& day_to_change(Applying& applying, const DayKey& key) {
    auto& days = applying.filling().days;
    if (const auto found = days.find(key); found != days.end()) {
        return found->second;
    }
    applying.list(List::days, {everybody}, key.day, std::nullopt, 0);
    ModelView& view = applying.view();
    return days.emplace(key, view.may_have(view.get<Days>(key)).value_or(DayRow{})).first->second;
}

void add(DayRow& row, const domain::Posting& posting) {
    const domain::Fen gained_fen = posting.amount_fen;
    row.amount_fen += std::max<domain::Fen>(gained_fen, 0);
    switch (posting.kind) {
    case domain::LedgerAccountKind::outside:
        (gained_fen < 0 ? row.deposited_fen : row.withdrawn_fen) += std::abs(gained_fen);
        break;
    case domain::LedgerAccountKind::user: row.accounts_change_fen += gained_fen; break;
    case domain::LedgerAccountKind::escrow: row.escrow_change_fen += gained_fen; break;
    case domain::LedgerAccountKind::suspended: row.suspended_change_fen += gained_fen; break;
    }
}

} // namespace

void apply_day(Applying& applying, const domain::Record& record) {
    DayRow& row =
        day_to_change(applying, {static_cast<std::uint64_t>(domain::business_day(record.at)),
                                 record.event.index()});
    row.count += 1;
    for (const domain::Posting& posting : domain::postings_of(record.event)) {
        add(row, posting);
    }
}

} // namespace hongbao::persistence
