// Role: the form of the file: {"secrets":[{"kid","secret","valid_until"?}],"prepared"?}. Secrets
// are base64url without padding, instants RFC 3339.
#include "http/api/tokens/token_secrets.hpp"

#include "domain/values/invariant.hpp"
#include "domain/values/rfc3339.hpp"
#include "http/api/access/key_text.hpp"
#include "http/api/body/fields.hpp"
#include "http/api/body/json_body.hpp"
#include "http/text/base64url.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sodium.h>

namespace hongbao::http {

namespace {

using nlohmann::json;

constexpr TextRule secret_rule{1, token_secret_bytes_max * 2, TextUse::secret};

json json_of(const TokenSecret& secret) {
    json made{{"kid", secret.kid}, {"secret", to_base64url(secret.bytes)}};
    if (secret.valid_until != 0) {
        made["valid_until"] = domain::to_rfc3339(secret.valid_until);
    }
    return made;
}

TokenSecret read_secret(Fields& fields) {
    TokenSecret secret;
    secret.kid = fields.text("kid", secret_rule);
    if (!is_access_id(secret.kid)) {
        fields.complain("kid", "must have 16 characters of 0-9 and a-f.");
    }
    auto bytes = from_base64url(fields.text("secret", secret_rule));
    if (!bytes) {
        fields.complain("secret", "must be base64url without padding.");
    } else if (bytes->size() < token_secret_bytes_min || bytes->size() > token_secret_bytes_max) {
        fields.complain("secret", "must have 32 to 1,024 bytes: whoever guesses it is any user.");
    } else {
        secret.bytes.append(*bytes); // moving it makes GCC 12 complain
    }
    return secret;
}

} // namespace

TokenSecret make_token_secret() {
    TokenSecret secret{make_access_id(), std::string(token_secret_bytes_min, '\0')};
    randombytes_buf(secret.bytes.data(), secret.bytes.size());
    return secret;
}

const TokenSecret* TokenSecrets::find(std::string_view kid, domain::InstantMs now) const {
    const auto found = std::ranges::find(secrets, kid, &TokenSecret::kid);
    const bool is_good = found != secrets.end() &&
                         (found->valid_until == 0 || !domain::is_expired(now, found->valid_until));
    return is_good ? &*found : nullptr;
}

std::size_t TokenSecrets::count_valid(domain::InstantMs now) const {
    return static_cast<std::size_t>(std::ranges::count_if(secrets, [now](const TokenSecret& one) {
        return one.valid_until == 0 || !domain::is_expired(now, one.valid_until);
    }));
}

TokenSecrets completed(TokenSecrets secrets, domain::InstantMs now) {
    if (!secrets.prepared) {
        return secrets;
    }
    const domain::InstantMs until = secrets.prepared->formers_until;
    TokenSecrets after{{std::move(secrets.prepared->next)}};
    for (TokenSecret& former : secrets.secrets) {
        former.valid_until = former.valid_until == 0 ? until : std::min(former.valid_until, until);
        if (!domain::is_expired(now, former.valid_until)) {
            after.secrets.push_back(std::move(former));
        }
    }
    return after;
}

std::string render_token_secrets(const TokenSecrets& secrets) {
    json made{{"secrets", json::array()}};
    for (const TokenSecret& secret : secrets.secrets) {
        made["secrets"].push_back(json_of(secret));
    }
    if (secrets.prepared) {
        made["prepared"] = json_of(secrets.prepared->next);
        made["prepared"]["formers_until"] = domain::to_rfc3339(secrets.prepared->formers_until);
    }
    return made.dump(2) + "\n";
}

std::variant<TokenSecrets, std::string> parse_token_secrets(std::string_view text) {
    const auto read = read_json(text);
    if (const auto* problem = std::get_if<Problem>(&read)) {
        return "is not what the server wrote: " + problem->detail;
    }
    const auto& value = std::get<json>(read);
    TokenSecrets secrets;
    Fields fields(value);
    fields.each("secrets", 1, token_secrets_read_max, [&](Fields& item) {
        TokenSecret secret = read_secret(item);
        if (!secrets.secrets.empty()) {
            secret.valid_until = item.instant("valid_until");
        }
        if (std::ranges::find(secrets.secrets, secret.kid, &TokenSecret::kid) !=
            secrets.secrets.end()) {
            item.complain("kid", "is that of another secret.", fault_code::duplicate);
        }
        secrets.secrets.push_back(std::move(secret));
    });
    if (const json* prepared = fields.object("prepared")) {
        Fields rotation(*prepared, "prepared.");
        secrets.prepared = TokenRotation{read_secret(rotation), rotation.instant("formers_until")};
        fields.adopt(rotation.problem());
    }
    if (const auto problem = fields.problem()) {
        return "is not what the server wrote: " + problem->detail;
    }
    return secrets;
}

} // namespace hongbao::http
