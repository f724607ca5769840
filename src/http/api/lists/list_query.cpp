// Role: reads the query of a list, one parameter at a time.
#include "http/api/lists/list_query.hpp"

#include "domain/values/rfc3339.hpp"
#include "http/api/body/faults.hpp"
#include "http/transport/exchange.hpp"

#include <algorithm>
#include <charconv>
#include <map>

namespace hongbao::http {

namespace {

using persistence::ListOrder;

constexpr std::uint32_t limit_max = 200;

/// The query of a list while it is read.
struct Reading {
    ListQuery query;
    ListOrder order_default;
    std::map<std::string_view, std::string> of_list; // what decides what is on it, by meaning
    std::optional<std::string_view> cursor;
};

using Complaint = std::optional<Fault>;

Fault fault_in_query(std::string_view name, std::string_view code, std::string_view what) {
    return Fault{Fault::In::query, std::string(name), code,
                 std::string(name) + " " + std::string(what)};
}

Complaint take_limit(Reading& reading, std::string_view value) {
    std::uint32_t limit = 0;
    const char* const last = value.data() + value.size();
    const auto [end, error] = std::from_chars(value.data(), last, limit);
    const bool is_number = end == last && error != std::errc::invalid_argument;
    if (!is_number || error != std::errc{} || limit < 1 || limit > limit_max) {
        return fault_in_query("limit",
                              is_number ? fault_code::out_of_range : fault_code::invalid_format,
                              "must be an integer from 1 to 200.");
    }
    reading.query.page.limit = limit;
    return std::nullopt;
}

Complaint take_order(Reading& reading, std::string_view value) {
    if (value != "desc" && value != "asc") {
        return fault_in_query("order", fault_code::not_allowed,
                              "must be desc (newest first) or asc (oldest first).");
    }
    reading.query.page.order = value == "asc" ? ListOrder::asc : ListOrder::desc;
    if (reading.query.page.order != reading.order_default) {
        reading.of_list.emplace("order", value);
    }
    return std::nullopt;
}

Complaint take_time(Reading& reading, std::string_view name, std::string_view value) {
    const auto at = domain::parse_rfc3339(value);
    if (!at) {
        return fault_in_query(name, fault_code::invalid_format,
                              "must be an instant like 2026-11-21T00:00:00.000Z.");
    }
    (name == "from" ? reading.query.page.from : reading.query.page.to) = at;
    reading.of_list.emplace(name, std::to_string(*at));
    return std::nullopt;
}

/// Reads one parameter, or says what is wrong with it.
Complaint take(Reading& reading, std::string_view name, std::string_view value) {
    if (name == "limit") {
        return take_limit(reading, value);
    }
    if (name == "order") {
        return take_order(reading, value);
    }
    if (name == "from" || name == "to") {
        return take_time(reading, name, value);
    }
    if (name == "cursor") {
        reading.cursor = value; // which is read when all else is known
    } else {
        reading.of_list.emplace(name, value);
    }
    return std::nullopt;
}

/// Names this list, with everything in the request that decides what is on it and in which order,
/// so that a cursor fits no other list. The operator of this machine has no name in it: so the
/// cursors of a server without keys are what they were before there were any.
std::string list_of(const domain::Principal& principal, std::string_view path,
                    const Reading& reading) {
    std::string list = principal.is_local() ? "" : principal.name + " ";
    list.append(path); // which holds no line break
    for (const auto& [name, value] : reading.of_list) {
        list.append("\n").append(name).append("=").append(value);
    }
    return list;
}

} // namespace

std::variant<ListQuery, Problem> list_query_of(const domain::Principal& principal,
                                               std::string_view path,
                                               const QueryParameters& parameters,
                                               ListOrder order_default) {
    Reading reading{{}, order_default, {}, {}};
    auto& [page, list] = reading.query;
    page.order = order_default;
    Faults faults;
    for (const auto& [name, value] : parameters) {
        if (auto complaint = take(reading, name, value)) {
            faults.add(std::move(*complaint));
        }
    }
    if (page.from && page.to && *page.from > *page.to) {
        faults.add(fault_in_query("from", fault_code::out_of_range,
                                  "must not be later than to: the list has what happened at or "
                                  "after from, and before to."));
    }
    if (auto problem = faults.take_problem()) {
        return std::move(*problem);
    }
    list = list_of(principal, path, reading);
    if (reading.cursor) {
        page.cursor = position_in(list, *reading.cursor);
        if (!page.cursor) {
            return invalid_cursor();
        }
    }
    return std::move(reading.query);
}

std::variant<ListQuery, Problem> read_list_query(const RouteContext& context,
                                                 ListOrder order_default) {
    return list_query_of(context.principal, context.exchange.path(),
                         context.exchange.query_parameters(), order_default);
}

std::variant<std::optional<std::size_t>, Problem>
read_query_word(const Exchange& exchange, std::string_view name,
                std::span<const std::string_view> words) {
    const auto value = exchange.query(name);
    if (!value) {
        return std::nullopt;
    }
    const auto found = std::find(words.begin(), words.end(), *value);
    if (found != words.end()) {
        return static_cast<std::size_t>(found - words.begin());
    }
    std::string what = "must be one of:";
    for (const std::string_view word : words) {
        what.append(" ").append(word);
    }
    Faults faults;
    faults.add(fault_in_query(name, fault_code::not_allowed, what + "."));
    return *faults.take_problem();
}

Problem invalid_cursor() {
    return Problem{"invalid_cursor", "Use next_cursor of the previous page, with the same list, "
                                     "filters and order."};
}

} // namespace hongbao::http
