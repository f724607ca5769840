// Role: the file of the webhooks' key read, or made.
#include "ops/serve/webhook_file.hpp"

#include "persistence/files/secret_file.hpp"
#include "persistence/files/sight.hpp"

#include <algorithm>
#include <string_view>
#include <variant>

namespace hongbao::ops {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

std::string hex_of(const http::WebhookKey& key) {
    std::string text;
    for (const std::uint8_t byte : key) {
        text += digits[byte >> 4U];
        text += digits[byte & 0xfU];
    }
    return text + "\n";
}

std::optional<http::WebhookKey> key_of(std::string_view text) {
    http::WebhookKey key{};
    text = text.substr(0, text.find_last_not_of("\r\n") + 1);
    if (text.size() != 2 * key.size()) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::size_t digit = digits.find(text[i]);
        if (digit == std::string_view::npos) {
            return std::nullopt;
        }
        key[i / 2] = static_cast<std::uint8_t>(key[i / 2] << 4U | digit);
    }
    return key;
}

} // namespace

std::filesystem::path webhook_file_in(const std::filesystem::path& data_dir) {
    return data_dir / "webhook-key";
}

std::optional<std::string> take_webhook_key(const std::filesystem::path& data_dir,
                                            http::WebhookOptions& options) {
    const std::filesystem::path file = webhook_file_in(data_dir);
    const auto there = persistence::is_there(file);
    if (const auto* failure = std::get_if<persistence::Failure>(&there)) {
        return failure->sentence;
    }
    if (!std::get<bool>(there)) {
        options.key = http::make_webhook_key();
        options.save_key = [file, text = hex_of(options.key)]() -> std::optional<std::string> {
            const auto failure = persistence::replace_secret_file(file, text);
            return failure ? std::optional(failure->sentence) : std::nullopt;
        };
        return std::nullopt;
    }
    constexpr std::size_t file_bytes_max = 1'024;
    const auto text = persistence::read_secret_file(file, file_bytes_max);
    if (const auto* failure = std::get_if<persistence::Failure>(&text)) {
        return failure->sentence;
    }
    const auto key = key_of(std::get<std::string>(text));
    if (!key) {
        return file.string() +
               " is not 64 hexadecimal digits. Put it back as it was, or remove it: "
               "then webhooks get new secrets, and are paused until they are resumed";
    }
    options.key = *key;
    return std::nullopt;
}

} // namespace hongbao::ops
