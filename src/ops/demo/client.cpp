// Role: requests through cpp-httplib's client.
#include "ops/demo/client.hpp"

namespace hongbao::ops {

namespace {

DemoAnswer answer_of(const httplib::Result& result) {
    if (!result) {
        throw DemoFailed{"the server does not answer: " + httplib::to_string(result.error())};
    }
    return DemoAnswer{result->status, nlohmann::json::parse(result->body, nullptr, false)};
}

} // namespace

DemoClient::DemoClient(const DemoTarget& target) : client_(target.url) {
    if (!target.key.empty()) {
        client_.set_bearer_token_auth(target.key);
    }
    client_.set_keep_alive(true);
    client_.set_tcp_nodelay(true);
}

DemoAnswer DemoClient::post(const std::string& path, const nlohmann::json& body,
                            const std::string& key) {
    httplib::Headers headers;
    if (!key.empty()) {
        headers.emplace("Idempotency-Key", key);
    }
    return answer_of(client_.Post(path, headers, body.dump(), "application/json"));
}

DemoAnswer DemoClient::get(const std::string& path) {
    return answer_of(client_.Get(path));
}

nlohmann::json DemoClient::expect(int status, DemoAnswer&& answer) {
    if (answer.status != status) {
        throw DemoFailed{"expected " + std::to_string(status) + ", got " +
                         std::to_string(answer.status) + " " + answer.body.dump()};
    }
    return std::move(answer.body);
}

} // namespace hongbao::ops
