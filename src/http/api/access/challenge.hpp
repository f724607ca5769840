// Role: what WWW-Authenticate says to whoever is refused for want of a credential (RFC 6750,
// section 3). Pure.
#pragma once

#include <string_view>

namespace hongbao::http {

/// Empty: a problem with this code is no matter of credentials. A request that came with none is
/// told no error.
constexpr std::string_view challenge_of(std::string_view code) {
    if (code == "credential_missing") {
        return R"(Bearer realm="hongbao")";
    }
    if (code == "credential_invalid") {
        return R"(Bearer realm="hongbao", error="invalid_token")";
    }
    if (code == "credential_expired") {
        return R"(Bearer realm="hongbao", error="invalid_token", error_description="expired")";
    }
    if (code == "not_allowed") {
        return R"(Bearer realm="hongbao", error="insufficient_scope")";
    }
    return {};
}

} // namespace hongbao::http
