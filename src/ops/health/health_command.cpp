// Role: `hongbao health`: asks a server whether it is ready, within a time. Owner thread: main's;
// the asking has a thread of its own, which is left behind when the time is over: neither a name
// that does not resolve nor a server that is stopped may hold up who asks.
#include "ops/cli/command_parts.hpp"
#include "ops/cli/data_place.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/say.hpp"
#include "ops/cli/standard_streams.hpp"
#include "ops/client/server_url.hpp"
#include "ops/health/readiness.hpp"
#include "ops/log/output_relay.hpp"
#include "ops/log/words.hpp"

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace hongbao::ops {

namespace {

constexpr std::int64_t timeout_ms_default = 3'000;
constexpr std::int64_t timeout_ms_max = 600'000;

struct HealthOptions {
    std::string url; // empty: by the control socket
    std::int64_t timeout_ms = timeout_ms_default;
    bool as_json = false;
};

health::Readiness ask_for_readiness(const std::string& data_dir, std::string url,
                                    std::chrono::seconds patience) {
    if (!url.empty()) {
        url = without_last_slash(url);
        ServerClient client = ServerClient::by_url(url, "");
        client.set_patience(patience);
        return health::judge(url, client.ask("GET", "/readyz"));
    }
    auto found = ServerClient::by_control_socket(data_dir);
    if (const auto* none = std::get_if<NoServer>(&found)) {
        return health::not_ready(none->sentence);
    }
    auto& client = std::get<ServerClient>(found);
    client.set_patience(patience);
    return health::judge(data_dir, client.ask("GET", "/readyz"));
}

int show(const health::Readiness& readiness, bool as_json) {
    if (as_json) {
        print_text(readiness.shown.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) +
                   "\n");
        return readiness.is_ready ? exit_ok : exit_failed;
    }
    if (!readiness.is_ready) {
        return complain(readiness.sentence);
    }
    print_text(words_of(LogFormat::text, readiness.sentence) + "\n");
    return exit_ok;
}

int check_health(const std::string& data_dir, const HealthOptions& options) {
    const std::chrono::milliseconds timeout(options.timeout_ms);
    const auto patience = std::chrono::ceil<std::chrono::seconds>(timeout);
    std::packaged_task<health::Readiness()> question([data_dir, url = options.url, patience] {
        return ask_for_readiness(data_dir, url, patience);
    });
    auto answer = question.get_future();
    std::thread asking(std::move(question));
    if (answer.wait_for(timeout) == std::future_status::ready) {
        asking.join();
        return show(answer.get(), options.as_json);
    }
    const std::string place = options.url.empty() ? "the server on " + data_dir : options.url;
    const int status = show(health::not_ready(place + " did not answer within " +
                                              std::to_string(options.timeout_ms) + " ms"),
                            options.as_json);
    asking.detach();
    end_at_once(status_with_stdout_written(status));
}

} // namespace

void add_health_command(CLI::App& app, Commands& commands) {
    auto* command = app.add_subcommand(
        "health", "whether the server is ready: status 0, or 1 and a sentence that says why not\n"
                  "For health checks of containers and for scripts. It asks for /readyz by the "
                  "control socket, without a key.");
    const DataPlace place(*command);
    const auto options = std::make_shared<HealthOptions>();
    command
        ->add_option("--url", options->url,
                     "ask the server at this address instead, as its clients do")
        ->type_name("URL")
        ->check(fault_of_url);
    command->add_option("--timeout-ms", options->timeout_ms, "how long to wait for an answer")
        ->type_name("NUMBER")
        ->check(CLI::Range(std::int64_t{1}, timeout_ms_max))
        ->capture_default_str();
    command->add_flag("--json", options->as_json, "say it in JSON on stdout, either way");
    commands.push_back({command, [place, options] {
                            return place.run(false, [&](const std::string& data_dir) {
                                return check_health(data_dir, *options);
                            });
                        }});
}

} // namespace hongbao::ops
