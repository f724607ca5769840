// Role: checks texts that other people will be shown, and makes a client's text safe to quote in a
// refusal. Owner: pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hongbao::http {

/// What a text is for.
enum class TextUse : std::uint8_t {
    secret, // compared and never shown: only control characters are refused
    shown,
    name, // shown to tell one thing from another, so something of it must be visible
};

/// What is wrong with a text in UTF-8, such as "must not contain …."; empty: nothing.
std::string_view fault_of_text(std::string_view text, TextUse use);

/// What is wrong with the address of a picture, which a page would load: https:// or http:// and a
/// host, or a path that begins with a single '/'; in ASCII, without what could end the attribute
/// that it stands in. Empty: nothing.
std::string_view fault_of_picture_url(std::string_view text);

/// A client's text as part of a sentence: at most 64 characters; characters that are invisible or
/// would change the text around them are written as \u{200E}, bytes that are not UTF-8 as \xFF.
std::string shown_back(std::string_view text);

} // namespace hongbao::http
