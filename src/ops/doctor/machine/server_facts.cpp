// Role: four questions.
#include "ops/doctor/machine/server_facts.hpp"

#include <utility>

namespace hongbao::ops::doctor {

namespace {

constexpr std::chrono::seconds patience{5};

} // namespace

std::variant<ServerFacts, NoServer> server_facts(const std::string& data_dir) {
    auto found = ServerClient::by_control_socket(data_dir);
    if (auto* none = std::get_if<NoServer>(&found)) {
        return std::move(*none);
    }
    auto& client = std::get<ServerClient>(found);
    client.set_patience(patience);
    ServerFacts facts;
    for (const char* path : {"/version", "/readyz", "/v1/audit", "/metrics"}) {
        auto asked = client.ask("GET", path);
        if (auto* none = std::get_if<NoServer>(&asked)) {
            return NoServer{none->sentence + " (GET " + path + ")"};
        }
        auto& answer = std::get<ServerAnswer>(asked);
        const std::string_view name = path;
        if (name == "/version" && answer.body.is_object()) {
            facts.version = answer.body.value("version", std::string());
        } else if (name == "/readyz") {
            facts.ready_status = answer.status;
            facts.ready = std::move(answer.body);
        } else if (name == "/v1/audit" && answer.status == 200) {
            facts.audit = std::move(answer.body);
        } else if (name == "/metrics" && answer.status == 200) {
            auto metrics = parse_metrics(answer.text);
            if (auto* parsed = std::get_if<Metrics>(&metrics)) {
                facts.metrics = std::move(*parsed);
            }
        }
    }
    return facts;
}

} // namespace hongbao::ops::doctor
