// Role: rows out of the read model, believed only with their checksum, in one snapshot of the
// store. Owner thread: one at a time. Make it short: pages that it may see are not used again while
// it lives.
#pragma once

#include "persistence/lmdb/handles.hpp"
#include "persistence/read_model/page.hpp"
#include "persistence/read_model/rows/linked_rows.hpp"
#include "persistence/read_model/store/store.hpp"

#include <concepts>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace hongbao::persistence {

class ModelReader {
  public:
    explicit ModelReader(const ModelStore& store);

    /// From now on what is read in order is also looked up by its key: a branch of the tree may
    /// lead elsewhere though all rows are sound.
    void check_ways() { checks_ways_ = true; }
    /// From now on what is not found in a linked table has to lie between two rows that know each
    /// other; else that is damage.
    void check_gaps() { checks_gaps_ = true; }
    /// From now on what reads rows in order takes the newest snapshot after this many: no page is
    /// kept from being used again for long. What it has read and what it goes on to read may be of
    /// different times then.
    void renew_every(std::uint64_t rows) { rows_a_snapshot_ = rows; }
    bool was_renewed() const { return was_renewed_; }

    /// The row under this key. Rows of the history are valid as long as the snapshot.
    template <typename Of>
    std::optional<typename Of::Row> get(const typename Of::Key& key) {
        const auto& key_in_table = key_bytes(key);
        std::span<const std::byte> bytes;
        if constexpr (LinkedTableType<Of>) {
            bytes = find(linked<Of>, key_in_table);
        } else {
            bytes = find(tables_.of<Of>(), key_in_table);
        }
        return bytes.empty() ? std::nullopt
                             : checked(decode<typename Of::Row>(bytes, key), Of::rows);
    }
    /// Visits all rows in the order of their keys, while `visit(key, row)` returns true and none is
    /// damaged.
    template <typename Of, typename Visit>
    requires std::predicate<Visit, const typename Of::Key&, typename Of::Row>
    void each(Visit visit) {
        const auto visit_bytes = [&](std::span<const std::byte> key_in_table,
                                     std::span<const std::byte> bytes) {
            const auto key = key_in<typename Of::Key>(key_in_table);
            auto row =
                checked(key ? decode<typename Of::Row>(bytes, *key) : std::nullopt, Of::rows);
            return row && visit(*key, std::move(*row));
        };
        if constexpr (LinkedTableType<Of>) {
            each_bytes(tables_.of<Of>(), visit_bytes, &linked<Of>);
        } else {
            each_bytes(tables_.of<Of>(), visit_bytes);
        }
    }
    /// Visits the keys as they are, while the visitor returns true.
    template <typename Of>
    void each_key(const std::function<bool(std::span<const std::byte>)>& visit) {
        each_bytes(tables_.of<Of>(), [&visit](auto key, auto) { return visit(key); });
    }
    /// How many rows there are, by LMDB's own count.
    template <typename Of>
    std::uint64_t count() {
        return count_in(tables_.of<Of>());
    }

    /// Nothing in a model that was never written.
    std::optional<ModelTotals> totals();
    std::optional<domain::Record> record(domain::Sequence sequence);
    bool has_history();
    /// The first key with this sequence or a later one.
    std::optional<KeyRow> key_from(domain::Sequence sequence);
    /// The item of the part that is nearest to this one in a walk: itself, or the next.
    std::optional<std::uint64_t> listed_from(const ListedKey& from, ListOrder order);
    /// The same of user ids: the number of the account that has it.
    std::optional<std::pair<std::string, AccountNumber>> number_from(std::string_view user_id,
                                                                     ListOrder order);
    /// A payment that waits for a decision, with its record: this one's, or the nearest in a walk.
    std::optional<std::pair<domain::Sequence, SuspendedRow>> suspended_from(domain::Sequence from,
                                                                            ListOrder order);
    /// Reads the whole table.
    bool links_hold(const LinkedTable& table);

    /// A sentence once a row was found damaged, or LMDB could not read; such a row reads as
    /// missing.
    const std::string& damage() const { return damage_; }
    /// That what was read does not fit together.
    void note_damage(const char* sentence) { damage_ = sentence; }

  private:
    std::span<const std::byte> find(MDB_dbi table, std::span<const std::byte> key);
    std::span<const std::byte> find(const LinkedTable& table, std::span<const std::byte> key);
    void check_gap(const LinkedTable& table, MDB_val key);
    const LinkedEnds& ends();
    void lost(const LinkedTable& table);
    void note(int error);
    /// Nothing is damage, `rows` says among which.
    template <typename Row>
    std::optional<Row> checked(std::optional<Row>&& row, const char* rows) {
        if (!row) {
            damage_ = std::string("the read model has a damaged row among its ") + rows;
        }
        return std::move(row);
    }
    using VisitBytes =
        std::function<bool(std::span<const std::byte> key, std::span<const std::byte> row)>;
    /// `links`: null if the rows of the table have none.
    void each_bytes(MDB_dbi table, const VisitBytes& visit, const LinkedTable* links = nullptr);
    int renew(std::optional<LmdbCursor>& cursor, MDB_dbi table, MDB_val& key, MDB_val& value);
    Link first_link(const LinkedTable& table);
    std::uint64_t count_in(MDB_dbi table);

    const TableHandles& tables_;
    const JournalId& journal_id_;
    LmdbTransaction transaction_;
    std::string damage_;
    bool checks_ways_ = false;
    bool checks_gaps_ = false;
    std::optional<LinkedEnds> ends_;    // of the snapshot, once they were wanted
    std::uint64_t rows_a_snapshot_ = 0; // 0: the one snapshot for all
    std::uint64_t rows_read_ = 0;
    bool was_renewed_ = false;
};

} // namespace hongbao::persistence
