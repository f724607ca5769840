// Role: the content of a request: its body as JSON, and its Idempotency-Key.
// Owner: the exchange's coroutine.
#pragma once

#include "actors/protocol/claims/request_key.hpp"
#include "http/api/problem.hpp"
#include "http/api/route.hpp"

#include <memory>
#include <nlohmann/json.hpp>
#include <variant>

namespace hongbao::http {

/// Whether a request needs a body. If not, an empty one counts as {}.
enum class BodyNeed : std::uint8_t { required, optional };

std::variant<nlohmann::json, Problem> read_body(const RouteContext& context,
                                                BodyNeed need = BodyNeed::required);

/// Whether a POST must have a key; any POST may have one.
enum class KeyNeed : std::uint8_t { optional, required };

/// What a POST begins with: its body, and its key with a digest of method, path and body. Bodies
/// are compared by meaning: white space and the order of fields do not matter, and null is absent.
struct KeyedBody {
    nlohmann::json json;
    std::unique_ptr<actors::RequestKey> key; // null: it came with none
};
std::variant<KeyedBody, Problem> read_keyed_body(const RouteContext& context, KeyNeed key_need,
                                                 BodyNeed need = BodyNeed::required);

/// Of a POST that changes nothing, so that nothing is kept under its key; the key, if there is one,
/// must still be well-formed.
std::variant<nlohmann::json, Problem> read_body_of_question(const RouteContext& context);

} // namespace hongbao::http
