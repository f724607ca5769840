// Role: routes of the API's reference for people.
#include "http/api/docs/docs.hpp"
#include "http/api/route.hpp"

namespace hongbao::http {

namespace {

Result page(RouteContext& /*context*/) {
    return docs_page();
}

Result viewer(RouteContext& /*context*/) {
    return docs_viewer();
}

} // namespace

std::span<const Route> docs_routes() {
    static constexpr std::array routes{
        Route{"GET", "/docs", Action::see_pages, page},
        Route{"GET", "/docs/openapi-explorer.min.js", Action::see_pages, viewer},
    };
    return routes;
}

} // namespace hongbao::http
