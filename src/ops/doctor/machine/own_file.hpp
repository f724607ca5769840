// Role: changes of files in a data directory that cannot go astray: never through a link, never to
// a file that has another name elsewhere, never to another user's. Owner thread: any.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

namespace hongbao::ops::doctor {

/// The bits of rights; nothing if it cannot be seen, or is neither a file nor a folder.
std::optional<mode_t> mode_of(const std::filesystem::path& path);

/// "0644"
std::string mode_in_words(mode_t mode);

/// Sets the mode of a file or a folder that belongs to the owner of the data directory. Why it
/// could not be done.
std::optional<std::string> change_mode(const std::filesystem::path& path,
                                       const std::filesystem::path& data_dir, mode_t mode);

/// Removes a file, or a socket, of that owner. It may be gone already.
std::optional<std::string> remove_file(const std::filesystem::path& path,
                                       const std::filesystem::path& data_dir);

} // namespace hongbao::ops::doctor
