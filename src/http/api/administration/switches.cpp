// Role: routes of what operators can switch off, and of what they did: the audit trail.
#include "http/api/access/access_board.hpp"
#include "http/api/administration/administer.hpp"
#include "http/api/administration/operation.hpp"
#include "http/api/administration/render.hpp"
#include "http/api/body/request_body.hpp"
#include "http/api/lists/list_query.hpp"

namespace hongbao::http {

namespace {

constexpr TextRule switch_reason_rule{1, 128};
constexpr std::int64_t retry_after_s_max = 86'400;
constexpr std::int64_t retry_after_s_default = 30;

std::optional<domain::Switch> find_switch(std::string_view name) {
    const auto& words = domain::switch_words;
    const auto found = std::ranges::find(words, name);
    return found == words.end() ? std::nullopt
                                : std::optional(static_cast<domain::Switch>(found - words.begin()));
}

/// As it is now.
Json render_switch(const RouteContext& context, domain::Switch which) {
    const auto state = context.server.access->state();
    return render(which, state ? state->switches.at(static_cast<std::size_t>(which))
                               : domain::SwitchState{});
}

Result list_switches(RouteContext& context) {
    Json items = Json::array();
    for (std::size_t i = 0; i < domain::switch_count; ++i) {
        items.push_back(render_switch(context, static_cast<domain::Switch>(i)));
    }
    return Response{200, Json{{"items", std::move(items)}}.dump()};
}

Result change_switch(RouteContext& context) {
    const auto body = read_body(context);
    if (const auto* problem = std::get_if<Problem>(&body)) {
        return *problem;
    }
    Fields fields(std::get<nlohmann::json>(body));
    domain::SwitchChanged change;
    const auto on = fields.optional_boolean("on");
    if (!on) {
        fields.complain("on", "is missing.", fault_code::missing);
    }
    change.is_on = on.value_or(true);
    std::string reason = fields.text("reason", switch_reason_rule);
    const auto retry_after_s = fields.optional_integer("retry_after_s", 1, retry_after_s_max);
    if (auto problem = fields.problem()) {
        return *problem;
    }
    const auto which = find_switch(context.parameters[0]);
    if (!which) {
        return Problem{"switch_not_found", "See GET /v1/switches for all of them."};
    }
    change.which = *which;
    change.retry_after_s = change.is_on ? 0 : retry_after_s.value_or(retry_after_s_default);
    return answered<actors::AdministrationReceipt>(
        ask_administration(context, domain::ChangeSwitch{change},
                           operation_of(context, std::move(reason))),
        [&](const actors::AdministrationReceipt& /*receipt*/) -> Result {
            return Response{200, render_switch(context, *which).dump()};
        });
}

Result list_operations(RouteContext& context) {
    auto list = read_list_query(context);
    if (auto* problem = std::get_if<Problem>(&list)) {
        return std::move(*problem);
    }
    const auto& wanted = std::get<ListQuery>(list);
    return page_of<actors::OperationPage>(context, wanted, actors::ReadOperations{wanted.page},
                                          render_operation);
}

} // namespace

std::span<const Route> switch_routes() {
    static constexpr std::array routes{
        Route{"GET", "/v1/switches", Action::read_switches, list_switches},
        Route{"PUT", "/v1/switches/{name}", Action::change_switch, change_switch},
        Route{"GET", "/v1/operations", Action::list_operations, list_operations, false, page_query},
    };
    return routes;
}

} // namespace hongbao::http
