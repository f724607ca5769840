// Role: the routes that a problem's `type` leads to. They are served in every state, since a
// problem may come in each.
#include "http/api/problems/pages.hpp"
#include "http/api/route.hpp"
#include "http/text/negotiation.hpp"
#include "http/text/shown_text.hpp"
#include "http/transport/exchange.hpp"

#include <algorithm>

namespace hongbao::http {

namespace {

/// Whoever asks for nothing in particular is a person.
Document as_asked(const Exchange& exchange, const ProblemPage& page) {
    return names_json_before_html(exchange.header("Accept").value_or("")) ? page.json : page.html;
}

Result list_problems(RouteContext& context) {
    return as_asked(context.exchange, page_of_all_problems());
}

Result read_problem(RouteContext& context) {
    const auto pages = pages_of_problems();
    const std::string_view code = context.parameters[0];
    const auto page = std::ranges::lower_bound(pages, code, {}, &ProblemPage::code);
    if (page == pages.end() || page->code != code) {
        return Problem{"problem_not_found",
                       shown_back(code) + " is no code of this server: see GET /problems."};
    }
    return as_asked(context.exchange, *page);
}

} // namespace

std::span<const Route> problem_routes() {
    static constexpr std::array routes{
        Route{"GET", "/problems", Action::see_pages, list_problems},
        Route{"GET", "/problems/{code}", Action::see_pages, read_problem},
    };
    return routes;
}

} // namespace hongbao::http
