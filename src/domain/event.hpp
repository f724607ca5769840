// Role: the facts that the journal holds. One event is one fact: an opened share is packet down and
// account up in one, a close is the packet's end and the refund in one (promise 3). The same goes
// for a campaign's prizes and its end, and for everything that happens to an order.
#pragma once

#include "domain/values/digest.hpp"
#include "domain/values/ids.hpp"
#include "domain/values/instant.hpp"
#include "domain/values/money.hpp"
#include "domain/values/overloaded.hpp"
#include "domain/values/seed.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hongbao::domain {

enum class AccountType : std::uint8_t { personal, merchant, system };
enum class AccountStatus : std::uint8_t { active, frozen };
enum class PacketKind : std::uint8_t { equal, lucky };
enum class SplitAlgorithm : std::uint8_t { double_mean, line_cut };

struct AccountOpened {
    UserId user_id;
    std::string username;
    std::string avatar_url; // empty: none
    AccountType account_type = AccountType::personal;
};

struct AccountStatusChanged {
    UserId user_id;
    AccountStatus status = AccountStatus::active;
    std::string reason;
};

struct Deposited {
    UserId user_id;
    Fen amount_fen = 0;
    std::string reference;
};

struct Withdrawn {
    UserId user_id;
    Fen amount_fen = 0;
    std::string reference;
};

struct Transferred {
    UserId from;
    UserId to;
    Fen amount_fen = 0;
    std::string memo;
};

/// The terms of a packet, fixed when it is sent. The caps in force then are part of the fact, so
/// that a later change of settings cannot change how this packet splits.
struct PacketSent {
    PacketId packet_id;
    UserId sender;
    PacketKind kind = PacketKind::lucky;
    Fen total_fen = 0;
    std::int64_t count = 0;
    std::string blessing;
    std::vector<UserId> recipients;          // empty: anyone may open
    std::optional<Digest> passphrase_digest; // the phrase itself is never kept
    bool sender_may_open = false;
    Fen share_fen_max = 0;
    InstantMs expires_at = 0;
    SplitAlgorithm split_algorithm = SplitAlgorithm::double_mean; // lucky only
    /// Lucky packets split up front: every share follows from it. A secret until the packet is
    /// over.
    std::optional<Seed> seed{};

    bool is_split_up_front() const { return seed.has_value(); }
};

struct ShareOpened {
    PacketId packet_id;
    UserId user_id;
    Fen amount_fen = 0;
};

/// The packet expired with something left: the rest goes back to the sender.
struct PacketClosed {
    PacketId packet_id;
    UserId sender;
    Fen refund_fen = 0;
    Sequence sent_sequence = 0; // the record of the send that is refunded
};

/// A time in which users of a campaign may shake: from starts_at on, before ends_at.
struct CampaignRound {
    InstantMs starts_at = 0;
    InstantMs ends_at = 0;
    std::int32_t win_permille = 0; // chance of a win
    Fen share_fen_min = 0;         // a prize is uniform on share_fen_min … share_fen_max
    Fen share_fen_max = 0;
    std::int32_t wins_per_user = 0; // in this round
};

/// A merchant has put the whole budget into escrow. The terms never change.
struct CampaignFunded {
    CampaignId campaign_id;
    UserId merchant;
    std::string name;
    Fen budget_fen = 0;
    std::int32_t wins_per_user = 0;    // in all rounds together
    std::vector<CampaignRound> rounds; // in order, none overlaps another
};

/// A shake, won or blank: what is drawn once stays, so that the same request gets it again.
struct ShakeDrawn {
    CampaignId campaign_id;
    UserId user_id;
    std::string request_id;
    std::int32_t round = 0; // from 1
    Fen amount_fen = 0;     // 0: blank

    bool is_win() const { return amount_fen > 0; }
};

/// The last round is over with something left: it goes back to the merchant.
struct CampaignClosed {
    CampaignId campaign_id;
    UserId merchant;
    Fen refund_fen = 0;
    Sequence funded_sequence = 0; // the record that put the budget into escrow
};

/// The terms of a flash sale. They never change, also when settings do.
struct SaleOpened {
    SaleId sale_id;
    UserId merchant;
    std::string title;
    Fen price_fen = 0;      // of a unit
    std::int64_t stock = 0; // units
    InstantMs starts_at = 0;
    InstantMs ends_at = 0;
    std::int64_t per_user_limit = 0;   // units that a user may hold at once, reserved or paid
    std::int64_t payment_window_s = 0; // from a reservation to its pay_by
    std::int64_t refund_period_s = 0;  // from the end on, while paid orders may still be refunded
};

/// Stock is taken and an order begins. An offer goes to the head of the waiting list, which it
/// leaves in the same record.
struct OrderReserved {
    SaleId sale_id;
    OrderId order_id;
    UserId user_id;
    std::int64_t quantity = 0;
    InstantMs pay_by = 0;
    bool is_offer = false;
};

