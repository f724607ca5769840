// Role: the one place that decides who may do what. Pure; the table is in authorize.cpp.
#pragma once

#include "domain/access/action.hpp"
#include "domain/access/principal.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace hongbao::domain {

/// Why not. In order of precedence.
enum class Denial : std::uint8_t {
    credential_missing, // nobody asks, and somebody might
    not_allowed,        // this scope never may
    not_yours,          // it may, but with its own things alone
    not_visible,        // the same, and it must not even learn that the thing exists
};

/// To what extent a scope may take an action.
enum class Grant : std::uint8_t { none, own, any };
Grant grant_of(Scope scope, Action action);

/// What an action is done to, as far as it matters who may.
struct Object {
    /// The users whose own it is: of an account its user, of an order its buyer, of a packet's
    /// claims its sender, recipients and claimants.
    std::span<const std::string_view> owners{};
    /// The packet, campaign or sale that it is, or belongs to; 0: none.
    std::uint64_t entity = 0;
    /// Named by the client (a user id in the path or body): saying "not yours" reveals nothing.
    /// Otherwise what is not the principal's own is answered as what does not exist.
    bool is_named_by_user = true;
};

/// What of the object decides; the rest need not be found out.
struct Deciding {
    bool owners = false;
    bool entity = false;
};
Deciding deciding(const Principal& principal, Action action);

/// Whether the action can be allowed at all, before anything of its object is known: nothing, if it
/// may go on.
std::optional<Denial> authorize(const Principal& principal, Action action);
/// The whole answer: nothing, if the action is allowed.
std::optional<Denial> authorize(const Principal& principal, Action action, const Object& object);

/// The two halves of the latter, for an object that becomes known bit by bit.
std::optional<Denial> authorize_owners(const Principal& principal, Action action,
                                       std::span<const std::string_view> owners,
                                       bool is_named_by_user);
std::optional<Denial> authorize_entity(const Principal& principal, Action action,
                                       std::uint64_t entity);

} // namespace hongbao::domain
