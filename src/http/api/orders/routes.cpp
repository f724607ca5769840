// Role: routes of orders: look, pay, cancel, and report what a gateway has taken for them.
#include "http/api/access/whose.hpp"
#include "http/api/ask.hpp"
#include "http/api/body/fields.hpp"
#include "http/api/body/request_body.hpp"
#include "http/api/orders/render.hpp"
#include "http/api/paths/path_ids.hpp"

namespace hongbao::http {

namespace {

using actors::OrderView;

constexpr TextRule gateway_ref_rule{1, 128};

/// The order, or the refusal, with the order if it is known.
Result order_answer(std::variant<actors::Answer, Problem>&& outcome) {
    if (auto refusal = order_refusal_in(outcome)) {
        return std::move(*refusal);
    }
    return answered<OrderView>(std::move(outcome), [](const OrderView& view) -> Result {
        return Response{200, render_order(view.summary), view.replayed};
    });
}

Result read_order(RouteContext& context) {
    const auto order_id = read_order_id(context.parameters[0]);
    if (!order_id) {
        return problem_of(domain::Rejection::order_not_found);
    }
    auto outcome = ask_whose(context, *order_id);
    if (auto problem = find_denial_to_see(context, outcome)) {
        return std::move(*problem);
    }
    return order_answer(std::move(outcome));
}

/// A POST of the buyer that says which order by its path, and nothing more.
struct OrderNamed {
    domain::OrderId order_id;
    std::unique_ptr<actors::RequestKey> key;
};

std::variant<OrderNamed, Problem> read_order_named(RouteContext& context, KeyNeed key_need) {
    auto body = read_keyed_body(context, key_need, BodyNeed::optional);
    if (auto* problem = std::get_if<Problem>(&body)) {
        return std::move(*problem);
    }
    auto& [json, key] = std::get<KeyedBody>(body);
    if (auto problem = Fields(json).problem()) {
        return *problem;
    }
    const auto order_id = read_order_id(context.parameters[0]);
    if (!order_id) {
        return problem_of(domain::Rejection::order_not_found);
    }
    if (auto problem = find_denial_as_buyer(context, *order_id)) {
        return std::move(*problem);
    }
    return OrderNamed{*order_id, std::move(key)};
}

Result pay_order(RouteContext& context) {
    auto read = read_order_named(context, KeyNeed::required);
    if (auto* problem = std::get_if<Problem>(&read)) {
        return std::move(*problem);
    }
    auto& [order_id, key] = std::get<OrderNamed>(read);
    return order_answer(ask_account(context, domain::PayOrder{order_id, {}}, std::move(key)));
}

Result cancel_order(RouteContext& context) {
    auto read = read_order_named(context, KeyNeed::optional);
    if (auto* problem = std::get_if<Problem>(&read)) {
        return std::move(*problem);
    }
    auto& [order_id, key] = std::get<OrderNamed>(read);
    return order_answer(ask_sale(context, {domain::CancelOrder{order_id}}, std::move(key)));
}

Result take_external_payment(RouteContext& context) {
    auto body = read_keyed_body(context, KeyNeed::optional);
    if (auto* problem = std::get_if<Problem>(&body)) {
        return std::move(*problem);
    }
    auto& [json, key] = std::get<KeyedBody>(body);
    Fields fields(json);
    domain::TakeExternalPayment command;
    command.gateway_ref = fields.visible_text("gateway_ref", gateway_ref_rule);
    command.amount_fen = fields.amount("amount_fen");
    if (auto problem = fields.problem()) {
        return *problem;
    }
    const auto order_id = read_order_id(context.parameters[0]);
    if (!order_id) {
        return problem_of(domain::Rejection::order_not_found);
    }
    command.order_id = *order_id;
    return answered<actors::ExternalPaymentReceipt>(
        ask_sale(context, {std::move(command)}, std::move(key)),
        [](const actors::ExternalPaymentReceipt& receipt) -> Result {
            return Response{200, render_external_payment(receipt), receipt.replayed};
        });
}

} // namespace

std::span<const Route> order_routes() {
    static constexpr std::array routes{
        Route{"POST", "/v1/orders/{id}/payment", Action::pay_order, pay_order},
        Route{"POST", "/v1/orders/{id}/cancellation", Action::cancel_order, cancel_order},
        Route{"POST", "/v1/orders/{id}/external-payments", Action::take_external_payment,
              take_external_payment},
        Route{"GET", "/v1/orders/{id}", Action::read_order, read_order},
    };
    return routes;
}

} // namespace hongbao::http
