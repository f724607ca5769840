// Role: error answers, application/problem+json (RFC 9457). Clients go by `code`, which never
// changes; `detail` is for people, and so is the page that `type` names. What is said of a code
// wherever it comes from stands in one table, src/http/problems/problems.json. Owner: pure.
#pragma once

#include "domain/rejection.hpp"
#include "http/problems/problem_kind.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hongbao::http {

/// One thing that is wrong with a request, and where.
struct Fault {
    enum class In : std::uint8_t { body, query };
    In in;
    std::string where;     // in the body a JSON pointer (RFC 6901), in the query a parameter's name
    std::string_view code; // one of fault_codes.hpp; a literal
    std::string detail;    // a sentence
};

struct Problem {
    std::string_view code; // one of the table's
    std::string detail;
    std::vector<Fault> errors{};    // all that is wrong, as far as it is known by its place
    std::string order{};            // JSON; of a refusal that an order's state explains: the order
    std::string payment{};          // JSON; the same of a gateway's payment
    std::int64_t retry_after_s = 0; // 0: not told
    std::string lines{};            // more header lines, each with its line break
};

/// The table's line for a code; ends the process for a code that is not in it.
const ProblemKind& kind_of(std::string_view code);

Problem problem_of(domain::Rejection rejection);

/// Whatever needs the read model is unavailable for now: 503.
Problem read_model_lags();
Problem journal_full();

/// A malformed request: 400.
Problem invalid_request(std::string detail);

/// The JSON object. `request_id` must be safe within JSON (see request_id.hpp).
std::string render_problem(const Problem& problem, std::string_view request_id);

} // namespace hongbao::http
