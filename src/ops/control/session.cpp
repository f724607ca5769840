// Role: finds the server, or is one for a moment.
#include "ops/control/session.hpp"

#include "ops/cli/exit_status.hpp"
#include "ops/cli/say.hpp"
#include "ops/cli/signals.hpp"
#include "ops/serve/secrecy.hpp"
#include "ops/serve/serve.hpp"
#include "persistence/files/data_directory.hpp"

namespace hongbao::ops {

namespace {

/// A server that only this user can ask, and that listens to no network. Another command that comes
/// meanwhile may find it, too; if this one ends too soon for that, it says that nobody answers.
int with_insides(const config::Settings& settings, const ControlWork& work) {
    keep_memory_secret(settings.debuggable);
    hold_all_signals(); // until the journal is closed again
    RunningServer server(settings, RunningServer::Doors::control_alone);
    if (const int status = server.start(); status != exit_ok) {
        return status;
    }
    int status = exit_failed;
    {
        auto found = ServerClient::by_control_socket(settings.data_dir);
        if (const auto* none = std::get_if<NoServer>(&found)) {
            say(none->sentence);
        } else {
            status = work(std::get<ServerClient>(found));
        }
    }
    server.stop();
    return status;
}

} // namespace

int with_control(const config::Settings& settings, WithoutServer without, const ControlWork& work) {
    auto found = ServerClient::by_control_socket(settings.data_dir);
    if (auto* client = std::get_if<ServerClient>(&found)) {
        return work(*client);
    }
    const auto& none = std::get<NoServer>(found);
    if (!none.is_absent || without == WithoutServer::refuse) {
        return complain(none.sentence);
    }
    if (without == WithoutServer::start_one_if_journal) {
        const auto journal = persistence::DataDirectory::find_journal(settings.data_dir);
        if (const auto* failure = std::get_if<persistence::Failure>(&journal)) {
            return complain(failure->sentence);
        }
    }
    return with_insides(settings, work);
}

int print_answer(std::variant<ServerAnswer, NoServer>&& outcome,
                 const std::function<void(const nlohmann::json&)>& print) {
    if (const auto* none = std::get_if<NoServer>(&outcome)) {
        return complain(none->sentence);
    }
    const auto& answer = std::get<ServerAnswer>(outcome);
    if (answer.status >= 200 && answer.status < 300) {
        print(answer.body);
        return exit_ok;
    }
    if (!answer.body.is_object() || !answer.body.contains("title")) {
        return complain("the server answered " + std::to_string(answer.status));
    }
    std::string sentence = answer.body.at("title").get<std::string>() + ": " +
                           answer.body.value("detail", std::string());
    for (const auto& fault : answer.body.value("errors", nlohmann::json::array())) {
        if (const auto detail = fault.value("detail", std::string());
            sentence.find(detail) == std::string::npos) {
            sentence += " " + detail;
        }
    }
    return complain(sentence);
}

} // namespace hongbao::ops
