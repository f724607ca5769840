// Role: what clients ask of an account, well-formed: ids, amounts and lengths were checked at the
// edge.
#pragma once

#include "domain/account/events.hpp"

#include <optional>
#include <string>

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

/// What is absent stays as it is.
struct ChangeAccountProfile {
    UserId user_id;
    std::optional<std::string> username;
    std::optional<std::string> avatar_url; // empty: none from now on
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

} // namespace hongbao::domain
