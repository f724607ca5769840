// Role: who holds a data directory, without holding it.
// Owner thread: any.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace hongbao::ops::doctor {

struct LockHolder {
    bool is_held = false;
    pid_t process = 0;   // by the holder's own words; 0: none
    std::string command; // "serve", "archive"

    bool is_server() const { return is_held && (command.empty() || command == "serve"); }
};

/// The lock is tried for a moment, as readers share it: a start that comes just then tries again.
LockHolder holder_of_lock(const std::filesystem::path& lock);

} // namespace hongbao::ops::doctor
