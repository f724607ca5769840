// Role: query parameters of lists, and the pages that answer them. A cursor belongs to its list:
// the same principal, path, filters and order by meaning; only `limit` may change between pages.
// Owner: pure.
#pragma once

#include "http/api/ask.hpp"
#include "http/api/lists/cursor.hpp"
#include "http/api/render.hpp"
#include "http/api/route.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace hongbao::http {

struct ListQuery {
    persistence::PageRequest page;
    std::string list; // what its cursors belong to
};

using QueryParameters = std::vector<std::pair<std::string, std::string>>;

/// Reads limit, order, from, to and cursor. What else stands in the query decides what is on the
/// list, too, and so belongs to its cursors: filters need nothing more here, their handler reads
/// them. Which parameters a list takes, each once, its route says.
std::variant<ListQuery, Problem>
read_list_query(const RouteContext& context,
                persistence::ListOrder order_default = persistence::ListOrder::desc);

/// The same of a path and its query. Cursors belong to their principal, too.
std::variant<ListQuery, Problem> list_query_of(const domain::Principal& principal,
                                               std::string_view path,
                                               const QueryParameters& parameters,
                                               persistence::ListOrder order_default);

/// A filter that is one of `words`: its place among them, or nothing if the query does not have it.
std::variant<std::optional<std::size_t>, Problem>
read_query_word(const Exchange& exchange, std::string_view name,
                std::span<const std::string_view> words);

/// The cursor is not of this list.
Problem invalid_cursor();

/// A page as JSON, with its next cursor. `render_item` makes JSON of one.
template <typename Page, typename RenderItem>
Result page_answer(const ListQuery& query, const Page& page, RenderItem render_item) {
    if (page.is_elsewhere) {
        return invalid_cursor();
    }
    std::vector<std::string> items;
    for (const auto& item : page.items) {
        items.push_back(render_item(item));
    }
    const auto next =
        page.next_cursor ? std::optional(cursor_text(query.list, *page.next_cursor)) : std::nullopt;
    // Pages that show one moment say which.
    const auto as_of = page.as_of != 0 ? std::optional(page.as_of) : std::nullopt;
    return Response{200, render_page(items, next, as_of), false};
}

/// Asks the read model for a page, and answers with it.
template <typename Page, typename Question, typename RenderItem>
Result page_of(RouteContext& context, const ListQuery& wanted, Question&& question,
               RenderItem render_item) {
    return answered<Page>(query(context, std::forward<Question>(question)),
                          [&](const Page& page) { return page_answer(wanted, page, render_item); });
}

} // namespace hongbao::http
