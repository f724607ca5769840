// Role: the tables of code points behind each question about a character.
#include "http/text/characters.hpp"

#include <algorithm>
#include <span>

namespace hongbao::http {

namespace {

struct Range {
    char32_t first;
    char32_t last;
};

constexpr Range control_ranges[] = {{0x0000, 0x001F}, {0x007F, 0x009F}, {0x2028, 0x2029}};

constexpr Range bidi_control_ranges[] = {
    {0x061C, 0x061C}, {0x200E, 0x200F}, {0x202A, 0x202E}, {0x2066, 0x2069}};

/// Default_Ignorable_Code_Point and White_Space, without controls; and the empty braille pattern,
/// which is a symbol by name and blank to the eye.
constexpr Range invisible_ranges[] = {
    {0x0020, 0x0020},   {0x00A0, 0x00A0},  {0x00AD, 0x00AD}, {0x034F, 0x034F}, {0x061C, 0x061C},
    {0x115F, 0x1160},   {0x1680, 0x1680},  {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x2000, 0x200F},
    {0x202A, 0x202F},   {0x205F, 0x206F},  {0x2800, 0x2800}, {0x3000, 0x3000}, {0x3164, 0x3164},
    {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},  {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFF8}, {0x1BCA0, 0x1BCA3},
    {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}};

bool is_in(std::span<const Range> ranges, char32_t code_point) {
    return std::any_of(ranges.begin(), ranges.end(), [code_point](const Range& range) {
        return code_point >= range.first && code_point <= range.last;
    });
}

} // namespace

Character first_character(std::string_view text) {
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) {
        return {lead, 1, true};
    }
    // RFC 3629, section 3.
    const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    char32_t code_point = lead & (0x7FU >> bytes);
    const Character broken{lead, 1, false};
    if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) {
        return broken;
    }
    for (std::size_t i = 1; i < bytes; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) {
            return broken;
        }
        code_point = (code_point << 6U) | (byte(i) & 0x3FU);
    }
    const bool is_surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    if (code_point < least[bytes] || code_point > 0x10FFFF || is_surrogate) {
        return broken;
    }
    return {code_point, bytes, true};
}

bool is_control(char32_t code_point) {
    return is_in(control_ranges, code_point);
}

bool is_bidi_control(char32_t code_point) {
    return is_in(bidi_control_ranges, code_point);
}

bool is_no_character(char32_t code_point) {
    return (code_point & 0xFFFEU) == 0xFFFE || (code_point >= 0xFDD0 && code_point <= 0xFDEF) ||
           code_point == 0xFEFF;
}

bool is_invisible(char32_t code_point) {
    return is_control(code_point) || is_no_character(code_point) ||
           is_in(invisible_ranges, code_point);
}

} // namespace hongbao::http
