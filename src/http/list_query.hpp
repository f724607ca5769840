// Role: query parameters of lists: limit, cursor, and the filters of statements. Unknown ones are
// refused, like unknown fields of bodies.
// Owner: pure.
#pragma once

#include "actors/reply.hpp"
#include "http/exchange.hpp"
#include "http/problem.hpp"

#include <optional>
#include <variant>

namespace hongbao::http {

struct ListQuery {
    persistence::PageRequest page;
    persistence::EntryFilter filter; // statements only
};

enum class ListKind : std::uint8_t { plain, entries };

std::variant<ListQuery, Problem> read_list_query(const Exchange& exchange, ListKind kind);

} // namespace hongbao::http
