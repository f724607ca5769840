// Role: the commands that an account decides, of every kind, joined for the accounts' actor.
#pragma once

#include "domain/account/commands.hpp"
#include "domain/campaign/commands.hpp"
#include "domain/packet/commands.hpp"
#include "domain/sale/commands.hpp"

#include <variant>

namespace hongbao::domain {

/// They are limited by the money in the account.
using AccountCommand =
    std::variant<OpenAccount, ChangeAccountStatus, ChangeAccountProfile, Deposit, Withdraw,
                 Transfer, SendPacket, FundCampaign, OpenSale, PayOrder>;

} // namespace hongbao::domain
