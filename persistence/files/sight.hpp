// Role: telling what is missing from what cannot be seen, and saying why in words that help: who
// asked, whose it is, which limit. Owner thread: any.
#pragma once

#include "persistence/failure.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace hongbao::persistence {

/// Whether something is there; links are followed. Only what is surely missing is false: without
/// rights, behind a link to nothing, under a name too long, and so on, it is a failure.
std::variant<bool, Failure> is_there(const std::filesystem::path& path);

/// The words of an errno or of LMDB. `path` is what it was about, a file or an LMDB folder: without
/// rights they name the asking user and the owner, and the chown that mends it, if that is enough.
std::string words_of(int error, const std::filesystem::path& path = {});

/// Whether an errno, or LMDB's error, says nothing of what is stored: rights, limits, room, names.
bool is_machine_error(int error);

/// "PATH WHAT: words". The machine is to blame, and nothing that is stored.
Failure machine_failure(const std::filesystem::path& path, std::string_view what, int error);

/// What in a data directory this process may not write because it belongs to another user, as
/// after commands that root has run there.
std::optional<Failure> find_files_of_others(const std::filesystem::path& data_dir);

/// Addresses that this process may still map; nothing if there is no limit.
std::optional<std::uint64_t> address_bytes_left();

} // namespace hongbao::persistence
