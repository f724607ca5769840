// Role: which texts may be shown to other people, and how a client's text is quoted: in tables.
#include "http/text/characters.hpp"
#include "http/text/shown_text.hpp"

#include <gtest/gtest.h>

#include <string>

using namespace hongbao::http;

namespace {

enum class Fault { none, control, direction, no_character, nothing_visible };

Fault fault_in(std::string_view text, TextUse use) {
    const std::string_view said = fault_of_text(text, use);
    const auto says = [said](std::string_view word) {
        return said.find(word) != std::string_view::npos;
    };
    return said.empty()                ? Fault::none
           : says("control")           ? Fault::control
           : says("direction")         ? Fault::direction
           : says("byte order mark")   ? Fault::no_character
           : says("visible character") ? Fault::nothing_visible
                                       : Fault(-1);
}

struct Case {
    const char* words;
    std::string text;
    Fault as_name;
    Fault as_note;
    Fault as_secret;
};

TEST(Texts, AreRefusedForWhatPeopleWouldNotSee) {
    constexpr auto none = Fault::none;
    constexpr auto control = Fault::control;
    constexpr auto direction = Fault::direction;
    constexpr auto no_character = Fault::no_character;
    constexpr auto nothing = Fault::nothing_visible;
    const Case cases[] = {
        {"nothing", "", nothing, none, none},
        {"Latin", "Ann", none, none, none},
        {"Han", "安安", none, none, none},
        {"Arabic", "مريم", none, none, none},
        {"Hebrew with points", "שָׁלוֹם", none, none, none},
        {"Persian with a joiner's absence", "می\u200Cخواهم", none, none, none},
        {"Thai with word breaks", "สวัสดี\u200Bครับ", none, none, none},
        {"Devanagari with a joiner", "क्\u200Dष", none, none, none},
        {"a family, joined", "👨\u200D👩\u200D👧", none, none, none},
        {"a heart with a variation selector", "❤\uFE0F", none, none, none},
        {"a flag by tags", "🏴\U000E0067\U000E0062\U000E007F", none, none, none},
        {"spaces around", " Ann ", none, none, none},
        {"an ideographic space between", "安\u3000安", none, none, none},
        {"a soft hyphen inside", "Ann\u00ADa", none, none, none},
        {"a tabulator", "a\tb", control, control, control},
        {"a zero byte", std::string("a\0b", 3), control, control, control},
        {"a delete", "a\x7F", control, control, control},
        {"C1, next line", "a\u0085", control, control, control},
        {"a line separator", "a\u2028b", control, control, control},
        {"a paragraph separator", "a\u2029b", control, control, control},
        {"Arabic letter mark", "a\u061C", direction, direction, none},
        {"left-to-right mark", "\u200Ea", direction, direction, none},
        {"right-to-left mark", "a\u200Fb", direction, direction, none},
        {"left-to-right embedding", "a\u202Ab", direction, direction, none},
        {"right-to-left override", "a\u202Egpj.exe", direction, direction, none},
        {"pop directional formatting", "a\u202C", direction, direction, none},
        {"left-to-right isolate", "\u2066a", direction, direction, none},
        {"pop directional isolate", "a\u2069", direction, direction, none},
        {"a byte order mark", "\uFEFFa", no_character, no_character, none},
        {"U+FFFE", "a\xEF\xBF\xBE", no_character, no_character, none},
        {"U+FFFF", "a\xEF\xBF\xBF", no_character, no_character, none},
        {"U+FDD0", "a\xEF\xB7\x90", no_character, no_character, none},
        {"U+10FFFF", "a\xF4\x8F\xBF\xBF", no_character, no_character, none},
        {"the replacement character", "a\uFFFD", none, none, none},
        {"only a space", " ", nothing, none, none},
        {"only no-break spaces", "\u00A0\u202F", nothing, none, none},
        {"only an ideographic space", "\u3000", nothing, none, none},
        {"only zero-width space", "\u200B", nothing, none, none},
        {"only joiners", "\u200D\u200C", nothing, none, none},
        {"only a word joiner", "\u2060", nothing, none, none},
        {"only a soft hyphen", "\u00AD", nothing, none, none},
        {"only a variation selector", "\uFE0F", nothing, none, none},
        {"only a supplementary variation selector", "\U000E0100", nothing, none, none},
        {"only tags", "\U000E0041\U000E0042", nothing, none, none},
        {"only a Hangul filler", "\u3164", nothing, none, none},
        {"only empty braille", "\u2800", nothing, none, none},
        {"only a combining grapheme joiner", "\u034F", nothing, none, none},
        {"only a Mongolian vowel separator", "\u180E", nothing, none, none},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.words);
        EXPECT_EQ(fault_in(c.text, TextUse::name), c.as_name);
        EXPECT_EQ(fault_in(c.text, TextUse::shown), c.as_note);
        EXPECT_EQ(fault_in(c.text, TextUse::secret), c.as_secret);
    }
}

