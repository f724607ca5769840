// Role: GET /metrics and GET /v1/hottest.
#include "ops/top/source.hpp"

#include "ops/client/metrics_text.hpp"

#include <algorithm>
#include <chrono>

namespace hongbao::ops::top {

namespace {

constexpr std::chrono::seconds patience{5};
constexpr std::size_t hottest_max = 100; // more than any server tells
constexpr int unauthorized = 401;
constexpr int forbidden = 403;

double seconds(auto time) {
    return std::chrono::duration<double>(time.time_since_epoch()).count();
}

std::string title_of(const ServerAnswer& answer) {
    const auto& body = answer.body;
    const auto title = body.is_object() ? body.find("title") : body.end();
    return title != body.end() && title->is_string() ? ": " + title->get<std::string>() : "";
}

/// An answer without metrics. Refusals for load, draining and the like pass.
Absent refused(const std::string& name, const ServerAnswer& answer) {
    if (answer.status == unauthorized || answer.status == forbidden) {
        return {"the server at " + name + " does not show its metrics to this key" +
                    title_of(answer) +
                    "; they need a key of the scope reader or operator "
                    "(--key-file)",
                true};
    }
    const bool passes = answer.status >= 500 || answer.status == 429;
    return {"the server at " + name + " answers " + std::to_string(answer.status) +
                " instead of metrics" + title_of(answer),
            !passes};
}

} // namespace

std::optional<Absent> Source::connect() {
    if (client_) {
        return std::nullopt;
    }
    if (!place_.url.empty()) {
        client_ = ServerClient::by_url(place_.url, place_.key);
    } else {
        auto found = ServerClient::by_control_socket(place_.data_dir);
        if (const auto* none = std::get_if<NoServer>(&found)) {
            return Absent{none->sentence, !none->is_absent};
        }
        client_ = std::get<ServerClient>(std::move(found));
    }
    client_->set_patience(patience);
    return std::nullopt;
}

std::vector<Hot> Source::hottest() {
    std::vector<Hot> hottest;
    const auto outcome = client_->ask("GET", "/v1/hottest");
    const auto* answer = std::get_if<ServerAnswer>(&outcome);
    const auto& body = answer != nullptr ? answer->body : nlohmann::json();
    const auto items = body.is_object() ? body.find("items") : body.end();
    if (answer == nullptr || answer->status != 200 || items == body.end() || !items->is_array()) {
        return hottest; // an older server: there is enough to see without them
    }
    for (const auto& item : *items) {
        const bool is_one = item.is_object() && item.contains("kind") && item.contains("id") &&
                            item.contains("per_s") && item["kind"].is_string() &&
                            item["id"].is_string() && item["per_s"].is_number();
        if (is_one && hottest.size() < hottest_max) {
            hottest.push_back({item["kind"], item["id"], item["per_s"]});
        }
    }
    return hottest;
}

Look Source::look() {
    if (auto absent = connect()) {
        return *std::move(absent);
    }
    const auto outcome = client_->ask("GET", "/metrics");
    const double steady_s = seconds(std::chrono::steady_clock::now());
    if (const auto* none = std::get_if<NoServer>(&outcome)) {
        client_.reset();
        return Absent{none->sentence};
    }
    const auto& answer = std::get<ServerAnswer>(outcome);
    if (answer.status != 200) {
        return refused(place_.name(), answer);
    }
    auto parsed = parse_metrics(answer.text);
    if (const auto* fault = std::get_if<std::string>(&parsed)) {
        return Absent{"what " + place_.name() +
                          " answers to GET /metrics is no text of metrics: " + *fault,
                      true};
    }
    Scrape scrape{std::get<Metrics>(std::move(parsed)),
                  {},
                  steady_s,
                  seconds(std::chrono::system_clock::now())};
    if (!scrape.metrics.has("hongbao_build_info")) {
        return Absent{"what answers at " + place_.name() + " is no hongbao server", true};
    }
    scrape.hottest = hottest();
    return scrape;
}

} // namespace hongbao::ops::top
