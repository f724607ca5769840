// Role: text in the columns of a terminal: what comes from elsewhere made harmless, wide characters
// counted as two. Needs a locale with UTF-8 (see use_utf8). Pure besides.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hongbao::ops::top {

/// Sets the locale of characters as the environment names it. Whether the terminal takes UTF-8; if
/// not, the locale is one for UTF-8 all the same, and what is shown goes through to_ascii.
bool use_utf8();

/// Without what would steer a terminal: control characters and what is no UTF-8 become '?'.
std::string harmless(std::string_view text);

/// Columns that a harmless text takes.
std::size_t width_of(std::string_view text);

/// As many of its characters as fit.
std::string cut(std::string_view text, std::size_t columns);
/// The same from its end, for paths.
std::string cut_front(std::string_view text, std::size_t columns);

/// For a terminal without UTF-8: letters near to our signs, '?' for others.
std::string to_ascii(std::string_view text);

} // namespace hongbao::ops::top
