// Role: routes of flash sales: open, look, reserve, wait.
#include "actors/engine.hpp"
#include "actors/environment/clock.hpp"
#include "actors/environment/ids.hpp"
#include "domain/limits.hpp"
#include "http/api/access/own.hpp"
#include "http/api/ask.hpp"
#include "http/api/body/fields.hpp"
#include "http/api/body/request_body.hpp"
#include "http/api/orders/render.hpp"
#include "http/api/paths/path_ids.hpp"
#include "http/api/render.hpp"
#include "http/api/sales/render.hpp"

namespace hongbao::http {

namespace {

using actors::OrderView;
using actors::SaleView;

constexpr TextRule title_rule{1, 64, TextUse::name};

domain::OpenSale read_sale_terms(RouteContext& context, Fields& fields) {
    domain::OpenSale command;
    command.sale_id = context.server.ids->draw<domain::SaleId>();
    command.merchant = acting_user(context, fields, "merchant");
    command.title = fields.text("title", title_rule);
    command.group = fields.optional_text("group", title_rule).value_or("");
    command.price_fen = fields.amount("price_fen");
    command.stock = fields.integer("stock", 1, domain::sale_stock_max);
    command.starts_at = fields.instant("starts_at");
    command.ends_at = fields.instant("ends_at");
    command.per_user_limit =
        fields.optional_integer("per_user_limit", 1, domain::sale_stock_max).value_or(1);
    command.payment_window_s =
        fields
            .optional_integer("payment_window_s", domain::payment_window_s_min,
                              domain::payment_window_s_max)
            .value_or(domain::payment_window_s_default);
    return command;
}

Result open_sale(RouteContext& context) {
    auto body = read_keyed_body(context, KeyNeed::required);
    if (auto* problem = std::get_if<Problem>(&body)) {
        return std::move(*problem);
    }
    auto& [json, key] = std::get<KeyedBody>(body);
    Fields fields(json);
    domain::OpenSale command = read_sale_terms(context, fields);
    if (auto problem = fields.problem()) {
        return *problem;
    }
    return answered<SaleView>(ask_account(context, std::move(command), std::move(key)),
                              [](const SaleView& view) -> Result {
                                  // As of its opening, so that a replayed answer is the same.
                                  const auto& sale = view.summary;
                                  return Response{
                                      201, render(sale, sale.created_at).dump(), view.replayed,
                                      "/v1/sales/" + std::to_string(sale.terms.sale_id.value)};
                              });
}

Result read_sale(RouteContext& context) {
    const auto sale_id = read_sale_id(context.parameters[0]);
    if (!sale_id) {
        return problem_of(domain::Rejection::sale_not_found);
    }
    const auto& clock = *context.server.clock;
    return answered<SaleView>(
        query(context, actors::ReadSale{*sale_id}), [&clock](const SaleView& view) -> Result {
            return Response{200, render(view.summary, clock.now()).dump(), false};
        });
}

template <typename Command>
struct KeyedCommand {
    Command command;
    std::unique_ptr<actors::RequestKey> key;
};

/// The body of a request about the sale in the path, which `read` turns into a command, and its
/// key.
template <typename Read>
auto read_of_sale(RouteContext& context, Read read)
    -> std::variant<KeyedCommand<decltype(read(std::declval<Fields&>()))>, Problem> {
    auto body = read_keyed_body(context, KeyNeed::optional);
    if (auto* problem = std::get_if<Problem>(&body)) {
        return std::move(*problem);
    }
    auto& [json, key] = std::get<KeyedBody>(body);
    Fields fields(json);
    auto command = read(fields);
    if (auto problem = fields.problem()) {
        return *problem;
    }
    const auto sale_id = read_sale_id(context.parameters[0]);
    if (!sale_id) {
        return problem_of(domain::Rejection::sale_not_found);
    }
    command.sale_id = *sale_id;
    return KeyedCommand<decltype(command)>{std::move(command), std::move(key)};
}

Result reserve(RouteContext& context) {
    auto read = read_of_sale(context, [&context](Fields& fields) {
        domain::ReserveUnits command;
        command.user_id = acting_user(context, fields, "user_id");
        command.quantity =
            fields.optional_integer("quantity", 1, domain::sale_stock_max).value_or(1);
        return command;
    });
    if (auto* problem = std::get_if<Problem>(&read)) {
        return std::move(*problem);
    }
    auto& [command, key] = std::get<KeyedCommand<domain::ReserveUnits>>(read);
    // In the rush on a hot sale most requests are answered on this thread alone. A request with a
    // key is not: it may be one that was answered before.
    const domain::InstantMs now = context.server.clock->now();
    if (!key && context.server.engine->sold_out().is_certainly_sold_out(command, now)) {
        return problem_of(domain::Rejection::sold_out);
    }
    auto outcome = ask_sale(context, {std::move(command)}, std::move(key));
    if (auto refusal = order_refusal_in(outcome)) {
        return std::move(*refusal);
    }
    return answered<OrderView>(std::move(outcome), [](const OrderView& view) -> Result {
        return Response{201, render_order(view.summary), view.replayed,
                        "/v1/orders/" + std::to_string(view.summary.order_id.value)};
    });
}

Result join_waitlist(RouteContext& context) {
    auto read = read_of_sale(context, [&context](Fields& fields) {
        domain::JoinWaitlist command;
        command.user_id = acting_user(context, fields, "user_id");
        return command;
    });
    if (auto* problem = std::get_if<Problem>(&read)) {
        return std::move(*problem);
    }
    auto& joining = std::get<KeyedCommand<domain::JoinWaitlist>>(read);
    auto outcome = ask_sale(context, {joining.command}, std::move(joining.key));
    if (auto refusal = order_refusal_in(outcome)) {
        return std::move(*refusal);
    }
    return answered<actors::WaitReceipt>(
        std::move(outcome), [&joining](const actors::WaitReceipt& receipt) -> Result {
            return Response{202, render_wait(receipt, joining.command), receipt.replayed};
        });
}

Result read_place(RouteContext& context) {
    const auto sale_id = read_sale_id(context.parameters[0]);
    if (!sale_id) {
        return problem_of(domain::Rejection::sale_not_found);
    }
    const std::string_view user_id = context.parameters[1];
    return answered<actors::WaitReceipt>(
        ask_sale(context, {actors::ReadWaiter{*sale_id, domain::UserId(user_id)}}, nullptr,
                 Purpose::read),
        [&](const actors::WaitReceipt& receipt) -> Result {
            return Response{200, render_place(*sale_id, user_id, receipt)};
        });
}

Result leave_waitlist(RouteContext& context) {
    const auto sale_id = read_sale_id(context.parameters[0]);
    if (!sale_id) {
        return problem_of(domain::Rejection::sale_not_found);
    }
    const std::string_view user_id = context.parameters[1];
    return answered<actors::LeftWaitlist>(
        ask_sale(context, {domain::LeaveWaitlist{*sale_id, domain::UserId(user_id)}}, nullptr),
        [&](const actors::LeftWaitlist&) -> Result {
            return Response{200, render_left(*sale_id, user_id)};
        });
}

} // namespace

std::span<const Route> sale_routes() {
    static constexpr std::array routes{
        Route{"POST", "/v1/sales/{id}/reservations", Action::reserve, reserve}, // the hottest first
        Route{"POST", "/v1/sales/{id}/waitlist", Action::wait, join_waitlist},
        Route{"GET", "/v1/sales/{id}/waitlist/{user_id}", Action::wait, read_place},
        Route{"DELETE", "/v1/sales/{id}/waitlist/{user_id}", Action::wait, leave_waitlist},
        Route{"POST", "/v1/sales", Action::create_sale, open_sale},
        Route{"GET", "/v1/sales/{id}", Action::look, read_sale},
    };
    return routes;
}

} // namespace hongbao::http
