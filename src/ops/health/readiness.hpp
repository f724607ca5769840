// Role: whether a server is ready to serve, from its answer to GET /readyz. Owner thread: any.
// Invariant: nothing but a 200 of a hongbao server that serves everybody counts as ready.
#pragma once

#include "ops/client/server_client.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <variant>

namespace hongbao::ops::health {

struct Readiness {
    bool is_ready = false;
    std::string sentence; // in words, either way
    nlohmann::json shown; // the same for programs
};

/// `place` names the server in sentences: a data directory or an address.
Readiness judge(const std::string& place, const std::variant<ServerAnswer, NoServer>& outcome);

/// Nobody could be asked, or nobody answered in time.
Readiness not_ready(const std::string& sentence);

} // namespace hongbao::ops::health
