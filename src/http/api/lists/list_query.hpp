// Role: query parameters of lists: limit, cursor, and the filters of statements; and the pages that
// answer them. A cursor belongs to its list: the same path, and the same filters by meaning; only
// `limit` may change between pages.
// Owner: pure.
#pragma once

#include "http/api/ask.hpp"
#include "http/api/lists/cursor.hpp"
#include "http/api/render.hpp"
#include "http/api/route.hpp"

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace hongbao::http {

struct ListQuery {
    persistence::PageRequest page;
    persistence::EntryFilter filter; // statements only
    std::string list;                // what its cursors belong to
};

/// Which parameters a list takes, each once, its route says.
std::variant<ListQuery, Problem> read_list_query(const Exchange& exchange);

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
