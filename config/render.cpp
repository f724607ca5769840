// Role: writes settings for people; whatever is written as TOML can be read back.
#include "config/render.hpp"

#include "config/value.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>

namespace hongbao::config {
namespace {

/// A TOML basic string: quotes, backslashes and control characters escaped.
std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte == 0x7f) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04X", unsigned{byte});
            out += escape;
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::string assignment(const Settings& settings, const Setting& setting) {
    const std::string text = value_text(settings, setting);
    const bool bare = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    return std::string(setting.name) + " = " +
           (bare && !is_text(setting.kind) ? text : quoted(text));
}

std::string source_words(const Setting& setting, Source source, const std::string& file) {
    switch (source) {
    case Source::defaults: return "default";
    case Source::file: return "file " + quoted(file);
    case Source::environment: return "env " + variable_of(setting);
    case Source::flag: return "flag " + flag_of(setting);
    }
    return "";
}

} // namespace

std::string placeholder(const Setting& setting) {
    switch (setting.kind) {
    case Kind::folder: return "DIR";
    case Kind::file: return "FILE";
    case Kind::word: return "TEXT";
    case Kind::choice: return std::string(setting.choices);
    case Kind::address: return "HOST:PORT|unix:/PATH";
    case Kind::hosts: return "HOST,...";
    case Kind::origins: return "ORIGIN,...";
    case Kind::proxies:
    case Kind::ranges: return "ADDRESS[/BITS],...";
    case Kind::clock: return "wall|manual";
    case Kind::on_off: return "on|off";
    case Kind::bytes: return "SIZE";
    case Kind::seconds: return "SECONDS";
    case Kind::fen: return "FEN";
    case Kind::count:
    case Kind::power_of_two: break;
    }
    return "N";
}

std::string help_text(const Setting& setting) {
    std::string text(setting.description);
    text += " (";
    if (!is_text(setting.kind)) {
        text += with_unit(setting, setting.minimum) + " to " + with_unit(setting, setting.maximum) +
                ", ";
    }
    const std::string value = value_text(Settings{}, setting);
    return text + "default " + (value.empty() ? "none" : value) + ", env " + variable_of(setting) +
           ")";
}

std::string print_settings(const Loaded& loaded) {
    constexpr std::size_t comment_column = 52;
    std::string out;
    for (std::size_t i = 0; i < all_settings().size(); ++i) {
        const Setting& setting = all_settings()[i];
        std::string line = assignment(loaded.settings, setting);
        line.resize(std::max(line.size() + 1, comment_column), ' ');
        out += line + "# " + source_words(setting, loaded.sources[i], loaded.config_file) + "\n";
    }
    return out;
}

std::string shipped_file() {
    std::string out =
        "# Settings of hongbao. Each line shows a default: remove its # to change it.\n"
        "# Used when named: hongbao serve --config FILE, or HONGBAO_CONFIG=FILE.\n"
        "# A flag (--listen) wins over a variable (HONGBAO_LISTEN), and that over this file.\n"
        "# `hongbao config check` names every mistake, `hongbao config print` shows where each "
        "value\n"
        "# came from. Sizes are bytes, or strings like \"4MiB\"; amounts are fen, 1/100 yuan.\n";
    std::string_view group;
    for (const Setting& setting : all_settings()) {
        if (setting.group != group) {
            group = setting.group;
            out += "\n\n# ---- " + std::string(group) + " ----\n";
        }
        out += "\n# " + std::string(setting.description) + ".\n";
        if (!is_text(setting.kind)) {
            out += "# From " + with_unit(setting, setting.minimum) + " to " +
                   with_unit(setting, setting.maximum) + ".\n";
        }
        out += "#" + assignment(Settings{}, setting) + "\n";
    }
    return out;
}

} // namespace hongbao::config
