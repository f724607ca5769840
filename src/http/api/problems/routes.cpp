// Role: the routes that a problem's `type` leads to. They are served in every state, since a
// problem may come in each.
#include "http/api/lists/list_query.hpp"
#include "http/api/problems/pages.hpp"
#include "http/api/route.hpp"
#include "http/text/negotiation.hpp"
#include "http/text/shown_text.hpp"
#include "http/transport/exchange.hpp"

#include <algorithm>

namespace hongbao::http {

namespace {

constexpr std::array<std::string_view, 1> language_query{"lang"};
constexpr std::array<std::string_view, 2> language_words{"en", "zh-CN"};

/// Whoever asks for nothing in particular is a person who reads English.
Result as_asked(const Exchange& exchange, const ProblemPage& page) {
    const auto wanted = read_query_word(exchange, "lang", language_words);
    if (const auto* problem = std::get_if<Problem>(&wanted)) {
        return *problem;
    }
    const auto place = std::get<std::optional<std::size_t>>(wanted);
    const bool is_chinese =
        place ? *place == 1
              : names_chinese_before_english(exchange.header("Accept-Language").value_or(""));
    const auto& documents = page.languages[is_chinese ? 1 : 0];
    return names_json_before_html(exchange.header("Accept").value_or("")) ? documents.json
                                                                          : documents.html;
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
        Route{"GET", "/problems", Action::see_pages, list_problems, false, language_query},
        Route{"GET", "/problems/{code}", Action::see_pages, read_problem, false, language_query},
    };
    return routes;
}

} // namespace hongbao::http
