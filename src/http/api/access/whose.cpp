// Role: the questions, and what their answers mean for the table.
#include "http/api/access/whose.hpp"

#include "domain/access/authorize.hpp"
#include "http/api/access/denial.hpp"
#include "http/api/access/own.hpp"

namespace hongbao::http {

namespace {

using persistence::OrderSummary;

const OrderSummary* order_in(const actors::Answer& answer) {
    if (const auto* view = answer.get_if<actors::OrderView>()) {
        return &view->summary;
    }
    const auto* refusal = answer.get_if<actors::OrderRefusal>();
    return refusal != nullptr ? &refusal->order : nullptr;
}

/// The merchant of a sale; or why that is not known.
std::variant<domain::UserId, Problem> merchant_of(RouteContext& context, domain::SaleId sale_id) {
    auto outcome = query_whose(context, actors::ReadSale{sale_id});
    if (auto* problem = std::get_if<Problem>(&outcome)) {
        return std::move(*problem);
    }
    const auto& answer = std::get<actors::Answer>(outcome);
    if (auto problem = problem_in(answer)) {
        return std::move(*problem);
    }
    return answer.get<actors::SaleView>().summary.terms.merchant;
}

std::optional<Problem> find_denial_to_see(RouteContext& context, const OrderSummary& order) {
    domain::UserId merchant;
    if (context.principal.scope == domain::Scope::merchant &&
        context.principal.user_id != order.user_id) {
        auto found = merchant_of(context, order.sale_id);
        if (auto* problem = std::get_if<Problem>(&found)) {
            return std::move(*problem);
        }
        merchant = std::get<domain::UserId>(std::move(found));
    }
    if (auto problem = find_denial_of(context, {order.user_id, merchant},
                                      domain::Rejection::order_not_found)) {
        return problem;
    }
    return find_denial_within(context, order.sale_id.value);
}

/// What the principal has to do with a packet, or why that is not known.
std::variant<persistence::PacketStanding, Problem> standing_of(RouteContext& context,
                                                               domain::PacketId packet_id) {
    auto outcome = query_whose(context, actors::ReadStanding{packet_id, context.principal.user_id});
    if (auto* problem = std::get_if<Problem>(&outcome)) {
        return std::move(*problem);
    }
    const auto& answer = std::get<actors::Answer>(outcome);
    if (auto problem = problem_in(answer)) {
        return std::move(*problem);
    }
    return answer.get<persistence::PacketStanding>();
}

} // namespace

std::optional<Problem> find_denial_of_claims(RouteContext& context, domain::PacketId packet_id) {
    if (!acts_for_itself(context)) {
        return std::nullopt;
    }
    const auto found = standing_of(context, packet_id);
    if (const auto* problem = std::get_if<Problem>(&found)) {
        return *problem;
    }
    const domain::Principal& principal = context.principal;
    const auto& standing = std::get<persistence::PacketStanding>(found);
    const bool is_theirs =
        standing.is_of_user || (standing.is_public && principal.scope == domain::Scope::user);
    return find_denial_of(context, {is_theirs ? std::string_view(principal.user_id) : ""},
                          domain::Rejection::packet_not_found);
}

std::optional<Problem> find_denial_to_follow(RouteContext& context, domain::PacketId packet_id) {
    const domain::Principal& principal = context.principal;
    if (!domain::deciding(principal, domain::Action::read_claims).owners) {
        return std::nullopt;
    }
    const auto found = standing_of(context, packet_id);
    if (const auto* problem = std::get_if<Problem>(&found)) {
        return *problem;
    }
    const auto& standing = std::get<persistence::PacketStanding>(found);
    return standing.is_of_user || standing.is_public
               ? std::nullopt
               : std::optional(problem_of(domain::Rejection::packet_not_found));
}

std::optional<Problem> find_denial_of_orders(RouteContext& context, domain::SaleId sale_id) {
    if (!acts_for_itself(context)) {
        return std::nullopt;
    }
    const auto found = merchant_of(context, sale_id);
    if (const auto* problem = std::get_if<Problem>(&found)) {
        return *problem;
    }
    return find_denial_of(context, {std::get<domain::UserId>(found)},
                          domain::Rejection::sale_not_found);
}

std::optional<Problem> find_denial_to_see(RouteContext& context,
                                          const std::variant<actors::Answer, Problem>& outcome) {
    const auto* answer = std::get_if<actors::Answer>(&outcome);
    const OrderSummary* order = answer != nullptr ? order_in(*answer) : nullptr;
    return order != nullptr ? find_denial_to_see(context, *order) : std::nullopt;
}

std::optional<Problem> find_denial_as_buyer(RouteContext& context, domain::OrderId order_id) {
    const auto deciding = domain::deciding(context.principal, context.action);
    if (!deciding.owners && !deciding.entity) {
        return std::nullopt;
    }
    const auto outcome = ask_whose(context, order_id);
    if (const auto* problem = std::get_if<Problem>(&outcome)) {
        return *problem;
    }
    const auto& answer = std::get<actors::Answer>(outcome);
    const OrderSummary* order = order_in(answer);
    if (order == nullptr) {
        auto problem = problem_in(answer);
        return problem ? std::move(problem) : problem_of(domain::Rejection::order_not_found);
    }
    if (auto problem = find_denial_to_see(context, *order)) {
        return problem;
    }
    // The merchant may know of it, but another's money is another's.
    return deciding.owners && order->user_id != context.principal.user_id
               ? std::optional(problem_of(domain::Denial::not_yours))
               : std::nullopt;
}

} // namespace hongbao::http
