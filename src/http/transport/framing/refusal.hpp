// Role: every answer that the transport gives by itself, before a handler is asked. A closed enum
// and its table. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hongbao::http {

enum class Refusal : std::uint8_t {
    RequestLineMalformed,
    VersionUnsupported,
    TargetMalformed,
    HeaderMalformed,
    HeaderFolded,
    LineBreakBare,
    CharacterForbidden,
    HostMissing,
    HostRepeated,
    HostMalformed,
    ContentLengthInvalid,
    ContentLengthRepeated,
    RequestTimedOut,
    LengthRequired,
    BodyTooLarge,
    TargetTooLong,
    ContentEncodingUnsupported,
    HeadTooLarge,
    HeadersTooMany,
    ConnectionsTooMany,
    Overloaded,
    TooSlow,
    Draining,
};

struct RefusalText {
    int status;
    std::string_view phrase;         // the status's own
    std::string_view code;           // stable, for programs
    std::string_view detail;         // for people
    std::string_view title = phrase; // the code's own: the same wherever it is told
};

const RefusalText& text_of(Refusal refusal);

// The whole response, head and problem+json body, with `Connection: close`; 503 has `Retry-After`.
// `request_id` must be safe within JSON and a header line (see request_id.hpp). `lines` are more
// lines of the head, each with its line break. To HEAD the head is all.
std::string render_refusal(Refusal refusal, std::string_view request_id,
                           std::string_view lines = {}, bool head_only = false);

} // namespace hongbao::http
