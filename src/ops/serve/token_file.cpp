// Role: the file of secrets read, completed and replaced; the issuer's key read.
#include "ops/serve/token_file.hpp"

#include "persistence/files/secret_file.hpp"
#include "persistence/files/sight.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string_view>

namespace hongbao::ops {

namespace {

constexpr std::size_t token_file_bytes_max = std::size_t{256} << 10;
constexpr const char* otherwise =
    "; or remove it: then the start makes new secrets, and all tokens have to be issued anew";

} // namespace

std::variant<http::TokenIssuerPtr, std::string>
read_token_issuer(const config::Settings& settings) {
    if (settings.token_issuer_key_file.empty()) {
        return http::TokenIssuerPtr();
    }
    const std::string name = "token_issuer_key_file " + settings.token_issuer_key_file;
    errno = 0;
    std::ifstream file(settings.token_issuer_key_file, std::ios::binary);
    const std::string pem(std::istreambuf_iterator<char>(file), {});
    if (!file || pem.size() > token_file_bytes_max) {
        return name + " cannot be read: " + (errno != 0 ? std::strerror(errno) : "it is no file");
    }
    auto key = http::PublicKey::read(pem, settings.token_issuer_algorithm == "RS256"
                                              ? http::TokenAlgorithm::rs256
                                              : http::TokenAlgorithm::es256);
    if (const auto* fault = std::get_if<std::string>(&key)) {
        return name + " " + *fault;
    }
    http::TokenIssuer issuer;
    issuer.key = std::move(std::get<http::PublicKeyPtr>(key));
    issuer.issuer = settings.token_issuer;
    issuer.audience = settings.token_audience;
    issuer.user_claim = settings.token_user_claim;
    return std::make_shared<const http::TokenIssuer>(std::move(issuer));
}

std::filesystem::path token_file_in(const std::filesystem::path& data_dir) {
    return data_dir / "token-secrets.json";
}

std::optional<std::string> save_token_secrets(const std::filesystem::path& file,
                                              const http::TokenSecrets& secrets) {
    if (auto failure =
            persistence::replace_secret_file(file, http::render_token_secrets(secrets))) {
        return std::move(failure->sentence);
    }
    return std::nullopt;
}

std::variant<http::TokenSecrets, std::string> take_token_secrets(const std::filesystem::path& file,
                                                                 domain::InstantMs now) {
    const auto there = persistence::is_there(file);
    if (const auto* failure = std::get_if<persistence::Failure>(&there)) {
        return failure->sentence;
    }
    http::TokenSecrets secrets{{http::make_token_secret()}};
    if (std::get<bool>(there)) {
        auto text = persistence::read_secret_file(file, token_file_bytes_max);
        if (const auto* failure = std::get_if<persistence::Failure>(&text)) {
            return failure->sentence + otherwise;
        }
        auto parsed = http::parse_token_secrets(std::get<std::string>(text));
        if (const auto* fault = std::get_if<std::string>(&parsed)) {
            return file.string() + " " + *fault + " Mend it" + otherwise;
        }
        secrets = std::move(std::get<http::TokenSecrets>(parsed));
        if (!secrets.prepared) {
            return secrets;
        }
        secrets = http::completed(std::move(secrets), now);
    }
    if (auto sentence = save_token_secrets(file, secrets)) {
        return std::move(*sentence);
    }
    return secrets;
}

std::variant<http::TokenOptions, std::string> token_options(const config::Settings& settings,
                                                            const std::filesystem::path& data_dir,
                                                            domain::InstantMs now) {
    http::TokenOptions options;
    const std::filesystem::path file = token_file_in(data_dir);
    auto secrets = take_token_secrets(file, now);
    if (auto* sentence = std::get_if<std::string>(&secrets)) {
        return std::move(*sentence);
    }
    options.secrets = std::move(std::get<http::TokenSecrets>(secrets));
    options.save = [file](const http::TokenSecrets& changed) {
        return save_token_secrets(file, changed);
    };
    options.cache_max = static_cast<std::size_t>(settings.token_cache_max);
    auto issuer = read_token_issuer(settings);
    if (auto* sentence = std::get_if<std::string>(&issuer)) {
        return std::move(*sentence);
    }
    options.issuer = std::move(std::get<http::TokenIssuerPtr>(issuer));
    return options;
}

} // namespace hongbao::ops
