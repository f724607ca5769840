// Role: memory that nobody else reads, and a warning about a folder that others can read.
#include "ops/serve/secrecy.hpp"

#include "ops/cli/say.hpp"

#include <sys/prctl.h>
#include <sys/stat.h>

#include <array>
#include <cstdio>

namespace hongbao::ops {

void keep_memory_secret(bool debuggable) {
    if (debuggable) {
        warn(
            "debuggable = on: a core, a debugger and a profiler see the secrets of this server and "
            "of its clients");
    } else {
        ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    }
}

std::string others_let_into(const std::string& folder) {
    struct stat found {};
    if (::stat(folder.c_str(), &found) != 0 || (found.st_mode & (S_IRWXG | S_IRWXO)) == 0) {
        return {};
    }
    std::array<char, 8> mode{};
    std::snprintf(mode.data(), mode.size(), "%04o", found.st_mode & 07777U);
    return "the mode " + std::string(mode.data()) + " of " + folder +
           " lets others of this machine in, where everybody's money is: chmod 700 " + folder;
}

} // namespace hongbao::ops
