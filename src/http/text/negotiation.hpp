// Role: what a client says it has already, and what it accepts. Pure; any thread.
#pragma once

#include <string_view>

namespace hongbao::http {

/// Whether an If-None-Match names the entity tag `etag` (RFC 9110, 13.1.2). Weak tags match, too: a
/// proxy that compresses makes ours weak.
bool none_match_names(std::string_view if_none_match, std::string_view etag);

/// Whether an Accept-Encoding (RFC 9110, 12.5.3) accepts gzip at least as gladly as the plain text.
bool takes_gzip(std::string_view accept_encoding);

/// Whether an Accept (RFC 9110, 12.5.1) names JSON, and HTML less gladly or not at all. Wildcards
/// say neither.
bool names_json_before_html(std::string_view accept);

/// Whether an Accept names server-sent events, and JSON less gladly or not at all.
bool names_events_before_json(std::string_view accept);

/// Whether an Accept-Language (RFC 9110, 12.5.4) names Chinese, of whatever place and script, and
/// English less gladly, later, or not at all. The wildcard says neither.
bool names_chinese_before_english(std::string_view accept_language);

} // namespace hongbao::http
