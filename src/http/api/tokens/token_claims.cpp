// Role: checks claim after claim (RFC 7519, section 4.1). The last check is the time: whoever is
// told that a token has expired knows that it was good before.
#include "http/api/tokens/token_claims.hpp"

#include "http/api/paths/path_ids.hpp"
#include "http/api/tokens/token.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace hongbao::http {

namespace {

using nlohmann::json;

constexpr std::int64_t instant_s_max = 253'402'300'799; // of the year 9999

const json* find_claim(const json& claims, std::string_view name) {
    const auto found = claims.find(name);
    return found == claims.end() ? nullptr : &*found;
}

const std::string* text_in(const json* claim) {
    return claim != nullptr && claim->is_string() ? claim->get_ptr<const std::string*>() : nullptr;
}

/// A NumericDate in whole seconds: some issuers write fractions.
std::optional<domain::InstantMs> instant_in(const json& claim) {
    if (claim.is_number_unsigned()) {
        const auto seconds = claim.get<std::uint64_t>();
        return seconds <= static_cast<std::uint64_t>(instant_s_max)
                   ? std::optional(static_cast<std::int64_t>(seconds) * domain::ms_per_s)
                   : std::nullopt;
    }
    if (claim.is_number_float()) {
        const auto seconds = claim.get<double>();
        return seconds >= 0 && seconds <= static_cast<double>(instant_s_max)
                   ? std::optional(static_cast<std::int64_t>(seconds) * domain::ms_per_s)
                   : std::nullopt;
    }
    return std::nullopt;
}

bool names_audience(const json* claim, std::string_view audience) {
    if (const std::string* one = text_in(claim)) {
        return *one == audience;
    }
    if (claim == nullptr || !claim->is_array() ||
        !std::ranges::all_of(*claim, [](const json& item) { return item.is_string(); })) {
        return false;
    }
    return std::ranges::any_of(
        *claim, [&](const json& item) { return item.get_ref<const std::string&>() == audience; });
}

/// Absent, or not later than now: the clocks of other machines may be a little ahead.
bool has_begun(const json* claim, domain::InstantMs now) {
    if (claim == nullptr) {
        return true;
    }
    const auto instant = instant_in(*claim);
    return instant && *instant <= now + token_leeway_ms;
}

} // namespace

Problem token_invalid(std::string_view detail) {
    return Problem{"credential_invalid", std::string(detail)};
}

Problem token_expired() {
    return Problem{"credential_expired", "The time of this token is over."};
}

std::variant<Credential, Problem> credential_in(const json& claims, const ExpectedClaims& expected,
                                                domain::InstantMs now) {
    if (!claims.is_object()) {
        return token_invalid("The token has no claims.");
    }
    if (!expected.issuer.empty()) {
        const std::string* issuer = text_in(find_claim(claims, "iss"));
        if (issuer == nullptr || *issuer != expected.issuer) {
            return token_invalid("The token is of another issuer.");
        }
    }
    if (!names_audience(find_claim(claims, "aud"), expected.audience)) {
        return token_invalid("The token is for another audience, or for none.");
    }
    const std::string* user_id = text_in(find_claim(claims, expected.user_claim));
    if (user_id == nullptr || !domain::is_valid_user_id(*user_id)) {
        return token_invalid("The token names no user.");
    }
    Credential credential;
    credential.principal = {domain::Scope::user, "user:" + *user_id, *user_id, 0};
    if (const json* only = find_claim(claims, "only")) {
        const std::string* id = text_in(only);
        const auto entity = id != nullptr ? read_id(*id) : std::nullopt;
        if (!entity) {
            return token_invalid("The token is for one packet, campaign or sale, but its id is "
                                 "none.");
        }
        credential.principal.only_entity = *entity;
    }
    if (!has_begun(find_claim(claims, "nbf"), now) || !has_begun(find_claim(claims, "iat"), now)) {
        return token_invalid("The token is not valid yet.");
    }
    const json* expiry = find_claim(claims, "exp");
    const auto expires_at = expiry != nullptr ? instant_in(*expiry) : std::nullopt;
    if (!expires_at) {
        return token_invalid("The token does not say when it expires.");
    }
    if (*expires_at > now + token_life_s_max * domain::ms_per_s + token_leeway_ms) {
        return token_invalid("The token is valid for too long: 30 days are the most.");
    }
    if (domain::is_expired(now, *expires_at)) {
        return token_expired();
    }
    credential.expires_at = *expires_at;
    return credential;
}

} // namespace hongbao::http
