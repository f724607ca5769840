// Role: the time of a Date header.
#pragma once

#include <string_view>

namespace hongbao::http {

/// Now, by the machine's clock, as RFC 9110 (5.6.7) writes it: "Sat, 21 Nov 2026 05:53:14 GMT".
/// Rewritten once a second; valid until the next call on this thread.
std::string_view http_date_now();

} // namespace hongbao::http
