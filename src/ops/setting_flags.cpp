// Role: one flag a setting, and the file.
#include "ops/setting_flags.hpp"

#include "config/render.hpp"

namespace hongbao::ops {

SettingFlags::SettingFlags(CLI::App& command) {
    command
        .add_option(std::string(config::config_file_flag), config_file_,
                    "settings file (TOML); HONGBAO_CONFIG names one, too")
        ->type_name("FILE");
    for (const config::Setting& setting : config::all_settings()) {
        texts_.emplace_back();
        auto* option = command.add_option(config::flag_of(setting), texts_.back(),
                                          config::help_text(setting));
        option->group(std::string(setting.group))->type_name(config::placeholder(setting));
        options_.emplace_back(std::string(setting.name), option);
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
