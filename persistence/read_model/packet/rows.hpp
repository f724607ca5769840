// Role: the rows and tables of packets in the read model. Pure.
#pragma once

#include "domain/packet/packet.hpp"
#include "persistence/read_model/account/rows.hpp"
#include "persistence/read_model/rows/listed.hpp"

#include <vector>

namespace hongbao::persistence {

/// The latest state of a packet; its terms are in the record that sent it, its claims beside it.
struct PacketRow {
    static constexpr bool is_linked = true;
    domain::Sequence sent_sequence = 0;
    domain::UserId sender;
    domain::Fen remaining_fen = 0;
    std::uint64_t claim_count = 0;
    std::uint64_t sender_claim = 0;   // its number among the claims, from 1; 0: none
    std::uint64_t luckiest_claim = 0; // the same, of those so far (rule 13)
    domain::Fen luckiest_fen = 0;
    domain::Sequence closed_sequence = 0; // of the refund; 0: none
    std::int64_t share_count = 0;
    std::uint64_t recipient_count = 0;
    domain::InstantMs expires_at = 0;
    domain::Sequence as_of = 0;

    static void fields(auto&& visit, auto&... row) {
        visit("sent_sequence", row.sent_sequence...);
        visit("sender", row.sender...);
        visit("remaining_fen", row.remaining_fen...);
        visit("claim_count", row.claim_count...);
        visit("sender_claim", row.sender_claim...);
        visit("luckiest_claim", row.luckiest_claim...);
        visit("luckiest_fen", row.luckiest_fen...);
        visit("closed_sequence", row.closed_sequence...);
        visit("share_count", row.share_count...);
        visit("recipient_count", row.recipient_count...);
        visit("expires_at", row.expires_at...);
        visit("as_of", row.as_of...);
    }

    /// Its recipients have a row of their own; the history has the first one of them.
    bool has_recipients_row() const { return recipient_count > 1; }
    bool is_exhausted() const { return claim_count >= static_cast<std::uint64_t>(share_count); }
    bool is_open() const { return closed_sequence == 0 && !is_exhausted(); }
    /// By records: it may have expired by now.
    domain::PacketStatus phase() const {
        return is_exhausted()         ? domain::PacketStatus::exhausted
               : closed_sequence != 0 ? domain::PacketStatus::expired
                                      : domain::PacketStatus::open;
    }
    /// The next claim: on a tie the earliest stays the luckiest.
    void count_claim(domain::Fen amount_fen) {
        claim_count += 1;
        if (amount_fen > luckiest_fen) {
            luckiest_claim = claim_count;
            luckiest_fen = amount_fen;
        }
    }
};
struct Packets : Table<domain::PacketId, PacketRow> {
    static constexpr const char* name = "packets";
    static constexpr const char* rows = "packets";
    static constexpr std::size_t link_place = 1;
};

/// The recipients of a packet, in the order of the send, if there is more than one.
struct RecipientsRow {
    std::vector<domain::UserId> user_ids;

    static void fields(auto&& visit, auto&... row) { visit("user_ids", row.user_ids...); }
};
struct Recipients : Table<domain::PacketId, RecipientsRow> {
    static constexpr const char* name = "recipients";
    static constexpr const char* rows = "recipients";
};

struct ClaimRow {
    AccountNumber account = 0;
    domain::Fen amount_fen = 0;
    domain::InstantMs opened_at = 0;
    domain::Sequence sequence = 0; // of the record
    domain::Fen remaining_fen = 0; // in the packet, right after it

    static void fields(auto&& visit, auto&... row) {
        visit("account", row.account...);
        visit("amount_fen", row.amount_fen...);
        visit("opened_at", row.opened_at...);
        visit("sequence", row.sequence...);
        visit("remaining_fen", row.remaining_fen...);
    }
};
/// By packet and number of the claim, from 1.
struct Claims : Table<NumberedKey<domain::PacketId>, ClaimRow> {
    static constexpr const char* name = "claims";
    static constexpr const char* rows = "claims";
};

/// The number of the claim, by packet and account: one claim among millions is found without
/// reading the others.
struct ClaimsByUser : Table<NumberedKey<domain::PacketId>, NumberRow> {
    static constexpr const char* name = "claims_by_user";
    static constexpr const char* rows = "claims by user";
    static constexpr std::size_t link_place = 7;
};

/// Of the packets that are open.
struct Expiries : Table<EndKey<domain::PacketId>, EndRow> {
    static constexpr const char* name = "expiries";
    static constexpr const char* rows = "expiries";
};

} // namespace hongbao::persistence
