// Role: the rows and tables of accounts in the read model. Pure.
#pragma once

#include "domain/account/account.hpp"
#include "persistence/read_model/account/entry.hpp"
#include "persistence/read_model/rows/table.hpp"

#include <array>

namespace hongbao::persistence {

/// Accounts are numbered from 1 in the order in which they were opened: short, and dense.
using AccountNumber = std::uint64_t;

/// The latest state of an account, and where its statement begins: with the newest line.
struct AccountRow {
    domain::Account account;
    std::uint64_t line_count = 0;
    domain::Sequence last_line = 0; // the record of the newest line; 0: there is none
    std::array<domain::Sequence, entry_types> last_line_of_type{};
    domain::Sequence as_of = 0; // the last record that touched it: an order alone does not

    static void fields(auto&& visit, auto&... row) {
        visit("user_id", row.account.profile.user_id...);
        visit("username", row.account.profile.username...);
        visit("avatar_url", row.account.profile.avatar_url...);
        visit("type", row.account.profile.type...);
        visit("created_at", row.account.profile.created_at...);
        visit("status", row.account.standing.status...);
        visit("balance_fen", row.account.standing.balance_fen...);
        visit("send_day", row.account.standing.send_day...);
        visit("sends_on_day", row.account.standing.sends_on_day...);
        visit("sent_on_day_fen", row.account.standing.sent_on_day_fen...);
        visit("status_change", row.account.standing.status_change...);
        visit("line_count", row.line_count...);
        visit("last_line", row.last_line...);
        visit("as_of", row.as_of...);
        visit("last_line_of_type", row.last_line_of_type...);
    }
};
struct Accounts : Table<AccountNumber, AccountRow> {
    static constexpr const char* name = "accounts";
    static constexpr const char* rows = "accounts";
};

/// How an account stood after every so many lines of its statement. Lines name only the one before
/// them: by its marks, a block of lines is found by its place or its time, and one without a line
/// of some type is passed over.
inline constexpr std::uint64_t lines_a_mark = 64;
struct LineMarkRow {
    domain::Sequence sequence = 0; // the line's record
    domain::InstantMs at = 0;
    std::array<domain::Sequence, entry_types> last_line_of_type{}; // up to this line

    static void fields(auto&& visit, auto&... row) {
        visit("sequence", row.sequence...);
        visit("at", row.at...);
        visit("last_line_of_type", row.last_line_of_type...);
    }
};
/// By account and number of the mark, from 1.
struct LineMarkKey {
    AccountNumber account = 0;
    std::uint64_t mark_no = 0;

    PairKey bytes() const { return pair_key(account, mark_no); }
    static LineMarkKey of(std::span<const std::byte> bytes) {
        return {big_endian(bytes.first(8)), big_endian(bytes.last(8))};
    }
};
struct LineMarks : Table<LineMarkKey, LineMarkRow> {
    static constexpr const char* name = "line_marks";
    static constexpr const char* rows = "marks of statements";
};

/// By user id.
struct Numbers : Table<std::string_view, NumberRow> {
    static constexpr const char* name = "numbers";
    static constexpr const char* rows = "account numbers";
    static constexpr std::size_t link_place = 0;
};

/// The first deposit of an account with a reference, by digest_of_reference.
struct DepositRefRow {
    static constexpr bool is_linked = true;
    domain::Sequence sequence = 0;
    domain::Fen amount_fen = 0;

    static void fields(auto&& visit, auto&... row) {
        visit("sequence", row.sequence...);
        visit("amount_fen", row.amount_fen...);
    }
};
struct DepositRefs : Table<domain::Digest, DepositRefRow> {
    static constexpr const char* name = "deposit_refs";
    static constexpr const char* rows = "references of deposits";
    static constexpr std::size_t link_place = 9;
};

} // namespace hongbao::persistence
