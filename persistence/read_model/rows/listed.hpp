// Role: the index of lists. A row for each place that something has on a list; its key says all.
// Lists are split by whom they belong to and by phase: what can be told by records alone. What is
// shown may be further on, because time has passed since. Pure.
#pragma once

#include "persistence/read_model/rows/table.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string_view>

namespace hongbao::persistence {

enum class List : std::uint8_t {
    accounts,          // of a type; by number
    packets,           // of a sender, and of everybody; by the record that made each
    campaigns,         // of a merchant, and of everybody; the same
    sales,             // the same
    sales_of_group,    // the same
    orders_of_sale,    // by their numbers there
    orders_of_account, // by the record that each begins with
    operations,        // of operators, everybody's; by their records
    days,              // of the books, everybody's; by their numbers
    last_one = days
};

/// Whose list: the number of an account, its type, a sale's id, a group's hash.
using ListOwner = std::uint64_t;
inline constexpr ListOwner everybody = 0;
template <typename Type>
ListOwner owner_of_type(Type type) {
    return static_cast<ListOwner>(type);
}
inline ListOwner owner_of_group(std::string_view group) {
    return XXH3_64bits(group.data(), group.size());
}

/// Of accounts: their status. Of packets and of a sale's orders: the status by record. Of an
/// account's orders, of operations and days: always 0, so that none ever moves.
using ListPhase = std::uint8_t;
/// Of campaigns and sales.
enum class OpenPhase : ListPhase { open, over };

template <typename Status>
ListPhase phase_of(Status status) {
    return static_cast<ListPhase>(status);
}

/// A part of a list: what belongs to one owner and is in one phase.
struct ListPart {
    List list = List::accounts;
    ListOwner owner = everybody;
    ListPhase phase = 0;

    auto operator<=>(const ListPart&) const = default;
};

struct ListedKey {
    ListPart part;
    std::uint64_t item = 0;

    auto operator<=>(const ListedKey&) const = default;

    /// Big-endian: the items of a part lie together, in order.
    static constexpr std::size_t size = 1 + sizeof(ListOwner) + 1 + sizeof(std::uint64_t);
    std::array<std::byte, size> bytes() const {
        std::array<std::byte, size> bytes{};
        const PairKey numbers = pair_key(part.owner, item);
        bytes[0] = static_cast<std::byte>(part.list);
        std::copy_n(numbers.begin(), 8, bytes.begin() + 1);
        bytes[9] = static_cast<std::byte>(part.phase);
        std::copy_n(numbers.begin() + 8, 8, bytes.begin() + 10);
        return bytes;
    }
    static ListedKey of(std::span<const std::byte> bytes) {
        return {{static_cast<List>(bytes[0]), big_endian(bytes.subspan(1, 8)),
                 static_cast<ListPhase>(bytes[9])},
                big_endian(bytes.last(8))};
    }
};

struct ListedRow {
    static void fields(auto&&, auto&...) {}
};
struct Listed : Table<ListedKey, ListedRow> {
    static constexpr const char* name = "listed";
    static constexpr const char* rows = "places on lists";
};

} // namespace hongbao::persistence
