// Role: the rows of the books' days in the read model: what all records of a type on one day came
// to. A day is one of UTC+8, by the time of the record (rule 6). Pure.
#pragma once

#include "domain/values/instant.hpp"
#include "domain/values/money.hpp"
#include "persistence/read_model/rows/table.hpp"

#include <compare>
#include <cstdint>
#include <span>

namespace hongbao::persistence {

struct DayKey {
    std::uint64_t day = 0;  // domain::business_day
    std::uint64_t type = 0; // its place among the alternatives of domain::Event

    auto operator<=>(const DayKey&) const = default;

    PairKey bytes() const { return pair_key(day, type); }
    static DayKey of(std::span<const std::byte> bytes) {
        return {big_endian(bytes.first(8)), big_endian(bytes.last(8))};
    }
};

/// Sums over records; what accounts, escrow and suspended money have gained, or lost if negative.
struct DayRow {
    static constexpr bool is_linked = true;
    std::uint64_t count = 0;
    domain::FenSum amount_fen = 0; // moved, whichever way
    domain::FenSum deposited_fen = 0;
    domain::FenSum withdrawn_fen = 0;
    domain::FenSum accounts_change_fen = 0;
    domain::FenSum escrow_change_fen = 0;
    domain::FenSum suspended_change_fen = 0;

    static void fields(auto&& visit, auto&... row) {
        visit("count", row.count...);
        visit("amount_fen", row.amount_fen...);
        visit("deposited_fen", row.deposited_fen...);
        visit("withdrawn_fen", row.withdrawn_fen...);
        visit("accounts_change_fen", row.accounts_change_fen...);
        visit("escrow_change_fen", row.escrow_change_fen...);
        visit("suspended_change_fen", row.suspended_change_fen...);
    }
    void add(const DayRow& more) {
        fields([](const char*, auto& sum, const auto& added) { sum += added; }, *this, more);
    }
};
struct Days : Table<DayKey, DayRow> {
    static constexpr const char* name = "days";
    static constexpr const char* rows = "days";
    static constexpr std::size_t link_place = 10;
};

} // namespace hongbao::persistence
