// Role: tables that can prove that something is not in them. Each of their rows names the row
// before it, and a row among the totals names the last one of each table. So two neighbours that
// know each other prove that nothing lies between them, by their own checksums, and however the
// tree of pages led there: a row that was lost, that was altered in its key, or that no branch
// leads to, would be the one that its follower names. A look-up that finds neither a row nor such
// neighbours has found damage, and nobody has to read a whole table first. What this cannot see is
// a page that the disk gives back as it was long ago: counting and adding up does (self_check,
// verify). Owner thread: the transaction's. Invariant: rows are written by put_linked
// and append_linked alone; only the oldest keys are ever deleted.
#pragma once

#include "persistence/lmdb/handles.hpp"
#include "persistence/read_model/rows/tables.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace hongbao::persistence {

/// How a row is named by its follower: a number by itself, a text by its hash. 0: none.
using Link = std::uint64_t;

struct LinkedEnds {
    std::array<Link, ModelTables::linked_count> last{}; // of each linked table
    Link keys_forgotten = 0; // the last key that was deleted: the oldest there names it
};
inline constexpr std::string_view linked_ends_key = "ends";
void encode(const LinkedEnds& ends, RowBytes& bytes);
std::optional<LinkedEnds> decode_ends(std::span<const std::byte> bytes);

Link link_of(const LinkedTable& table, std::span<const std::byte> key);
/// The row before, by a row under its key; nothing if the row is damaged.
std::optional<Link> link_in(const LinkedTable& table, std::span<const std::byte> key,
                            std::span<const std::byte> bytes);
/// The same of a row that is known to be sound.
Link link_in_sound(std::span<const std::byte> bytes);

/// Where rows of a linked table are put, within one transaction.
struct LinkedTarget {
    MDB_txn* transaction = nullptr;
    MDB_dbi dbi = 0;
    const LinkedTable& table;
    LinkedEnds& ends;
};

/// Puts a row, new or changed, that was encoded without a link; a new one is told to its follower.
/// Both: LMDB's error, 0 for none.
int put_linked(const LinkedTarget& target, std::span<const std::byte> key, RowBytes& bytes);
/// A new row behind all others.
int append_linked(const LinkedTarget& target, LmdbCursor& cursor, std::uint64_t key,
                  RowBytes& bytes);

} // namespace hongbao::persistence
