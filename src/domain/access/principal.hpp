// Role: who asks, as far as the rules care. Made by the front end from a credential; pure.
#pragma once

#include "domain/values/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hongbao::domain {

/// What a credential allows in general. The order is part of the journal's format: append only.
enum class Scope : std::uint8_t { nobody, user, merchant, gateway, service, reader, operations };
inline constexpr std::size_t scope_count = 7;

/// The word of a scope in the API, in logs and in pages. `operations` is the operator's.
constexpr std::string_view word_of(Scope scope) {
    constexpr std::string_view words[scope_count] = {"nobody",  "user",   "merchant", "gateway",
                                                     "service", "reader", "operator"};
    return words[static_cast<std::size_t>(scope)];
}

struct Principal {
    Scope scope = Scope::nobody;
    /// "user:alice", "key:3f9c…", "local" for the operator of this machine (the control socket, or
    /// open mode), "nobody". What belongs to a principal, such as an idempotency key, is kept under
    /// this name; visible ASCII without blanks.
    std::string name = "nobody";
    /// Whose own things these are; of users and merchants alone.
    UserId user_id{};
    /// The only packet, campaign or sale that a restricted token is for; 0: not restricted.
    std::uint64_t only_entity = 0;

    bool is_local() const { return name == "local"; }
};

/// The operator at the machine itself.
inline Principal local_operator() {
    return Principal{Scope::operations, "local", {}, 0};
}

} // namespace hongbao::domain
