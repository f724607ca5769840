// Role: the secrets of webhooks, and signatures by them, after the convention of Standard Webhooks
// (standardwebhooks.com): HMAC-SHA256 over id, time and body.
// Secrets are in no record and in no backup: each follows from a key in a file of the data
// directory, the webhook's id and the version of its secret. Pure; any thread.
#pragma once

#include "domain/administration/events.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace hongbao::http {

/// 256 random bits, from which the secrets of all webhooks follow.
using WebhookKey = std::array<std::uint8_t, 32>;
WebhookKey make_webhook_key();

/// 32 bytes: HMAC-SHA256 by the key, of "ID.VERSION".
std::string webhook_secret(const WebhookKey& key, std::string_view webhook_id,
                           std::int64_t version);
/// As people are shown it: "whsec_" and base64.
std::string shown_secret(std::string_view secret);

/// "v1," and the signature in base64. `at_s`: seconds since 1970.
std::string sign_delivery(std::string_view secret, std::string_view message_id, std::int64_t at_s,
                          std::string_view body);

} // namespace hongbao::http
