// Role: the route of the books' days.
#include "http/api/ask.hpp"
#include "http/api/days/render.hpp"
#include "http/api/lists/list_query.hpp"

namespace hongbao::http {

namespace {

Result list_days(RouteContext& context) {
    auto list = read_list_query(context);
    if (auto* problem = std::get_if<Problem>(&list)) {
        return std::move(*problem);
    }
    const auto& wanted = std::get<ListQuery>(list);
    return page_of<actors::DayPage>(context, wanted, actors::ReadDays{wanted.page}, render_day);
}

} // namespace

std::span<const Route> day_routes() {
    static constexpr std::array routes{
        Route{"GET", "/v1/audit/days", Action::read_audit, list_days, false, page_query},
    };
    return routes;
}

} // namespace hongbao::http
