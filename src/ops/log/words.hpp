// Role: what a line says, as a sentence or as members of a JSON object; time and level stand in
// front of it (see log.cpp). Pure. Invariant: whatever the texts hold, each result fits on one line
// and ends where it should: what could break a line, a terminal or JSON is escaped.
#pragma once

#include "http/api/request_log/request_report.hpp"

#include <string>
#include <string_view>

namespace hongbao::ops {

enum class LogFormat : std::uint8_t { text, json };

/// "a sentence", or "\"message\":\"a sentence\"".
std::string words_of(LogFormat format, std::string_view sentence);

/// What became of a request. Whose it was, and what exactly was asked for, is personal data and
/// stands there only `with_personal_data`.
std::string words_of(LogFormat format, const http::RequestReport& report, bool with_personal_data);

} // namespace hongbao::ops
