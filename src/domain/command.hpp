// Role: what clients ask for, already well-formed: ids, amounts and lengths were checked at the
// edge.
#pragma once

#include "domain/event.hpp"
#include "domain/external_payment.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hongbao::domain {

struct OpenAccount {
    UserId user_id;
    std::string username;
    std::string avatar_url;
    AccountType account_type = AccountType::personal;
};

struct ChangeAccountStatus {
    UserId user_id;
    AccountStatus status = AccountStatus::active;
    std::string reason;
};

struct Deposit {
    UserId user_id;
    Fen amount_fen = 0;
    std::string reference;
};

struct Withdraw {
    UserId user_id;
    Fen amount_fen = 0;
    std::string reference;
};

struct Transfer {
    UserId from;
    UserId to;
    Fen amount_fen = 0;
    std::string memo;
};

/// How a lucky packet is split, if the sender says so; else on open, by double_mean.
struct SplitChoice {
    SplitAlgorithm algorithm = SplitAlgorithm::double_mean;
    std::optional<Seed> seed; // up front: drawn at the edge, unused if the send is refused
};

struct SendPacket {
    PacketId packet_id; // drawn at the edge, unused if the send is refused
    UserId sender;
    PacketKind kind = PacketKind::lucky;
    std::optional<Fen> total_fen; // exactly one of total_fen and share_fen for equal
    std::optional<Fen> share_fen; // equal only
    std::int64_t count = 0;
    std::string blessing;
    std::vector<UserId> recipients; // without duplicates
    std::optional<Digest> passphrase_digest;
    std::optional<bool> sender_may_open; // default: yes for a public lucky packet, no otherwise
    std::int64_t life_s = 0;
    std::optional<SplitChoice> split; // lucky only
};

struct FundCampaign {
    CampaignId campaign_id; // drawn at the edge, unused if the campaign is refused
    UserId merchant;
    std::string name;
    Fen budget_fen = 0;
    std::int32_t wins_per_user = 0;
    std::vector<CampaignRound> rounds;
};

/// What the account of who opens, shakes, reserves or waits says at the time of asking.
enum class UserStanding : std::uint8_t { missing, active, frozen };

/// For open and grab alike.
struct OpenShare {
    PacketId packet_id;
    UserId user_id;
    std::optional<Digest> passphrase_digest;
    UserStanding opener = UserStanding::missing;
};

struct Shake {
    CampaignId campaign_id;
    UserId user_id;
    std::string request_id; // the user's own: the same one gets the same result
    UserStanding shaker = UserStanding::missing;
};

struct OpenSale {
    SaleId sale_id; // drawn at the edge, unused if the sale is refused
    UserId merchant;
    std::string title;
    Fen price_fen = 0;
    std::int64_t stock = 0;
    InstantMs starts_at = 0;
    InstantMs ends_at = 0;
    std::int64_t per_user_limit = 0;
    std::int64_t payment_window_s = 0;
};

struct ReserveUnits {
    SaleId sale_id;
    UserId user_id;
    std::int64_t quantity = 1;
    UserStanding buyer = UserStanding::missing;
};

struct JoinWaitlist {
    SaleId sale_id;
    UserId user_id;
    UserStanding waiter = UserStanding::missing;
};

/// From the buyer's account. The client names the order alone; the sale, once it agrees, fills in
/// what the order says, and holds the order for this payment until it is told what came of it.
struct PayOrder {
    OrderId order_id;
    OrderPaid terms;                                  // filled in by the sale
    std::vector<ExternalPayment> external_payments{}; // the same: for the answer
};

struct CancelOrder {
    OrderId order_id;
};

/// A gateway confirms that it has taken money for an order.
struct TakeExternalPayment {
    OrderId order_id;
    std::string gateway_ref;
    Fen amount_fen = 0;
    UserId user_id; // the buyer, filled in by the sale, so that the account is asked
    UserStanding buyer = UserStanding::missing;
};

/// The operator decides on money that is suspended. The client names the record alone; what the
/// record says is filled in once it is looked up.
struct DecideSuspendedPayment {
    Sequence taken_sequence = 0; // of the record that suspended it
    SuspensionEnd decision = SuspensionEnd::released;
    std::string reason;
    OrderId order_id{}; // 0: not looked up yet
    std::string gateway_ref{};
};

/// The commands that an account decides: it owns the scarce resource.
using AccountCommand = std::variant<OpenAccount, ChangeAccountStatus, Deposit, Withdraw, Transfer,
                                    SendPacket, FundCampaign, OpenSale, PayOrder>;

} // namespace hongbao::domain
