// Role: flags that become fields of requests.
#include "ops/control/control_place.hpp"

#include "config/web_names.hpp"
#include "ops/cli/commands.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/standard_streams.hpp"
#include "ops/control/duration.hpp"

namespace hongbao::ops {

ControlPlace::ControlPlace(CLI::App& command)
    : flags_(std::make_shared<SettingFlags>(command, SettingFlags::Help::of_data)) {
    flags_->describe_data("the data directory of the server");
    command.add_flag("--json", *as_json_, "print the server's answer as it is");
}

int ControlPlace::run(WithoutServer without, const ControlWork& work) const {
    const config::Loaded loaded = flags_->load();
    if (const int status = complain_about(loaded); status != exit_ok) {
        return status;
    }
    return with_control(loaded.settings, without, work);
}

int ControlPlace::ask(WithoutServer without, std::string_view method, const std::string& path,
                      const nlohmann::json& body,
                      const std::function<void(const nlohmann::json&)>& print) const {
    return run(without, [&](ServerClient& server) {
        return print_answer(server.ask(method, path, body), [&](const nlohmann::json& answer) {
            if (*as_json_) {
                print_text(answer.dump() + "\n");
            } else {
                print(answer);
            }
        });
    });
}

void DurationOption::add_to(CLI::App& command, const std::string& flag,
                            const std::string& description) {
    command.add_option(flag, text, description)
        ->type_name("TIME")
        ->check([](const std::string& given) {
            return parse_duration_s(given) ? std::string()
                                           : "it has to be " + std::string(duration_form);
        });
}

void DurationOption::put(nlohmann::json& body, const char* field) const {
    if (const auto seconds = parse_duration_s(text)) {
        body[field] = *seconds;
    }
}

void put_list(nlohmann::json& body, const char* field, const std::string& text) {
    if (const auto parts = config::split_list(text); !parts.empty()) {
        body[field] = parts;
    }
}

void put_text(nlohmann::json& body, const char* field, const std::string& text) {
    if (!text.empty()) {
        body[field] = text;
    }
}

} // namespace hongbao::ops
