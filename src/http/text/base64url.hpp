// Role: base64url without padding (RFC 4648, section 5): bytes have one text, and every other text
// is refused. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hongbao::http {

std::string to_base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

} // namespace hongbao::http
