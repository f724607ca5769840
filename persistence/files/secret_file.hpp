// Role: files with a secret in them, which nobody else may read: a key to show, a private key of
// TLS, what tokens and webhooks are signed with. Owner thread: any.
#pragma once

#include "persistence/failure.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace hongbao::persistence {

/// What keeps the file from holding a secret: it is missing or no file, or its group or others may
/// read or write it. The sentence has the chmod that mends it.
std::optional<Failure> find_fault_of_secret_file(const std::filesystem::path& path);

/// Its content, looked at and read through one descriptor.
std::variant<std::string, Failure> read_secret_file(const std::filesystem::path& path,
                                                    std::size_t bytes_max);

/// Puts a file with this content in its place (mode 0600): whole or not at all, and synced. It is
/// written beside it, as PATH.new, and renamed.
std::optional<Failure> replace_secret_file(const std::filesystem::path& path,
                                           std::string_view content);

} // namespace hongbao::persistence
