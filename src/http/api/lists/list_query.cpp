// Role: reads the query of a list, one parameter at a time.
#include "http/api/lists/list_query.hpp"

#include "domain/values/rfc3339.hpp"
#include "http/transport/exchange.hpp"

#include <algorithm>
#include <charconv>

namespace hongbao::http {

namespace {

constexpr std::uint32_t limit_max = 200;

template <typename Number>
std::optional<Number> whole_number(std::string_view text) {
    Number number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

std::optional<persistence::EntryType> entry_type(std::string_view word) {
    const auto words = entry_type_words();
    const auto found = std::find(words.begin(), words.end(), word);
    return found == words.end()
               ? std::nullopt
               : std::optional(static_cast<persistence::EntryType>(found - words.begin()));
}

Problem unknown_entry_type() {
    std::string detail = "type must be one of:";
    for (const std::string_view word : entry_type_words()) {
        detail += " " + std::string(word);
    }
    return invalid_request(detail + ".");
}

/// Reads one parameter into the query, or says what is wrong with it.
std::optional<Problem> take(ListQuery& query, std::string_view name, std::string_view value) {
    if (name == "limit") {
        const auto limit = whole_number<std::uint32_t>(value);
        if (!limit || *limit < 1 || *limit > limit_max) {
            return invalid_request("limit must be an integer from 1 to 200.");
        }
        query.page.limit = *limit;
        return std::nullopt;
    }
    if (name == "type") {
        query.filter.type = entry_type(value);
        return query.filter.type ? std::nullopt : std::optional(unknown_entry_type());
    }
    if (name == "from" || name == "to") {
        const auto at = domain::parse_rfc3339(value);
        if (!at) {
            return invalid_request(std::string(name) +
                                   " must be an instant like 2026-11-21T00:00:00.000Z.");
        }
        (name == "from" ? query.filter.from : query.filter.to) = at;
        return std::nullopt;
    }
    return std::nullopt; // the cursor, which is read when all else is known
}

/// Names this list, with everything in the request that decides what is on it and in which order,
/// so that a cursor fits no other list.
std::string list_of(const Exchange& exchange, const persistence::EntryFilter& filter) {
    std::string list(exchange.path()); // which holds no line break
    const auto add = [&list](std::string_view name, const std::string& value) {
        list.append("\n").append(name).append("=").append(value);
    };
    if (filter.from) {
        add("from", std::to_string(*filter.from));
    }
    if (filter.to) {
        add("to", std::to_string(*filter.to));
    }
    if (filter.type) {
        add("type", std::string(word_of(*filter.type)));
    }
    return list;
}

} // namespace

std::variant<ListQuery, Problem> read_list_query(const Exchange& exchange) {
    ListQuery query;
    for (const auto& [name, value] : exchange.query_parameters()) {
        if (auto problem = take(query, name, value)) {
            return std::move(*problem);
        }
    }
    query.list = list_of(exchange, query.filter);
    if (const auto cursor = exchange.query("cursor")) {
        query.page.cursor = position_in(query.list, *cursor);
        if (!query.page.cursor) {
            return invalid_cursor();
        }
    }
    return query;
}

Problem invalid_cursor() {
    return Problem{
        "invalid_cursor",
        "Use next_cursor of the previous page, with the same list and the same filters."};
}

} // namespace hongbao::http