TEST(Texts, BidiControlsAreTheTwelveOfTheStandard) {
    int count = 0;
    for (char32_t c = 0; c <= 0x10FFFF; ++c) {
        count += is_bidi_control(c) ? 1 : 0;
        if (is_bidi_control(c)) {
            EXPECT_TRUE(is_invisible(c)) << std::hex << static_cast<unsigned>(c);
        }
    }
    EXPECT_EQ(count, 12);
}

TEST(Texts, NoncharactersAreThe66OfTheStandardAndTheByteOrderMark) {
    int count = 0;
    for (char32_t c = 0; c <= 0x10FFFF; ++c) {
        count += is_no_character(c) ? 1 : 0;
    }
    EXPECT_EQ(count, 67);
}

TEST(PictureUrls, AreHttpOrAPathAndNothingElse) {
    const auto accepted = [](std::string_view text) { return fault_of_picture_url(text).empty(); };
    for (const char* good :
         {"", "https://example.org/a.png", "http://example.org", "http://127.0.0.1:80/a?b=c#d",
          "https://[::1]/a", "https://user@example.org/%E5%AE%89.png", "/", "/a.png", "/a/b?c#d",
          "/a//b", "https://x"}) {
        EXPECT_TRUE(accepted(good)) << good;
    }
    for (const char* bad : {"x",
                            "a.png",
                            "./a.png",
                            "../a.png",
                            "//example.org/a.png",
                            "///a",
                            "/\\example.org",
                            "\\\\example.org",
                            "javascript:alert(1)",
                            "JavaScript:alert(1)",
                            "data:image/png;base64,AA",
                            "data:text/html,x",
                            "file:///etc/passwd",
                            "ftp://example.org/a",
                            "https:",
                            "https:/",
                            "https://",
                            "http:///a",
                            "https://?a",
                            "https:example.org",
                            "https:/example.org",
                            "https//x",
                            " https://x",
                            "https://x ",
                            "https://x/a b",
                            "https://x/\"onload=",
                            "https://x/'a",
                            "https://x/<a",
                            "https://x/a>",
                            "https://x/`",
                            "/a\\b",
                            "/a\tb",
                            "/a\nb",
                            "/a\x7F",
                            "/头像.png",
                            "https://例子.cn/",
                            "h ttps://x",
                            "mailto:a@b",
                            "blob:https://x",
                            "?a",
                            "#a"}) {
        EXPECT_FALSE(accepted(bad)) << bad;
    }
    EXPECT_FALSE(accepted(std::string_view("/a\0b", 4)));
}

TEST(ShownBack, IsShortAndOneLineOfWhatCanBeSeen) {
    std::string shortened(64, 'x');
    shortened.append("…");
    struct Shown {
        std::string text;
        std::string shown;
    };
    const std::string long_name(100'000, 'x');
    std::string long_han;
    for (int i = 0; i < 100; ++i) {
        long_han += "安";
    }
    const Shown cases[] = {
        {"surprise", "surprise"},
        {"two words", "two words"},
        {"", "\"\""},
        {"安", "安"},
        {std::string(64, 'x'), std::string(64, 'x')},
        {std::string(65, 'x'), shortened},
        {long_name, shortened},
        {long_han, long_han.substr(0, 64 * 3) + "…"},
        {"a\nb", "a\\u{000A}b"},
        {std::string("\0", 1), "\\u{0000}"},
        {"\x1B[31m", "\\u{001B}[31m"},
        {"\u202Etxt", "\\u{202E}txt"},
        {"\uFEFFa\u200B", "\\u{FEFF}a\\u{200B}"},
        {"\U000E0041", "\\u{E0041}"},
        {"\xFF\xC3(", "\\xFF\\xC3("},
        {"\xED\xA0\x80", "\\xED\\xA0\\x80"}, // a surrogate
        {"\xC0\xAF", "\\xC0\\xAF"},          // an overlong form
        {"\xF4\x90\x80\x80", "\\xF4\\x90\\x80\\x80"},
        {"\xE5\xAE", "\\xE5\\xAE"}, // cut
    };
    for (const Shown& c : cases) {
        EXPECT_EQ(shown_back(c.text), c.shown) << c.shown;
    }
}

} // namespace
