// Role: what a generation has of the server's administration: all of it, once a record has changed
// something, and what that was. Pure.
#pragma once

#include "domain/administration/administration.hpp"

#include <cstdint>
#include <set>

namespace hongbao::persistence {

struct AdministrationPart {
    domain::Administration state;
    // By their rows' keys: those that differ from the generation before, or are not there any more.
    std::set<domain::AccessId> keys{};
    std::set<std::uint64_t> switches{};
    std::set<domain::AccessId> invitations{};
    std::set<domain::AccessId> webhooks{};
};

} // namespace hongbao::persistence
