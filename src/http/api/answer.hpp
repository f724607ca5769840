// Role: what a route gives back, as an answer: status, headers, body.
// Owner: the thread of the exchange's loop.
#pragma once

#include "http/api/route.hpp"

namespace hongbao::http {

/// Answers the exchange with it.
void answer_with(Exchange& exchange, Result&& result);

/// The whole of ComeAgain's answer, for a request that no exchange was made for; `lines` are more
/// lines of its head, each with its line break.
std::string render_come_again(std::string_view request_id, std::string_view lines, bool head_only);

} // namespace hongbao::http
