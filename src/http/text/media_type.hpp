// Role: what a Content-Type says of a body. Pure; any thread.
#pragma once

#include <string_view>

namespace hongbao::http {

/// application/json, in any case, and of parameters only charset=utf-8: what a web page cannot send
/// to another site unasked, and what the parser reads.
bool is_json_media_type(std::string_view content_type);

} // namespace hongbao::http
