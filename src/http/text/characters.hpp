// Role: tells which characters mislead people. Text from clients is shown to other people, and a
// few characters make it look like something else, or make it invisible.
// Source: the Unicode Character Database 15.0: PropList.txt (Bidi_Control, White_Space,
// Noncharacter_Code_Point) and DerivedCoreProperties.txt (Default_Ignorable_Code_Point).
// Owner: pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace hongbao::http {

/// The first character of a text and its length in bytes; where it is not UTF-8, a single byte.
struct Character {
    char32_t code_point = 0;
    std::size_t bytes = 0;
    bool valid = false;
};
/// `text` must not be empty.
Character first_character(std::string_view text);

/// C0, DEL and C1; and U+2028 and U+2029, which end a line like some of those.
bool is_control(char32_t code_point);
/// It changes the direction of the text around it: "gpj.exe" reads like "exe.jpg".
bool is_bidi_control(char32_t code_point);
/// Noncharacters such as U+FFFE, and the byte order mark.
bool is_no_character(char32_t code_point);
/// Nothing can be seen of it where it stands alone: white space, joiners, variation selectors…
bool is_invisible(char32_t code_point);

} // namespace hongbao::http
