// Role: what happens to an account by itself: it is opened, renamed or frozen, and money comes,
// goes and moves between users.
#pragma once

#include "domain/values/ids.hpp"
#include "domain/values/money.hpp"
#include "domain/values/overloaded.hpp"

#include <cstdint>
#include <string>

namespace hongbao::domain {

enum class AccountType : std::uint8_t { personal, merchant, system };
enum class AccountStatus : std::uint8_t { active, frozen };

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

/// Both as they are from now on, whichever of them was changed.
struct AccountProfileChanged {
    UserId user_id;
    std::string username;
    std::string avatar_url; // empty: none
};

/// For visitors that have one case for all of them.
using AccountEvents = Alternatives<AccountOpened, AccountStatusChanged, Deposited, Withdrawn,
                                   Transferred, AccountProfileChanged>;

} // namespace hongbao::domain
