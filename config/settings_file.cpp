// Role: settings from TOML. toml++ is large: it is included here only, without exceptions.
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include "config/settings_file.hpp"

#include "config/nearest.hpp"
#include "config/value.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>
#include <system_error>
#include <toml++/toml.h>
#include <unistd.h>

namespace hongbao::config {
namespace {

std::string line_of(const toml::source_region& region) {
    return "line " + std::to_string(region.begin.line);
}

std::string type_words(const toml::node& node) {
    switch (node.type()) {
    case toml::node_type::string: return "a string";
    case toml::node_type::integer: return "an integer";
    case toml::node_type::floating_point: return "a number with a point or exponent";
    case toml::node_type::boolean: return "true or false";
    case toml::node_type::array: return "an array";
    case toml::node_type::table: return "a table";
    default: return "a date or time";
    }
}

/// Nothing if not all members are strings.
std::optional<std::string> joined(const toml::array& members) {
    std::string text;
    for (const toml::node& member : members) {
        if (!member.is_string()) {
            return std::nullopt;
        }
        text += (text.empty() ? "" : ",") + **member.as_string();
    }
    return text;
}

/// The value as text if its type fits the setting.
std::optional<std::string> text_of(const toml::node& node, Kind kind) {
    if (node.is_string() && (is_text(kind) || kind == Kind::bytes)) {
        return **node.as_string();
    }
    if (node.is_boolean() && kind == Kind::on_off) {
        return **node.as_boolean() ? "on" : "off";
    }
    if (node.is_array() && is_list(kind)) {
        return joined(*node.as_array());
    }
    if (node.is_integer() && !is_text(kind)) {
        return std::to_string(**node.as_integer());
    }
    return std::nullopt;
}

std::string string_words(Kind kind) {
    return is_list(kind) ? ", as a string or an array of strings"
                         : (kind == Kind::on_off ? ", as true or false or a string"
                            : is_text(kind)      ? ", as a string"
                                                 : "");
}

std::string unknown_key(const std::string& path, const toml::key& key, const toml::node& node) {
    std::vector<std::string> known;
    for (const Setting& setting : all_settings()) {
        known.emplace_back(setting.name);
    }
    const std::string name(key.str());
    std::string hint = did_you_mean(name, known);
    if (hint.empty() && node.is_table()) {
        hint = "; the file has no tables, all keys stand at the top";
    }
    return "\"" + name + "\" (file " + path + ", " + line_of(key.source()) + ") names no setting" +
           hint + ".";
}

std::optional<std::string> read_whole(const std::string& path) {
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return std::nullopt;
    }
    // Unlike iterators on the buffer, peek() notices when reading itself fails, as for a folder.
    file.peek();
    if (file.bad() || (file.fail() && !file.eof())) {
        return std::nullopt;
    }
    file.clear();
    return std::string(std::istreambuf_iterator<char>(file), {});
}

} // namespace

SettingsFile read_settings_file(const std::string& path) {
    SettingsFile result;
    const auto text = read_whole(path);
    if (!text) {
        std::string reason =
            errno != 0 ? std::generic_category().message(errno) : "it is not a readable file";
        if (errno == EACCES) {
            reason += " for the user that this process runs as, uid " + std::to_string(geteuid());
        }
        result.errors.push_back("The settings file \"" + path + "\" cannot be read: " + reason +
                                ".");
        return result;
    }
    const toml::parse_result parsed = toml::parse(*text, path);
    if (!parsed) {
        result.errors.push_back("The settings file \"" + path + "\" is not TOML, " +
                                line_of(parsed.error().source()) + ": " +
                                std::string(parsed.error().description()) + ".");
        return result;
    }
    for (const auto& [key, node] : parsed.table()) {
        const Setting* setting = find_setting(key.str());
        if (setting == nullptr) {
            result.errors.push_back(unknown_key(path, key, node));
        } else if (auto value = text_of(node, setting->kind)) {
            result.values.emplace_back(setting, std::move(*value));
        } else {
            result.errors.push_back(std::string(setting->name) + " (file " + path + ", " +
                                    line_of(node.source()) + ") is " + type_words(node) +
                                    ", which is not accepted: it has to be " +
                                    accepted_values(*setting) + string_words(setting->kind) + ".");
        }
    }
    return result;
}

} // namespace hongbao::config
