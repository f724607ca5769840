// Role: joins the tables of the resources.
#include "http/api/paths/all_routes.hpp"

namespace hongbao::http {

std::vector<Route> all_routes() {
    std::vector<Route> routes;
    for (const auto& some :
         {packet_routes(),     sale_routes(),    order_routes(),     suspended_routes(),
          campaign_routes(),   account_routes(), trade_routes(),     history_routes(),
          list_routes(),       live_routes(),    operation_routes(), day_routes(),
          export_routes(),     key_routes(),     token_routes(),     switch_routes(),
          invitation_routes(), webhook_routes(), problem_routes(),   docs_routes(),
          fairness_routes(),   metric_routes(),  event_routes()}) {
        routes.insert(routes.end(), some.begin(), some.end());
    }
    return routes;
}

} // namespace hongbao::http
