// Role: asking the engine on behalf of a handler: admission and room first, then the request, then
// its answer or the problem that it comes to.
// Owner: the exchange's coroutine, which waits meanwhile.
#pragma once

#include "actors/protocol/messages.hpp"
#include "actors/protocol/views.hpp"
#include "http/api/admission.hpp"
#include "http/api/problem.hpp"
#include "http/api/route.hpp"

#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace hongbao::http {

/// Asks the engine, after admission. A write with a key is a keyed one.
std::variant<actors::Answer, Problem> ask(RouteContext& context, actors::Request&& request,
                                          Purpose purpose);
std::variant<std::vector<actors::Answer>, Problem>
ask_all(RouteContext& context, actors::Requests&& requests, Purpose purpose);
/// The same of the read model. See access/own.hpp for who is answered.
std::variant<actors::Answer, Problem> query(RouteContext& context,
                                            decltype(actors::Query::question)&& question);

/// These find out whose a thing is, before it is known whether the principal may have an answer:
/// so it must see nothing of this one until find_denial_of has let it.
std::variant<actors::Answer, Problem> query_whose(RouteContext& context,
                                                  decltype(actors::Query::question)&& question);
std::variant<actors::Answer, Problem> ask_whose(RouteContext& context, domain::OrderId order_id);

/// Sends a command to an account, with its key if it has one. `reason`: an operator's, if the
/// command has no place for it.
std::variant<actors::Answer, Problem> ask_account(RouteContext& context,
                                                  domain::AccountCommand&& command,
                                                  std::unique_ptr<actors::RequestKey>&& key,
                                                  std::string reason = {});

/// The same to a sale, or asks it about an order.
std::variant<actors::Answer, Problem> ask_sale(RouteContext& context, actors::SaleRequest&& command,
                                               std::unique_ptr<actors::RequestKey>&& key,
                                               Purpose purpose = Purpose::write);

/// Nothing if the answer is what was asked for.
inline std::optional<Problem> problem_in(const actors::Answer& answer) {
    if (const auto* rejection = answer.get_if<domain::Rejection>()) {
        return problem_of(*rejection);
    }
    if (const auto* later = answer.get_if<actors::TryLater>()) {
        Problem problem = problem_of(domain::Rejection::too_many_attempts);
        problem.retry_after_s = later->retry_after_s;
        return problem;
    }
    return answer.is<actors::TooFarBehind>() ? std::optional(read_model_lags()) : std::nullopt;
}

/// Nothing if there is an account under this id.
std::optional<Problem> account_missing(RouteContext& context, const domain::UserId& user_id);

/// Hands an answer's `T` to `render`, or makes a problem of a rejection.
template <typename T, typename Render>
Result answered(std::variant<actors::Answer, Problem>&& outcome, Render render) {
    if (auto* problem = std::get_if<Problem>(&outcome)) {
        return std::move(*problem);
    }
    auto& answer = std::get<actors::Answer>(outcome);
    if (auto problem = problem_in(answer)) {
        return std::move(*problem);
    }
    if (auto* kept = answer.get_if<actors::KeptAnswer>()) {
        return Response{kept->status, std::move(kept->body), true};
    }
    return render(answer.get<T>());
}

} // namespace hongbao::http
