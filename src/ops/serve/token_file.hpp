// Role: what a server signs and verifies tokens by: the secrets in DATA/token-secrets.json, made at
// the first start, its owner's alone; and the public key of an issuer, if the settings name one.
// The file is no part of the journal or of a backup: after a restore on another machine tokens are
// issued anew.
// Owner thread: main's at the start; whichever rotates the secrets later.
#pragma once

#include "config/settings.hpp"
#include "domain/values/instant.hpp"
#include "http/api/server_options.hpp"
#include "http/api/tokens/token_secrets.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <variant>

namespace hongbao::ops {

std::filesystem::path token_file_in(const std::filesystem::path& data_dir);

/// What the file has; it is made if it is missing, and a rotation that was under way is completed.
/// Or the sentence that says what is wrong, and what mends it.
std::variant<http::TokenSecrets, std::string> take_token_secrets(const std::filesystem::path& file,
                                                                 domain::InstantMs now);

/// Whole or not at all, and synced. A sentence if it could not be written.
std::optional<std::string> save_token_secrets(const std::filesystem::path& file,
                                              const http::TokenSecrets& secrets);

/// The issuer that the settings name, null if they name none; or the sentence. Its key is public:
/// whoever may read the file.
std::variant<http::TokenIssuerPtr, std::string> read_token_issuer(const config::Settings& settings);

/// Everything about tokens that a server is given; or the sentence.
std::variant<http::TokenOptions, std::string> token_options(const config::Settings& settings,
                                                            const std::filesystem::path& data_dir,
                                                            domain::InstantMs now);

} // namespace hongbao::ops
