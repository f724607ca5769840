// Role: what clients ask for, already well-formed: ids, amounts and lengths were checked at the
// edge.
#pragma once

#include "domain/event.hpp"

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

/// What the account of who opens or shakes says at the time of asking.
enum class OpenerStanding : std::uint8_t { missing, active, frozen };

/// For open and grab alike.
struct OpenShare {
    PacketId packet_id;
    UserId user_id;
    std::optional<Digest> passphrase_digest;
    OpenerStanding opener = OpenerStanding::missing;
};

struct Shake {
    CampaignId campaign_id;
    UserId user_id;
    std::string request_id; // the user's own: the same one gets the same result
    OpenerStanding shaker = OpenerStanding::missing;
};

/// The commands that an account decides: it owns the scarce resource.
using AccountCommand = std::variant<OpenAccount, ChangeAccountStatus, Deposit, Withdraw, Transfer,
                                    SendPacket, FundCampaign>;

} // namespace hongbao::domain
