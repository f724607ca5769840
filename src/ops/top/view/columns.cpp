// Role: characters by the C library, which knows their widths.
#include "ops/top/view/columns.hpp"

#include <langinfo.h>

#include <array>
#include <clocale>
#include <cwchar>
#include <utility>

namespace hongbao::ops::top {

namespace {

struct Character {
    std::size_t bytes = 1;
    int width = -1; // columns; -1: must not be shown
    wchar_t code = 0;
};

Character first_of(std::string_view text) {
    std::mbstate_t state{};
    Character first;
    const std::size_t bytes = std::mbrtowc(&first.code, text.data(), text.size(), &state);
    if (bytes == 0 || bytes > text.size()) { // NUL, or no character
        return first;
    }
    first.bytes = bytes;
    first.width = ::wcwidth(first.code);
    return first;
}

bool terminal_is_utf8() {
    std::setlocale(LC_CTYPE, "");
    return std::string_view(::nl_langinfo(CODESET)) == "UTF-8";
}

} // namespace

bool use_utf8() {
    const bool is_utf8 = terminal_is_utf8();
    if (!is_utf8) {
        std::setlocale(LC_CTYPE, "C.UTF-8");
    }
    return is_utf8;
}

std::string harmless(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const Character first = first_of(text);
        result += first.width < 0 ? std::string_view("?") : text.substr(0, first.bytes);
        text.remove_prefix(first.bytes);
    }
    return result;
}

std::size_t width_of(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        const Character first = first_of(text);
        width += first.width < 0 ? 1U : static_cast<std::size_t>(first.width);
        text.remove_prefix(first.bytes);
    }
    return width;
}

std::string cut(std::string_view text, std::size_t columns) {
    std::size_t bytes = 0;
    std::size_t width = 0;
    while (bytes < text.size()) {
        const Character first = first_of(text.substr(bytes));
        width += first.width < 0 ? 1U : static_cast<std::size_t>(first.width);
        if (width > columns) {
            break;
        }
        bytes += first.bytes;
    }
    return std::string(text.substr(0, bytes));
}

std::string cut_front(std::string_view text, std::size_t columns) {
    std::size_t width = width_of(text);
    if (width <= columns) {
        return std::string(text);
    }
    while (!text.empty() && width + 1 > columns) {
        const Character first = first_of(text);
        width -= first.width < 0 ? 1U : static_cast<std::size_t>(first.width);
        text.remove_prefix(first.bytes);
    }
    return columns > 0 ? "…" + std::string(text) : "";
}

std::string to_ascii(std::string_view text) {
    constexpr std::array<std::pair<wchar_t, char>, 13> likes{{{L'µ', 'u'},
                                                              {L'·', '-'},
                                                              {L'–', '-'},
                                                              {L'…', '~'},
                                                              {L'▁', '_'},
                                                              {L'▂', '.'},
                                                              {L'▃', ':'},
                                                              {L'▄', '-'},
                                                              {L'▅', '='},
                                                              {L'▆', '+'},
                                                              {L'▇', '*'},
                                                              {L'█', '#'},
                                                              {L'─', '-'}}};
    std::string result;
    while (!text.empty()) {
        const Character first = first_of(text);
        char letter = first.code > 0 && first.code < 0x80 ? static_cast<char>(first.code) : '?';
        for (const auto& [code, like] : likes) {
            letter = code == first.code ? like : letter;
        }
        // As wide as before, so that columns stay where they are.
        result.append(first.width < 0 ? 1U : static_cast<std::size_t>(first.width), letter);
        text.remove_prefix(first.bytes);
    }
    return result;
}

} // namespace hongbao::ops::top
