// Role: what the administration of the server is asked, and answers. Decided by the router of
// shard 0, one after another. Keys and switches as they are after each synced record reach the
// front end by another way, before any answer that rests on it: Engine::watch_access.
#pragma once

#include "domain/administration/administration.hpp"
#include "domain/record.hpp"
#include "domain/values/ids.hpp"

#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace hongbao::actors {

inline constexpr domain::Shard administration_shard = 0;

/// The invitations as they are, or one alone. Keys and switches are told to whoever watches them:
/// see Engine::watch_access.
struct ReadAdministration {
    std::optional<domain::AccessId> invitation_id{};
};

/// Boxed in a Request.
struct AdministrationRequest {
    std::variant<domain::AdministrationCommand, ReadAdministration> command;
    /// Of a command: goes into its record. Null: a guest's.
    std::shared_ptr<const domain::Operation> operation{};
};

/// A command was done and is synced.
struct AdministrationReceipt {
    domain::Record record; // what was done; without a sequence, if it was so before
    bool repeat = false;   // it was so before: there is no record of it
    bool replayed = false; // the first answer again (rule 4)
};

struct AdministrationView {
    std::vector<domain::Invitation> invitations;
};

} // namespace hongbao::actors
