// Role: what the server of a data directory says of itself over its control socket.
// Owner thread: main's.
#pragma once

#include "ops/client/metrics_text.hpp"
#include "ops/client/server_client.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <variant>

namespace hongbao::ops::doctor {

struct ServerFacts {
    std::string version;
    int ready_status = 0; // of /readyz
    nlohmann::json ready;
    nlohmann::json audit; // null: it gave none
    Metrics metrics;      // empty: it gave none
};

/// Waits a few seconds for each answer.
std::variant<ServerFacts, NoServer> server_facts(const std::string& data_dir);

} // namespace hongbao::ops::doctor