/// The buyer's account has paid into the escrow of the sale. The terms of the order are in it, so
/// that the answer follows from this record alone.
struct OrderPaid {
    SaleId sale_id;
    OrderId order_id;
    UserId user_id;
    std::int64_t quantity = 0;
    Fen amount_fen = 0;
    InstantMs reserved_at = 0;
    InstantMs pay_by = 0;
};

/// Not paid, and not wanted any more: the stock is back.
struct OrderCancelled {
    SaleId sale_id;
    OrderId order_id;
    UserId user_id;
};

/// Not paid in time: the stock is back.
struct OrderTimedOut {
    SaleId sale_id;
    OrderId order_id;
    UserId user_id;
};

/// Paid, and not wanted any more: the money is back in the account, and the stock, too.
struct OrderRefunded {
    SaleId sale_id;
    OrderId order_id;
    UserId user_id;
    Fen amount_fen = 0;
};

/// What became of money that an outside gateway has taken for an order: it pays the order, or does
/// not because of the reason named (rule 18).
enum class ExternalPaymentOutcome : std::uint8_t {
    order_paid,
    too_late,
    order_final,
    wrong_amount,
    account_frozen
};

struct ExternalPaymentTaken {
    SaleId sale_id;
    OrderId order_id;
    UserId user_id;
    std::string gateway_ref; // the gateway's own, unique among all payments
    Fen amount_fen = 0;
    ExternalPaymentOutcome outcome = ExternalPaymentOutcome::order_paid;
    /// Of money that does not pay the order: it is not credited to the buyer, but kept aside until
    /// the operator decides (rule 18a). By the setting in force when it was taken.
    bool is_suspended = false;

    bool pays_order() const { return outcome == ExternalPaymentOutcome::order_paid; }
};

/// A user waits for a unit, behind all who have come before.
struct WaitlistJoined {
    SaleId sale_id;
    UserId user_id;
    std::uint64_t position = 0; // in the list, from 1, right after it; 0: of an older program
};

/// The head of the waiting list may not be offered anything (its account is frozen, or it holds as
/// much as the sale allows) and leaves it.
struct WaiterPassedOver {
    SaleId sale_id;
    UserId user_id;
};

/// The time for refunds is over: what was paid goes to the merchant, and nothing changes any more.
struct SaleClosed {
    SaleId sale_id;
    UserId merchant;
    Fen payout_fen = 0; // 0: nothing was sold
    Sequence opened_sequence = 0;
};

/// The whole answer to a request under the key that it came with, if no other record says what was
/// told: a batch made several facts, and what found its work done made none.
struct AnswerKept {
    std::int32_t status = 0; // of HTTP
    std::string body;
};

/// What the operator has made of money that was suspended: the buyer has it, or it has gone back
/// outside, to whoever paid it.
enum class SuspensionEnd : std::uint8_t { released, returned };

/// The payment is the one of that order with this gateway_ref.
struct SuspendedPaymentDecided {
    SaleId sale_id;
    OrderId order_id;
    UserId user_id;
    std::string gateway_ref;
    Fen amount_fen = 0;
    SuspensionEnd decision = SuspensionEnd::released;
    std::string reason; // the operator's own words

    bool is_release() const { return decision == SuspensionEnd::released; }
};

/// The order is part of the journal's format: append only.
using Event = std::variant<AccountOpened, AccountStatusChanged, Deposited, Withdrawn, Transferred,
                           PacketSent, ShareOpened, PacketClosed, CampaignFunded, ShakeDrawn,
                           CampaignClosed, SaleOpened, OrderReserved, OrderPaid, OrderCancelled,
                           OrderTimedOut, OrderRefunded, ExternalPaymentTaken, WaitlistJoined,
                           WaiterPassedOver, SaleClosed, AnswerKept, SuspendedPaymentDecided>;

/// Each event is one of these, for visitors that have one case for all of a kind.
using AccountEvents =
    Alternatives<AccountOpened, AccountStatusChanged, Deposited, Withdrawn, Transferred>;
using PacketEvents = Alternatives<PacketSent, ShareOpened, PacketClosed>;
using CampaignEvents = Alternatives<CampaignFunded, ShakeDrawn, CampaignClosed>;
using SaleEvents = Alternatives<SaleOpened, OrderReserved, OrderPaid, OrderCancelled, OrderTimedOut,
                                OrderRefunded, ExternalPaymentTaken, WaitlistJoined,
                                WaiterPassedOver, SaleClosed, SuspendedPaymentDecided>;
/// Those about no account, packet, campaign or sale: they move nothing and change no state.
using AnswerEvents = Alternatives<AnswerKept>;

} // namespace hongbao::domain
