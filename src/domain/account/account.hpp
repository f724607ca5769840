// Role: an account's rules (1–4, 6, 7): what it may do, and what an event does to it.
// Invariant: balance_fen >= 0.
#pragma once

#include "domain/command.hpp"
#include "domain/event.hpp"
#include "domain/limits.hpp"
#include "domain/rejection.hpp"

#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace hongbao::domain {

/// What others are shown of an account.
struct AccountProfile {
    UserId user_id;
    std::string username;
    std::string avatar_url;
    AccountType type = AccountType::personal;
    InstantMs created_at = 0;
};

/// When and why a status was changed.
struct StatusChange {
    InstantMs at = 0;
    std::string reason;
};

/// What an account may do, and with how much money. Small: it is copied with every answer.
struct AccountStanding {
    AccountStatus status = AccountStatus::active;
    Fen balance_fen = 0;
    std::int64_t send_day = 0; // the business day that the two below count; never goes back
    std::int64_t sends_on_day = 0;
    Fen sent_on_day_fen = 0;
    /// The last one; null: there was none, as for nearly all. Copies share it.
    std::shared_ptr<const StatusChange> status_change{};
};

struct Account {
    AccountProfile profile;
    AccountStanding standing;
};

/// The command changes nothing and is no error: the account already is as asked.
struct NothingToDo {};

using AccountDecision = std::variant<Event, NothingToDo, Rejection>;

/// Decides on a command to an account that may not exist yet (null). Pure; the caller applies the
/// event.
AccountDecision decide(const Account* account, const AccountCommand& command, InstantMs now,
                       const SendLimits& limits);

/// The packet of a send that splits into `total_fen`, defaults filled in (rule 8).
PacketSent terms_of_send(const SendPacket& command, Fen total_fen, InstantMs now,
                         const SendLimits& limits);

Account opened_account(const AccountOpened& event, InstantMs at);

/// What `event` does to the account, its profile too. Ignores events that do not touch it; cannot
/// fail.
void apply(Account& account, const Event& event, InstantMs at);

/// What `event` does to the standing of `user_id`. Ignores events that do not touch it; cannot
/// fail.
void apply(AccountStanding& standing, const UserId& user_id, const Event& event, InstantMs at);

} // namespace hongbao::domain
