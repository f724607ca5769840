// Role: goes through a text character by character and says what must not be in it.
#include "http/text/shown_text.hpp"

#include "http/text/characters.hpp"

#include <algorithm>
#include <cstdio>

namespace hongbao::http {

namespace {

constexpr std::size_t shown_back_characters_max = 64;

/// A character as digits: "\u{200E}".
std::string escaped(const Character& character) {
    char text[16];
    std::snprintf(text, sizeof text, character.valid ? "\\u{%04X}" : "\\x%02X",
                  static_cast<unsigned>(character.code_point));
    return text;
}

bool is_safe_in_picture_url(char c) {
    constexpr std::string_view refused = "\"'`<>\\";
    return c > ' ' && c <= '~' && refused.find(c) == std::string_view::npos;
}

bool begins_a_host(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '[';
}

} // namespace

std::string_view fault_of_text(std::string_view text, TextUse use) {
    bool something_visible = false;
    while (!text.empty()) {
        const Character character = first_character(text);
        text.remove_prefix(character.bytes);
        if (is_control(character.code_point)) {
            return "must not contain control characters.";
        }
        if (use != TextUse::secret && is_bidi_control(character.code_point)) {
            return "must not contain characters that change the direction of writing.";
        }
        if (use != TextUse::secret && is_no_character(character.code_point)) {
            return "must not contain a byte order mark or what Unicode calls no character.";
        }
        something_visible = something_visible || !is_invisible(character.code_point);
    }
    return use == TextUse::name && !something_visible ? "must have at least one visible character."
                                                      : "";
}

std::string_view fault_of_picture_url(std::string_view text) {
    if (text.empty()) {
        return "";
    }
    if (!std::all_of(text.begin(), text.end(), is_safe_in_picture_url)) {
        return "must have visible ASCII characters only, without quotes, < > and backslashes: "
               "write "
               "others percent-encoded.";
    }
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (text.starts_with(scheme) && text.size() > scheme.size() &&
            begins_a_host(text[scheme.size()])) {
            return "";
        }
    }
    if (text.front() == '/' && !text.starts_with("//")) {
        return "";
    }
    return "must begin with https:// or http:// and a host, or be a path with a single / in front.";
}

std::string shown_back(std::string_view text) {
    std::string shown;
    for (std::size_t count = 0; !text.empty(); ++count) {
        if (count == shown_back_characters_max) {
            return shown + "…";
        }
        const Character character = first_character(text);
        const bool plain =
            character.valid && (character.code_point == ' ' || !is_invisible(character.code_point));
        shown += plain ? std::string(text.substr(0, character.bytes)) : escaped(character);
        text.remove_prefix(character.bytes);
    }
    return shown.empty() ? "\"\"" : shown;
}

} // namespace hongbao::http
