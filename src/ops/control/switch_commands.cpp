// Role: `hongbao switch` and `hongbao operations`: what is switched off, and what operators did.
#include "ops/cli/command_parts.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/say.hpp"
#include "ops/cli/standard_streams.hpp"
#include "ops/control/control_place.hpp"
#include "ops/control/text_table.hpp"

namespace hongbao::ops {

namespace {

using nlohmann::json;

std::vector<std::string> switch_row(const json& one) {
    return {shown(one.at("name")), one.at("on").get<bool>() ? "on" : "OFF",
            shown(one.at("changed_at")), shown(one.at("principal")), shown(one.at("reason"))};
}

void print_switches(const json& answer) {
    std::vector<std::vector<std::string>> rows{{"SWITCH", "IS", "SINCE", "BY", "REASON"}};
    for (const json& one : answer.at("items")) {
        rows.push_back(switch_row(one));
    }
    print_text(text_table(rows));
}

Command switch_command(CLI::App& app) {
    struct Options {
        std::string name, position, reason;
        DurationOption retry_after;
    };
    auto* command = app.add_subcommand(
        "switch", "look at what is switched off, or switch something off or on\n"
                  "sending, opening, campaigns, sales, sign_up or history; clients get a 503 "
                  "meanwhile. It outlasts restarts.");
    const auto options = std::make_shared<Options>();
    const ControlPlace place(*command);
    command->add_option("name", options->name, "which one; without it all are listed")
        ->type_name("NAME");
    command->add_option("position", options->position, "on or off")
        ->type_name("on|off")
        ->check(CLI::IsMember({"on", "off"}));
    command->add_option("--reason", options->reason, "why: for the audit trail and the log");
    options->retry_after.add_to(*command, "--retry-after",
                                "when clients are told to try again; without it after 30s");
    return {command, [place, options] {
                if (options->name.empty()) {
                    return place.ask(WithoutServer::refuse, "GET", "/v1/switches", nullptr,
                                     print_switches);
                }
                if (options->position.empty() || options->reason.empty()) {
                    return complain("hongbao switch " + options->name +
                                        " needs on or off, and --reason, after it",
                                    exit_misconfigured);
                }
                json body{{"on", options->position == "on"}, {"reason", options->reason}};
                options->retry_after.put(body, "retry_after_s");
                return place.ask(
                    WithoutServer::refuse, "PUT", "/v1/switches/" + escaped(options->name), body,
                    [](const json& answer) {
                        print_text(shown(answer.at("name")) + " is " +
                                   (answer.at("on").get<bool>() ? "on" : "off") + "\n");
                    });
            }};
}

/// What an operation was about, beside what every one has.
std::string particulars_of(const json& operation) {
    std::string text;
    for (const auto& [name, value] : operation.at("about").items()) {
        if (!value.is_null() && value != json::array()) {
            text += (text.empty() ? "" : " ") + name + "=" + shown(value);
        }
    }
    return text.empty() ? "-" : text;
}

void print_operations(const json& answer) {
    std::vector<std::vector<std::string>> rows{{"AT", "WHAT", "BY", "ABOUT", "REASON"}};
    for (const json& one : answer.at("items")) {
        rows.push_back({shown(one.at("at")), shown(one.at("type")), shown(one.at("principal")),
                        particulars_of(one), shown(one.at("reason"))});
    }
    if (rows.size() == 1) {
        say("no operator has done anything yet");
    } else {
        print_text(text_table(rows));
    }
}

Command operations_command(CLI::App& app) {
    auto* command = app.add_subcommand(
        "operations", "what operators did, the latest first\n"
                      "Keys, switches, frozen accounts, withdrawals, decisions, the clock.");
    const auto limit = std::make_shared<int>(20);
    const ControlPlace place(*command);
    command->add_option("--limit", *limit, "how many")
        ->type_name("NUMBER")
        ->check(CLI::Range(1, 200))
        ->capture_default_str();
    return {command, [place, limit] {
                return place.ask(WithoutServer::refuse, "GET",
                                 "/v1/operations?limit=" + std::to_string(*limit), nullptr,
                                 print_operations);
            }};
}

} // namespace

void add_switch_commands(CLI::App& app, Commands& commands) {
    commands.push_back(switch_command(app));
    commands.push_back(operations_command(app));
}

} // namespace hongbao::ops
