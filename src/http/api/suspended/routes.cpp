// Role: routes of the operator: suspended payments, and the decision on each.
#include "http/api/ask.hpp"
#include "http/api/body/fields.hpp"
#include "http/api/body/request_body.hpp"
#include "http/api/lists/list_query.hpp"
#include "http/api/paths/path_ids.hpp"
#include "http/api/suspended/render.hpp"

namespace hongbao::http {

namespace {

using actors::SuspendedPage;
using actors::SuspendedRefusal;
using actors::SuspendedView;

constexpr TextRule decision_reason_rule{1, 128};

Result list_suspended(RouteContext& context) {
    auto list = read_list_query(context);
    if (auto* problem = std::get_if<Problem>(&list)) {
        return std::move(*problem);
    }
    const auto& wanted = std::get<ListQuery>(list);
    return page_of<SuspendedPage>(context, wanted, actors::ReadSuspended{wanted.page},
                                  render_suspended);
}

/// The payment as decided, or, if that was done before, how.
Result decision_answer(std::variant<actors::Answer, Problem>&& outcome) {
    if (const auto* answer = std::get_if<actors::Answer>(&outcome)) {
        if (const auto* refusal = answer->get_if<SuspendedRefusal>()) {
            return problem_of(*refusal);
        }
    }
    return answered<SuspendedView>(std::move(outcome), [](const SuspendedView& view) -> Result {
        return Response{200, render_suspended(view.payment), view.replayed};
    });
}

Result decide_suspended(RouteContext& context) {
    auto body = read_keyed_body(context, KeyNeed::required);
    if (auto* problem = std::get_if<Problem>(&body)) {
        return std::move(*problem);
    }
    auto& [json, key] = std::get<KeyedBody>(body);
    Fields fields(json);
    domain::DecideSuspendedPayment command;
    command.decision =
        static_cast<domain::SuspensionEnd>(fields.choice("decision", {"release", "return"}));
    command.reason = fields.text("reason", decision_reason_rule);
    if (auto problem = fields.problem()) {
        return *problem;
    }
    const auto taken_sequence = read_id(context.parameters[0]);
    if (!taken_sequence) {
        return problem_of(domain::Rejection::suspended_not_found);
    }
    command.taken_sequence = *taken_sequence;
    return decision_answer(ask_sale(context, {std::move(command)}, std::move(key)));
}

} // namespace

std::span<const Route> suspended_routes() {
    static constexpr std::array routes{
        Route{"GET", "/v1/suspended", Action::read_suspended, list_suspended, false, page_query},
        Route{"POST", "/v1/suspended/{trade_no}/decision", Action::decide_suspended,
              decide_suspended},
    };
    return routes;
}

} // namespace hongbao::http
