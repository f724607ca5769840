// Role: one flag per setting, and --config.
#include "ops/cli/setting_flags.hpp"

#include "config/render.hpp"

namespace hongbao::ops {

namespace {

/// The heading of a setting in the help; "": it is not shown.
std::string heading_of(const config::Setting& setting, SettingFlags::Help help) {
    const bool shown = help == SettingFlags::Help::all || setting.name == "data_dir" ||
                       (help == SettingFlags::Help::main_ones && setting.name == "listen");
    const bool alone = help != SettingFlags::Help::all;
    return !shown ? "" : alone ? "Settings" : std::string(setting.group);
}

} // namespace

SettingFlags::SettingFlags(CLI::App& command, Help help) {
    command
        .add_option(std::string(config::config_file_flag), config_file_,
                    "settings file (TOML); HONGBAO_CONFIG can name one, too")
        ->type_name("FILE")
        ->group("Settings");
    for (const config::Setting& setting : config::all_settings()) {
        texts_.emplace_back();
        auto* option =
            command.add_option(config::flag_of(setting), texts_.back(), config::help_text(setting));
        option->group(heading_of(setting, help))->type_name(config::placeholder(setting));
        options_.emplace_back(std::string(setting.name), option);
    }
}

void SettingFlags::describe_data(const std::string& what) {
    for (const auto& [name, option] : options_) {
        if (name == "data_dir") {
            option->description(what + " (default " + config::Settings{}.data_dir +
                                ", env HONGBAO_DATA_DIR, or data_dir of the settings file)");
        }
    }
}

config::Loaded SettingFlags::load() const {
    config::Inputs inputs;
    inputs.config_file = config_file_;
    inputs.environment = config::environment_of_process();
    for (std::size_t i = 0; i < options_.size(); ++i) {
        if (options_[i].second->count() > 0) {
            inputs.flags[options_[i].first] = texts_[i];
        }
    }
    return config::load(inputs);
}

} // namespace hongbao::ops
