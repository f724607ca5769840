// Role: the whole state as a fold of records: what replay builds, and what verify checks the
// journal against (promise 4).
// Owner: whoever replays; the running server hands the pieces to the actors.
// Invariant: after every record, the outside, all accounts, all escrow and all suspended money add
// up to 0.
#pragma once

#include "domain/account/account.hpp"
#include "domain/administration/administration.hpp"
#include "domain/campaign/campaign.hpp"
#include "domain/packet/packet.hpp"
#include "domain/record.hpp"
#include "domain/sale/sale.hpp"
#include "domain/values/ids.hpp"

#include <string>
#include <unordered_map>

namespace hongbao::domain {

struct Books {
    Sha256 sha256 = nullptr; // only needed for packets that are split up front
    std::unordered_map<UserId, Account, TransparentStringHash, std::equal_to<>> accounts;
    std::unordered_map<PacketId, Packet> packets;
    std::unordered_map<CampaignId, Campaign> campaigns;
    std::unordered_map<SaleId, Sale> sales;
    std::unordered_map<OrderId, SaleId> sale_of_order;
    std::unordered_map<std::string, OrderId> order_of_gateway_ref;
    Administration administration;
    FenSum deposited_fen = 0;
    FenSum withdrawn_fen = 0;
    Sequence last_sequence = 0;
    std::uint64_t largest_id = 0; // of packets, campaigns, sales and orders
};

/// Why a record does not follow from the books before it: a sentence, empty if it does. A journal
/// that this server wrote never has such a record; verify and replay ask before they apply.
std::string what_is_wrong_with(const Books& books, const Record& record);

/// Applies a record that follows from the books.
void apply(Books& books, const Record& record);

/// The money in accounts, in escrow and suspended, in fen, added up afresh from every account,
/// packet, campaign and sale.
struct MoneyHeld {
    FenSum accounts_fen = 0;
    FenSum escrow_fen = 0;
    FenSum suspended_fen = 0;

    FenSum all_fen() const { return accounts_fen + escrow_fen + suspended_fen; }
};
MoneyHeld money_held(const Books& books);

} // namespace hongbao::domain
