// Role: the lines of a statement, and a movement of money as a whole. Pure.
#pragma once

#include "domain/values/ids.hpp"
#include "domain/values/instant.hpp"
#include "domain/values/money.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace hongbao::persistence {

/// How money came or went, in the words of the statement.
enum class EntryType : std::uint8_t {
    deposit,
    withdrawal,
    transfer,
    packet_send,
    share_open,
    refund,
    campaign_fund,
    shake_win,
    order_payment,
    external_payment,
    sale_payout // the last one
};
inline constexpr std::size_t entry_types = static_cast<std::size_t>(EntryType::sale_payout) + 1;

/// One statement line (rule 3). Balance and line number are exact in journal order.
struct Entry {
    std::uint64_t line_no = 0; // from 1, per account
    domain::Sequence sequence = 0;
    EntryType type = EntryType::deposit;
    domain::Fen amount_fen = 0; // signed
    domain::Fen balance_after_fen = 0;
    std::string counterparty; // "outside", a user id, "packet:<id>", "campaign:<id>", "order:<id>"
                              // or "sale:<id>"
    std::string memo;
    std::optional<domain::PacketId> packet_id;
    std::optional<domain::CampaignId> campaign_id;
    std::optional<domain::OrderId> order_id; // of the buyer's lines
    std::optional<domain::SaleId> sale_id;   // of the merchant's payout, and of the buyer's lines
    domain::InstantMs at = 0;
};

/// A movement of money as a whole, whoever looks at it.
struct Trade {
    domain::Sequence sequence = 0;
    EntryType type = EntryType::deposit;
    domain::Fen amount_fen = 0;
    std::string from; // in the words of Entry::counterparty
    std::string to;
    std::string memo;
    std::optional<domain::PacketId> packet_id;
    std::optional<domain::CampaignId> campaign_id;
    std::optional<domain::OrderId> order_id;
    std::optional<domain::SaleId> sale_id;
    domain::InstantMs at = 0;
};

/// The deposit that a reference of an account names.
struct NamedDeposit {
    domain::Sequence sequence = 0;
    domain::Fen amount_fen = 0;
};

} // namespace hongbao::persistence
