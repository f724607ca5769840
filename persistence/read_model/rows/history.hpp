// Role: the rows that are made of each record: its lines in statements with the record itself, and
// its idempotency key. Pure.
#pragma once

#include "domain/record.hpp"
#include "persistence/read_model/account/rows.hpp"
#include "persistence/record/codec.hpp"

#include <array>
#include <optional>
#include <span>

namespace hongbao::persistence {

/// One account's side of a record: a line of its statement, linked to the ones before it.
struct Side {
    AccountNumber account = 0;
    EntryType type = EntryType::deposit;
    std::uint64_t line_no = 0;
    domain::Fen balance_after_fen = 0;
    domain::Sequence before = 0;         // the record of the line before; 0: this is the first
    domain::Sequence before_of_type = 0; // the same among lines of this type

    static void fields(auto&& visit, auto&... side) {
        visit("account", side.account...);
        visit("type", side.type...);
        visit("line_no", side.line_no...);
        visit("balance_after_fen", side.balance_after_fen...);
        visit("line before", side.before...);
        visit("line before of its type", side.before_of_type...);
    }
};

/// At most two: the payer, then the receiver.
struct Sides {
    std::array<Side, 2> side{};
    std::size_t count = 0;

    const Side* of(AccountNumber account) const;
    void add(const Side& added) { side[count++] = added; }
};

/// The record as the history keeps it: a send is abridged there, so that a line of a statement is
/// short, however many may open the packet.
bool is_abridged_in_history(const domain::Record& record);
domain::Record abridged(const domain::Record& record);

struct HistoryRow {
    Sides sides;
    std::optional<domain::ShareOpened> share; // without its user, who is its only side
    domain::InstantMs share_opened_at = 0;
    std::span<const std::byte> record; // of any other, into the bytes that were decoded

    static std::optional<HistoryRow> decoded(std::span<const std::byte> bytes,
                                             domain::Sequence sequence);
};
void encode(const Sides& sides, const domain::Record& record, RecordEncoder& encoder,
            RowBytes& bytes);
/// Appended.
struct History : Table<domain::Sequence, HistoryRow> {
    static constexpr const char* name = "history";
    static constexpr const char* rows = "history";
};

/// An idempotency key, with the age of the journal when its record was written, by the time that
/// setting a clock does not change. The record has the key itself.
struct KeyRow {
    static constexpr bool is_linked = true;
    domain::Sequence sequence = 0; // the row's key
    domain::Digest digest{};       // digest_of_key
    domain::Digest fingerprint{};
    std::int64_t elapsed_ms = 0;

    void set_key(domain::Sequence key) { sequence = key; }
    static void fields(auto&& visit, auto&... row) {
        visit("digest", row.digest...);
        visit("fingerprint", row.fingerprint...);
        visit("elapsed_ms", row.elapsed_ms...);
    }
};
/// Appended; the oldest are deleted.
struct Keys : Table<domain::Sequence, KeyRow> {
    static constexpr const char* name = "keys";
    static constexpr const char* rows = "idempotency keys";
    static constexpr std::size_t link_place = 6;
};

} // namespace hongbao::persistence
