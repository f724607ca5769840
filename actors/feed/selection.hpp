// Role: which facts somebody wants to be told of, and may be. Pure, but for the owners of packets,
// campaigns and sales, which the caller looks up.
#pragma once

#include "domain/record.hpp"

#include <bitset>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <variant>

namespace hongbao::actors {

struct Selection {
    std::bitset<std::variant_size_v<domain::Event>> types; // none: all
    std::optional<domain::UserId> account;                 // facts that concern it
    std::uint64_t entity = 0; // facts of this packet, campaign or sale; 0: of all
    /// A merchant: facts that concern it, and all of what it has sent, funded or opened.
    std::optional<domain::UserId> owner;
    bool with_operations = false; // what operators do to the server
};

/// Calls visit(std::string_view user_id) for each account that the fact names, maybe twice: whose
/// money or standing it changes, who did it, and for whom it is.
template <typename Visit>
void for_each_named_account(const domain::Event& event, Visit visit) {
    std::visit(
        [&visit](const auto& fact) {
            if constexpr (requires { fact.user_id; }) {
                visit(std::string_view(fact.user_id));
            }
            if constexpr (requires { fact.sender; }) {
                visit(std::string_view(fact.sender));
            }
            if constexpr (requires { fact.merchant; }) {
                visit(std::string_view(fact.merchant));
            }
            if constexpr (requires { fact.from; }) {
                visit(std::string_view(fact.from));
                visit(std::string_view(fact.to));
            }
            if constexpr (requires { fact.recipients; }) {
                for (const domain::UserId& recipient : fact.recipients) {
                    visit(std::string_view(recipient));
                }
            }
        },
        event);
}

/// The packet, campaign or sale that the fact is about; 0: none.
std::uint64_t entity_of(const domain::Event& event);

/// `owner_of` says who has sent, funded or opened what the fact is about; empty: nobody knows.
bool selects(const Selection& selection, const domain::Record& record,
             const std::function<domain::UserId(const domain::Event&)>& owner_of);

} // namespace hongbao::actors
