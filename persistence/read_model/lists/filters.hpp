// Role: what a list of things is narrowed to. A status is the one that is shown: as of the time of
// the question. Pure.
#pragma once

#include "domain/account/account.hpp"
#include "domain/campaign/campaign.hpp"
#include "domain/packet/packet.hpp"
#include "domain/sale/sale.hpp"

#include <optional>
#include <string>

namespace hongbao::persistence {

/// With a prefix they come in the order of their user ids, otherwise in that of their opening.
struct AccountFilter {
    std::optional<std::string> prefix; // of the user id
    std::optional<domain::AccountType> type;
    std::optional<domain::AccountStatus> status;
};
struct PacketFilter {
    std::optional<domain::UserId> sender;
    std::optional<domain::PacketStatus> status;
};
struct CampaignFilter {
    std::optional<domain::UserId> merchant;
    std::optional<domain::CampaignStatus> status;
};
struct SaleFilter {
    std::optional<domain::UserId> merchant;
    std::optional<std::string> group;
    std::optional<domain::SaleStatus> status;
};
/// Of a sale or of a user.
struct OrderFilter {
    std::optional<domain::SaleId> sale_id;
    std::optional<domain::UserId> user_id;
    std::optional<domain::OrderStatus> status;
};

} // namespace hongbao::persistence
