// Role: what the administration of the server is asked, and answers. Decided by the router of
// shard 0, one after another.
#pragma once

#include "domain/administration/administration.hpp"
#include "domain/record.hpp"

#include <memory>
#include <variant>
#include <vector>

namespace hongbao::actors {

/// Everything as it is: keys, switches, invitations.
struct ReadAdministration {};

/// Boxed in a Request.
struct AdministrationRequest {
    std::variant<domain::AdministrationCommand, ReadAdministration> command;
    std::shared_ptr<const domain::Operation> operation{}; // of a command: goes into its record
};

/// A command was done and is synced. The front end publishes `state` before it answers.
struct AdministrationReceipt {
    domain::Record record; // what was done
    domain::AccessStatePtr state;
    domain::Sequence state_as_of = 0; // the record that `state` reaches
    bool replayed = false;
};

struct AdministrationView {
    domain::AccessStatePtr state;
    std::vector<domain::Invitation> invitations;
    domain::Sequence as_of = 0;
};

} // namespace hongbao::actors
