// Role: whose a thing is that a request is about, told by the handler as soon as it knows, before
// anything is done with it. A principal that may act on its own things alone gets no answer from
// the engine otherwise: ask.cpp asks find_unnamed before each request and question.
// Owner: the exchange's coroutine.
// Invariant: a denial stays one, whatever is named after it.
#pragma once

#include "domain/values/ids.hpp"
#include "http/api/body/fields.hpp"
#include "http/api/paths/path_facts.hpp"
#include "http/api/problem.hpp"
#include "http/api/route.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace hongbao::http {

/// Whether the principal may take this action, but for its own user and with its own things alone.
bool acts_for_itself(const RouteContext& context);

/// Whatever the path alone decides, before the handler is called: the action itself, the user that
/// it names, and the packet, campaign or sale.
std::optional<Problem> find_denial_of_path(RouteContext& context, const PathFacts& path);

/// The user in this field of a body, for whom the principal must be allowed to act. Whoever acts
/// for itself may leave the field out; naming another is refused before all else that may be wrong
/// with the body.
domain::UserId acting_user(RouteContext& context, Fields& fields, std::string_view field);
/// The same of a list's filter: whoever acts for itself has it set to itself.
std::optional<Problem> narrow_to_own(RouteContext& context, std::optional<domain::UserId>& filter);

/// The owners of a thing that was found by its id. What is not the principal's own is answered as
/// if it did not exist.
std::optional<Problem> find_denial_of(RouteContext& context,
                                      std::initializer_list<std::string_view> owners,
                                      domain::Rejection not_found);
/// The packet, campaign or sale that it is about, which is not the one in the path.
std::optional<Problem> find_denial_within(RouteContext& context, std::uint64_t entity);

/// What keeps a request from the engine: a handler that has named less than decides. Never a
/// client's fault.
std::optional<Problem> find_unnamed(const RouteContext& context);

} // namespace hongbao::http
