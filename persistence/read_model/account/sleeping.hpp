// Role: an account as it sleeps in the read model. Pure.
#pragma once

#include "domain/account/account.hpp"

namespace hongbao::persistence {

/// An account as it sleeps: with every record up to the last one taken.
struct SleepingAccount {
    domain::Account account;
    domain::Sequence as_of = 0; // the last record that touched it
};

} // namespace hongbao::persistence
