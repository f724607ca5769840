// Role: what a table of the read model is: a type that says its name, its key, its row, and its
// place among the linked ones. rows.hpp of each kind has its tables, rows/tables.hpp all of them.
// Pure.
#pragma once

#include "persistence/read_model/rows/codec.hpp"

#include <array>
#include <cstddef>
#include <type_traits>

namespace hongbao::persistence {

/// To be derived from, with
///     name          LMDB's name of it
///     rows          what sentences call its rows
///     link_place    if its rows are linked: its place among the ends (rows/linked_rows.hpp)
template <typename TheKey, typename TheRow>
struct Table {
    using Key = TheKey;
    using Row = TheRow;
};

template <typename Of>
concept LinkedTableType = requires {
    Of::link_place;
};

/// A number found by a key: of an account, a claim, a shake.
struct NumberRow {
    static constexpr bool is_linked = true;
    std::uint64_t number = 0;

    static void fields(auto&& visit, auto&... row) { visit("number", row.number...); }
};

/// The end of something that is open. Its key says all.
struct EndRow {
    static void fields(auto&&, auto&...) {}
};

template <typename... Tables>
struct TableList {
    static constexpr std::size_t count = sizeof...(Tables);
    static constexpr std::size_t linked_count = (std::size_t{LinkedTableType<Tables>} + ...);

    template <typename Of>
    static constexpr std::size_t place_of() {
        static_assert((std::is_same_v<Of, Tables> || ...), "the list has this table");
        std::size_t place = 0;
        static_cast<void>(((std::is_same_v<Of, Tables> || (++place, false)) || ...));
        return place;
    }
    /// `visit` gets an object of each type.
    static constexpr void each(auto&& visit) { (visit(Tables{}), ...); }
};

} // namespace hongbao::persistence
