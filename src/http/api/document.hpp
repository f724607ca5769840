// Role: an answer that stays the same as long as the process runs, such as the API's description.
// All views stay valid.
#pragma once

#include <string_view>

namespace hongbao::http {

/// Sent with its entity tag, and compressed to clients that accept it.
struct Document {
    const char* content_type = nullptr;
    std::string_view text;
    std::string_view gzip; // the same, compressed
    std::string_view etag; // strong, with its quotes
    std::string_view gzip_etag;
    const char* content_security_policy = nullptr; // of a page
    const char* vary = "Accept-Encoding";          // the request's headers that it depends on
};

} // namespace hongbao::http
