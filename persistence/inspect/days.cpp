// Role: the days: what their rows should say by the journal, and whether they do.
#include "persistence/inspect/days.hpp"

#include "domain/posting.hpp"
#include "persistence/inspect/comparison.hpp"

namespace hongbao::persistence {

namespace {

/// Days of UTC+8 since 1970-01-01 there.
std::uint64_t day_at(domain::InstantMs at) {
    constexpr domain::InstantMs hours_ahead = 8;
    return static_cast<std::uint64_t>((at / 3'600'000 + hours_ahead) / 24);
}

void take_posting(DayRow& row, const domain::Posting& posting) {
    using enum domain::LedgerAccountKind;
    const domain::FenSum gained_fen = posting.amount_fen;
    if (gained_fen > 0) {
        row.amount_fen += gained_fen;
    }
    row.deposited_fen -= posting.kind == outside && gained_fen < 0 ? gained_fen : 0;
    row.withdrawn_fen += posting.kind == outside && gained_fen > 0 ? gained_fen : 0;
    row.accounts_change_fen += posting.kind == user ? gained_fen : 0;
    row.escrow_change_fen += posting.kind == escrow ? gained_fen : 0;
    row.suspended_change_fen += posting.kind == suspended ? gained_fen : 0;
}

} // namespace

void FoldedDays::take(const domain::Record& record) {
    DayRow& row = types_of_days_[day_at(record.at)][record.event.index()];
    row.count += 1;
    for (const domain::Posting& posting : domain::postings_of(record.event)) {
        take_posting(row, posting);
    }
}

void FoldedDays::check_made(const domain::Record&, ModelComparison&) const {}

void FoldedDays::check_all(ModelComparison& comparison) const {
    comparison.for_each(types_of_days_, [&](std::uint64_t day, const auto& types) {
        comparison.look_for_place({{List::days, everybody, 0}, day});
        comparison.for_each(types, [&](std::uint64_t type, const DayRow& row) {
            comparison.compare<Days>({day, type}, text_of(day) + "/" + text_of(type), row);
        });
    });
}

bool FoldedDays::has_place(const ListedKey& key, ModelComparison&) const {
    return key.part == ListPart{List::days, everybody, 0} && types_of_days_.contains(key.item);
}

void FoldedDays::check_counts(ModelComparison& comparison) const {
    std::uint64_t rows = 0;
    for (const auto& [day, types] : types_of_days_) {
        rows += types.size();
    }
    comparison.check_count<Days>(rows, [&](const DayKey& key) {
        const auto day = types_of_days_.find(key.day);
        return day != types_of_days_.end() && day->second.contains(key.type);
    });
}

} // namespace hongbao::persistence
