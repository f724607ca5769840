// Role: what a user's account allows, for decisions that are made outside the account.
#pragma once

#include <cstdint>

namespace hongbao::domain {

/// The account of a user who opens, shakes, reserves, pays or waits, as it is at that moment.
enum class UserStanding : std::uint8_t { missing, active, frozen };

} // namespace hongbao::domain
