// Role: what the routes of the administration share: asking for a change, and the fields that
// several of them take. Owner: the exchange's coroutine.
#pragma once

#include "actors/protocol/administration.hpp"
#include "http/api/ask.hpp"
#include "http/api/body/fields.hpp"

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hongbao::http {

inline constexpr std::int64_t expires_in_s_min = 60;
inline constexpr std::int64_t expires_in_s_max = 100LL * 366 * 86'400;

/// Asks for a change, which `operation` is written down with; null: a guest's.
std::variant<actors::Answer, Problem>
ask_administration(RouteContext& context, domain::AdministrationCommand&& command,
                   std::shared_ptr<const domain::Operation> operation,
                   std::unique_ptr<actors::RequestKey>&& key = nullptr);

/// Asks what there is: one invitation, or all of them.
std::variant<actors::Answer, Problem>
ask_invitations(RouteContext& context, std::optional<domain::AccessId> invitation_id = {});

/// The query parameter `reason` of a request without a body.
std::variant<std::string, Problem> read_reason(const RouteContext& context);
inline constexpr std::array<std::string_view, 1> reason_query{"reason"};

/// From the field `expires_at`, or from `expires_in_s` and the clock; absent: neither is there.
std::optional<domain::InstantMs> read_expiry(Fields& fields, const RouteContext& context);

/// The field `address_ranges`, each in its one spelling; or what is wrong with one, under `code`.
struct ReadRanges {
    std::vector<std::string> ranges;
    std::optional<Problem> problem;
};
ReadRanges read_address_ranges(Fields& fields, std::string_view code);

/// Terms that are well-formed, and not possible because of this field.
Problem impossible(std::string_view code, std::string pointer, std::string detail);

} // namespace hongbao::http
