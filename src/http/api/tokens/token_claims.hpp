// Role: what a token says, once its signature is known to be right. Pure.
#pragma once

#include "http/api/access/credential.hpp"
#include "http/api/problem.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string_view>
#include <variant>

namespace hongbao::http {

struct ExpectedClaims {
    std::string_view issuer; // empty: anything, or nothing
    std::string_view audience;
    std::string_view user_claim;
};

/// The credential of the user whom the token is for; or why it is good for nothing.
std::variant<Credential, Problem>
credential_in(const nlohmann::json& claims, const ExpectedClaims& expected, domain::InstantMs now);

Problem token_invalid(std::string_view detail);
Problem token_expired();

} // namespace hongbao::http
