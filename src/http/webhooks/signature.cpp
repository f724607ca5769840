// Role: HMAC and base64 by libsodium.
#include "http/webhooks/signature.hpp"

#include <sodium.h>

namespace hongbao::http {

namespace {

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, bytes_of(key), key.size());
    crypto_auth_hmacsha256_update(&state, bytes_of(text), text.size());
    std::string mac(crypto_auth_hmacsha256_BYTES, '\0');
    crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(mac.data()));
    return mac;
}

std::string base64(std::string_view bytes) {
    constexpr int variant = sodium_base64_VARIANT_ORIGINAL;
    std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes_of(bytes), bytes.size(), variant);
    text.pop_back(); // its end is a zero
    return text;
}

} // namespace

WebhookKey make_webhook_key() {
    WebhookKey key{};
    randombytes_buf(key.data(), key.size());
    return key;
}

std::string webhook_secret(const WebhookKey& key, std::string_view webhook_id,
                           std::int64_t version) {
    return hmac_sha256({reinterpret_cast<const char*>(key.data()), key.size()},
                       std::string(webhook_id) + "." + std::to_string(version));
}

std::string shown_secret(std::string_view secret) {
    return "whsec_" + base64(secret);
}

std::string sign_delivery(std::string_view secret, std::string_view message_id, std::int64_t at_s,
                          std::string_view body) {
    std::string text(message_id);
    text.append(".").append(std::to_string(at_s)).append(".").append(body);
    return "v1," + base64(hmac_sha256(secret, text));
}

} // namespace hongbao::http
