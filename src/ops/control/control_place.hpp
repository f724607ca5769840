// Role: what all commands of the control socket share on the command line: the data directory, as
// the settings name it, and --json. Owner thread: main's.
#pragma once

#include "ops/cli/setting_flags.hpp"
#include "ops/control/session.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace hongbao::ops {

class ControlPlace {
  public:
    explicit ControlPlace(CLI::App& command);

    /// With the server, whose answers `work` prints.
    int run(WithoutServer without, const ControlWork& work) const;
    /// One request, whose answer `print` shows, or which is shown as it is if --json was given.
    int ask(WithoutServer without, std::string_view method, const std::string& path,
            const nlohmann::json& body,
            const std::function<void(const nlohmann::json&)>& print) const;

  private:
    std::shared_ptr<SettingFlags> flags_;
    std::shared_ptr<bool> as_json_ = std::make_shared<bool>(false);
};

/// An option for a length of time; --NAME 90d. Nothing if it was not given.
struct DurationOption {
    std::string text;

    void add_to(CLI::App& command, const std::string& flag, const std::string& description);
    /// In seconds; the text has been checked.
    void put(nlohmann::json& body, const char* field) const;
};

/// "a,b" as an array, left out if there is nothing in it.
void put_list(nlohmann::json& body, const char* field, const std::string& text);
/// Left out if it is empty.
void put_text(nlohmann::json& body, const char* field, const std::string& text);

} // namespace hongbao::ops
