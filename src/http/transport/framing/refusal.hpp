// Role: every answer that the transport gives by itself, before a handler is asked. A closed enum
// and its table. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hongbao::http {

enum class Refusal : std::uint8_t {
    request_line_malformed,
    version_unsupported,
    target_malformed,
    header_malformed,
    header_folded,
    line_break_bare,
    character_forbidden,
    host_missing,
    host_repeated,
    host_malformed,
    tls_missing,
    content_length_invalid,
    content_length_repeated,
    request_timed_out,
    length_required,
    body_too_large,
    target_too_long,
    content_encoding_unsupported,
    head_too_large,
    headers_too_many,
    connections_too_many,
    overloaded,
    too_slow,
    draining,
};

struct RefusalText {
    int status;
    std::string_view phrase; // the status's own
    std::string_view code;   // stable, for programs
    std::string_view detail; // for people
    std::string_view title;  // the code's own: the same wherever it is told
};

const RefusalText& text_of(Refusal refusal);

/// The whole response, head and problem+json body, with `Connection: close`; 503 has `Retry-After`.
/// `request_id` must be safe within JSON and a header line (see request_id.hpp). `lines` are more
/// lines of the head, each with its line break. To HEAD the head is all.
std::string render_refusal(Refusal refusal, std::string_view request_id,
                           std::string_view lines = {}, bool head_only = false);

} // namespace hongbao::http
