// Role: noticing that an LMDB file was cut short, before a read of what is missing ends the
// process.
#pragma once

#include "persistence/failure.hpp"

#include <lmdb.h>

#include <filesystem>
#include <optional>
#include <string>

namespace hongbao::persistence {

/// LMDB may leave a few last pages unwritten that it allocated and gave back: at most this many are
/// missing from a file that nobody has filled up.
inline constexpr std::uint64_t unwritten_pages_max = 64;

/// `name` begins the sentence: what the file is and where it lies.
std::optional<Failure> find_missing_pages(MDB_env* environment, const std::filesystem::path& file,
                                          const std::string& name, std::uint64_t missing_pages_max);

/// Makes the file as long as LMDB thinks it is, so that none may be missing any more.
void fill_up(MDB_env* environment);

} // namespace hongbao::persistence
