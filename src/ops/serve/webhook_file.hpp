// Role: the file in the data directory from whose key the secrets of webhooks follow. It is in no
// backup: so a copy of the directory's journal cannot sign as the server that it came from.
// Owner thread: main's.
#pragma once

#include "http/webhooks/deliverer.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace hongbao::ops {

std::filesystem::path webhook_file_in(const std::filesystem::path& data_dir);

/// Reads the key; or makes one, which the deliverer saves. Otherwise a sentence that says what is
/// wrong.
std::optional<std::string> take_webhook_key(const std::filesystem::path& data_dir,
                                            http::WebhookOptions& options);

} // namespace hongbao::ops
