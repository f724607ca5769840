// Role: the commands that an account decides, of every kind, joined for the accounts' actor.
#pragma once

#include "domain/account/commands.hpp"
#include "domain/campaign/commands.hpp"
#include "domain/packet/commands.hpp"
#include "domain/sale/commands.hpp"

#include <variant>

namespace hongbao::domain {

/// The money in the account is what limits them.
using AccountCommand = std::variant<OpenAccount, ChangeAccountStatus, Deposit, Withdraw, Transfer,
                                    SendPacket, FundCampaign, OpenSale, PayOrder>;

} // namespace hongbao::domain
