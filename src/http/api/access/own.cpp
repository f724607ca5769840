// Role: asks the table about owners and entities, and remembers what it was asked.
#include "http/api/access/own.hpp"

#include "http/api/access/denial.hpp"
#include "http/api/paths/path_ids.hpp"

#include <span>

namespace hongbao::http {

namespace {

std::optional<Problem> denied(RouteContext& context, domain::Denial denial,
                              domain::Rejection not_found = domain::Rejection::account_not_found) {
    context.named.is_denied = true;
    return problem_of(denial, not_found);
}

std::optional<Problem> find_denial_of_owners(RouteContext& context,
                                             std::span<const std::string_view> owners,
                                             bool is_named_by_user, domain::Rejection not_found) {
    if (const auto denial =
            domain::authorize_owners(context.principal, context.action, owners, is_named_by_user)) {
        return denied(context, *denial, not_found);
    }
    context.named.owners = true;
    return std::nullopt;
}

std::optional<Problem> find_denial_of_user(RouteContext& context, std::string_view user_id) {
    return find_denial_of_owners(context, std::span(&user_id, 1), true,
                                 domain::Rejection::account_not_found);
}

} // namespace

bool acts_for_itself(const RouteContext& context) {
    return domain::deciding(context.principal, context.action).owners;
}

std::optional<Problem> find_denial_of_path(RouteContext& context, const PathFacts& path) {
    if (const auto denial = domain::authorize(context.principal, context.action)) {
        return denied(context, *denial);
    }
    if (path.begins_with_entity) {
        // What is no id is no entity's: a restricted credential is not for it.
        if (auto problem =
                find_denial_within(context, read_id(context.parameters[0]).value_or(0))) {
            return problem;
        }
    }
    if (path.place_of_user) {
        return find_denial_of_user(context, context.parameters[*path.place_of_user]);
    }
    return std::nullopt;
}

domain::UserId acting_user(RouteContext& context, Fields& fields, std::string_view field) {
    if (!acts_for_itself(context)) {
        return fields.user_id(field);
    }
    domain::UserId user_id = fields.optional_user_id(field).value_or(context.principal.user_id);
    if (!user_id.empty()) { // otherwise the field has a fault
        if (auto problem = find_denial_of_user(context, user_id)) {
            fields.refuse(std::move(*problem));
        }
    }
    return user_id;
}

std::optional<Problem> narrow_to_own(RouteContext& context, std::optional<domain::UserId>& filter) {
    if (!acts_for_itself(context)) {
        return std::nullopt;
    }
    if (!filter) {
        filter = context.principal.user_id;
    }
    return find_denial_of_user(context, *filter);
}

std::optional<Problem> find_denial_of(RouteContext& context,
                                      std::initializer_list<std::string_view> owners,
                                      domain::Rejection not_found) {
    return find_denial_of_owners(context, std::span(owners.begin(), owners.size()), false,
                                 not_found);
}

std::optional<Problem> find_denial_within(RouteContext& context, std::uint64_t entity) {
    if (const auto denial = domain::authorize_entity(context.principal, context.action, entity)) {
        return denied(context, *denial);
    }
    context.named.entity = true;
    return std::nullopt;
}

std::optional<Problem> find_unnamed(const RouteContext& context) {
    const auto deciding = domain::deciding(context.principal, context.action);
    const auto& named = context.named;
    if (!named.is_denied && (named.owners || !deciding.owners) &&
        (named.entity || !deciding.entity)) {
        return std::nullopt;
    }
    return problem_of(domain::Denial::not_allowed);
}

} // namespace hongbao::http
