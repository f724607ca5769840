// Role: the rows and tables of campaigns in the read model. Pure.
#pragma once

#include "persistence/read_model/account/rows.hpp"
#include "persistence/read_model/rows/listed.hpp"

#include <string>

namespace hongbao::persistence {

/// The latest state of a campaign; its terms are in the record that funded it, its shakes beside
/// it.
struct CampaignRow {
    static constexpr bool is_linked = true;
    domain::Sequence funded_sequence = 0;
    domain::UserId merchant;
    domain::Fen budget_fen = 0;
    domain::Fen remaining_fen = 0;
    std::uint64_t shake_count = 0;
    std::uint64_t win_count = 0;
    domain::Sequence closed_sequence = 0; // of the refund; 0: none
    domain::InstantMs ends_at = 0;
    domain::Sequence as_of = 0;

    static void fields(auto&& visit, auto&... row) {
        visit("funded_sequence", row.funded_sequence...);
        visit("merchant", row.merchant...);
        visit("budget_fen", row.budget_fen...);
        visit("remaining_fen", row.remaining_fen...);
        visit("shake_count", row.shake_count...);
        visit("win_count", row.win_count...);
        visit("closed_sequence", row.closed_sequence...);
        visit("ends_at", row.ends_at...);
        visit("as_of", row.as_of...);
    }

    bool is_open() const { return closed_sequence == 0 && remaining_fen > 0; }
    OpenPhase phase() const { return is_open() ? OpenPhase::open : OpenPhase::over; }
};
struct Campaigns : Table<domain::CampaignId, CampaignRow> {
    static constexpr const char* name = "campaigns";
    static constexpr const char* rows = "campaigns";
    static constexpr std::size_t link_place = 2;
};

struct ShakeRow {
    AccountNumber account = 0;
    std::string shake_key;
    std::int64_t round = 0;
    domain::Fen amount_fen = 0;
    domain::InstantMs drawn_at = 0;
    domain::Sequence sequence = 0; // of the record
    std::uint64_t win_count = 0; // of the campaign, with this one: so that wins are found by number
    domain::Fen remaining_fen = 0; // of its budget, right after it

    static void fields(auto&& visit, auto&... row) {
        visit("account", row.account...);
        visit("shake_key", row.shake_key...);
        visit("round", row.round...);
        visit("amount_fen", row.amount_fen...);
        visit("drawn_at", row.drawn_at...);
        visit("sequence", row.sequence...);
        visit("win_count", row.win_count...);
        visit("remaining_fen", row.remaining_fen...);
    }
};
/// By campaign and number of the shake, from 1.
struct Shakes : Table<NumberedKey<domain::CampaignId>, ShakeRow> {
    static constexpr const char* name = "shakes";
    static constexpr const char* rows = "shakes";
};

/// Campaign and account, both big-endian, then the request id as it is.
struct ShakeOfUserKey {
    static constexpr bool ends_in_text = true;
    NumberedKey<domain::CampaignId> of_account;
    std::string_view shake_key;

    RowBytes bytes() const {
        const PairKey front = of_account.bytes();
        RowBytes key(front.begin(), front.end());
        const auto back = key_bytes(shake_key);
        key.insert(key.end(), back.begin(), back.end());
        return key;
    }
    static ShakeOfUserKey of(std::span<const std::byte> bytes) {
        return {NumberedKey<domain::CampaignId>::of(bytes.first(sizeof(PairKey))),
                as_text(bytes.subspan(sizeof(PairKey)))};
    }
};
/// The number of the shake, as ClaimsByUser.
struct ShakesByUser : Table<ShakeOfUserKey, NumberRow> {
    static constexpr const char* name = "shakes_by_user";
    static constexpr const char* rows = "shakes by user";
    static constexpr std::size_t link_place = 8;
};

/// Of the campaigns that are open.
struct CampaignEnds : Table<EndKey<domain::CampaignId>, EndRow> {
    static constexpr const char* name = "campaign_ends";
    static constexpr const char* rows = "campaign ends";
};

} // namespace hongbao::persistence
