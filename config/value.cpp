// Role: reads and writes values of settings.
#include "config/value.hpp"

#include "config/listen_address.hpp"
#include "config/number.hpp"
#include "config/web_names.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

namespace hongbao::config {
namespace {

struct SizeUnit {
    std::string_view name;
    int shift;
};
constexpr std::array<SizeUnit, 5> size_units{
    {{"TiB", 40}, {"GiB", 30}, {"MiB", 20}, {"KiB", 10}, {"B", 0}}};

/// "4096", "64GiB", "64 GiB"; nothing if it is neither or does not fit 63 bits.
std::optional<std::int64_t> parse_size(std::string_view text) {
    int shift = 0;
    for (const SizeUnit& unit : size_units) {
        if (text.ends_with(unit.name)) {
            text.remove_suffix(unit.name.size());
            if (text.ends_with(' ')) {
                text.remove_suffix(1);
            }
            shift = unit.shift;
            break;
        }
    }
    const auto number = parse_number<std::int64_t>(text);
    if (!number || *number < 0 || *number > (std::numeric_limits<std::int64_t>::max() >> shift)) {
        return std::nullopt;
    }
    return *number << shift;
}

std::string size_text(std::int64_t bytes) {
    for (const SizeUnit& unit : size_units) {
        if (bytes != 0 && bytes % (std::int64_t{1} << unit.shift) == 0 && unit.shift != 0) {
            return std::to_string(bytes >> unit.shift) + std::string(unit.name);
        }
    }
    return std::to_string(bytes);
}

constexpr std::size_t word_bytes_max = 256;

bool is_visible(char c) {
    return c > ' ' && c <= '~';
}

bool is_right_number(const Setting& setting, std::int64_t number) {
    return number >= setting.minimum && number <= setting.maximum &&
           (setting.kind != Kind::power_of_two ||
            std::has_single_bit(static_cast<std::uint64_t>(number)));
}

bool is_choice(std::string_view choices, std::string_view text) {
    for (std::size_t begin = 0; begin <= choices.size();) {
        const std::size_t end = std::min(choices.find('|', begin), choices.size());
        if (choices.substr(begin, end - begin) == text) {
            return true;
        }
        begin = end + 1;
    }
    return false;
}

/// "one, another or a third".
std::string choices_in_words(std::string_view choices) {
    std::string words(choices);
    const std::size_t last = words.rfind('|');
    if (last != words.npos) {
        words.replace(last, 1, " or ");
    }
    for (std::size_t at = 0; (at = words.find('|', at)) != words.npos;) {
        words.replace(at, 1, ", ");
    }
    return words;
}

std::optional<std::string> fault_of_member(Kind kind, const std::string& text) {
    if (kind == Kind::ranges) {
        return text == "unix" ? std::optional(std::string("\"unix\" is no address"))
                              : fault_of_proxy(text);
    }
    switch (kind) {
    case Kind::hosts: return fault_of_host(text);
    case Kind::origins: return fault_of_origin(text);
    default: return fault_of_proxy(text);
    }
}

std::optional<std::string> assign_list(std::string& member, const Setting& setting,
                                       std::string_view text) {
    std::string joined;
    for (const std::string& one : split_list(text)) {
        const auto fault = fault_of_member(setting.kind, one);
        if (fault) {
            return *fault + "; it has to be " + accepted_values(setting);
        }
        joined += (joined.empty() ? "" : ",") + one;
    }
    member = joined;
    return std::nullopt;
}

std::optional<std::string> assign_text(std::string& member, const Setting& setting,
                                       std::string_view text) {
    if (setting.kind == Kind::address) {
        if (!parse_listen_address(text)) {
            return "it has to be " + accepted_values(setting);
        }
    } else if (is_list(setting.kind)) {
        return assign_list(member, setting, text);
    } else if (setting.kind == Kind::choice) {
        if (!is_choice(setting.choices, text)) {
            return "it has to be " + accepted_values(setting);
        }
    } else if (setting.kind == Kind::word) {
        if (text.size() > word_bytes_max || !std::ranges::all_of(text, is_visible)) {
            return "it has to be " + accepted_values(setting);
        }
    } else if (setting.kind == Kind::file) {
        if (text.find('\0') != std::string_view::npos) {
            return "it has to be " + accepted_values(setting);
        }
    } else if (text.empty() || text.find('\0') != std::string_view::npos) {
        return "it has to be " + accepted_values(setting);
    }
    member = text;
    return std::nullopt;
}

} // namespace

bool is_text(Kind kind) {
    return kind == Kind::folder || kind == Kind::file || kind == Kind::word ||
           kind == Kind::choice || kind == Kind::address || kind == Kind::clock ||
           kind == Kind::on_off || is_list(kind);
}

bool is_list(Kind kind) {
    return kind == Kind::hosts || kind == Kind::origins || kind == Kind::proxies ||
           kind == Kind::ranges;
}

std::optional<std::string> assign(Settings& settings, const Setting& setting,
                                  std::string_view text) {
    if (const auto* member = std::get_if<std::string Settings::*>(&setting.member)) {
        return assign_text(settings.**member, setting, text);
    }
    if (const auto* member = std::get_if<ClockKind Settings::*>(&setting.member)) {
        if (text != "wall" && text != "manual") {
            return "it has to be " + accepted_values(setting);
        }
        settings.** member = text == "manual" ? ClockKind::manual : ClockKind::wall;
        return std::nullopt;
    }
    if (const auto* member = std::get_if<bool Settings::*>(&setting.member)) {
        if (text != "on" && text != "off") {
            return "it has to be " + accepted_values(setting);
        }
        settings.** member = text == "on";
        return std::nullopt;
    }
    const auto number =
        setting.kind == Kind::bytes ? parse_size(text) : parse_number<std::int64_t>(text);
    if (!number || !is_right_number(setting, *number)) {
        return "it has to be " + accepted_values(setting);
    }
    settings.*std::get<std::int64_t Settings::*>(setting.member) = *number;
    return std::nullopt;
}

std::string value_text(const Settings& settings, const Setting& setting) {
    if (const auto* member = std::get_if<std::string Settings::*>(&setting.member)) {
        return settings.**member;
    }
    if (const auto* member = std::get_if<ClockKind Settings::*>(&setting.member)) {
        return settings.**member == ClockKind::manual ? "manual" : "wall";
    }
    if (const auto* member = std::get_if<bool Settings::*>(&setting.member)) {
        return settings.**member ? "on" : "off";
    }
    const std::int64_t number = settings.*std::get<std::int64_t Settings::*>(setting.member);
    return setting.kind == Kind::bytes ? size_text(number) : std::to_string(number);
}

std::string with_unit(const Setting& setting, std::int64_t number) {
    switch (setting.kind) {
    case Kind::bytes: return size_text(number);
    case Kind::seconds: return std::to_string(number) + (number == 1 ? " second" : " seconds");
    case Kind::fen: return std::to_string(number) + " fen";
    default: return std::to_string(number);
    }
}

std::string accepted_values(const Setting& setting) {
    const auto range = [&] {
        return " from " + std::to_string(setting.minimum) + " to " +
               with_unit(setting, setting.maximum);
    };
    switch (setting.kind) {
    case Kind::folder: return "the path of a folder";
    case Kind::file: return "the path of a file, or empty";
    case Kind::word: return "up to 256 visible ASCII characters";
    case Kind::choice: return choices_in_words(setting.choices);
    case Kind::address:
        return "HOST:PORT with an address in numbers, like 127.0.0.1:8080 or [::1]:8080, or "
               "unix:/PATH, like unix:/run/hongbao.sock";
    case Kind::hosts: return "HOST or HOST:PORT, with commas between several, like pay.example.com";
    case Kind::origins:
        return "http://HOST, https://HOST or the same with a port, with commas between several, "
               "like https://shop.example.com";
    case Kind::proxies:
        return "ADDRESS or ADDRESS/BITS, with commas between several, like 10.0.0.0/8,::1; or unix "
               "for whoever comes through the unix socket";
    case Kind::ranges:
        return "ADDRESS or ADDRESS/BITS, with commas between several, like 10.0.0.0/8,fd00::/8";
    case Kind::clock: return "wall or manual";
    case Kind::on_off: return "on or off";
    case Kind::power_of_two: return "a power of two" + range();
    case Kind::bytes:
        return "a size from " + size_text(setting.minimum) + " to " + size_text(setting.maximum) +
               ", in bytes or with B, KiB, MiB, GiB or TiB after the number";
    default: return "an integer" + range();
    }
}

} // namespace hongbao::config
