// Role: looks at what was opened, not at what a name leads to by then.
#include "ops/doctor/machine/own_file.hpp"

#include "persistence/files/descriptor.hpp"
#include "persistence/files/sight.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

namespace hongbao::ops::doctor {

namespace {

constexpr mode_t rights = 07777;

std::string failed(const std::filesystem::path& path, const char* what, int error) {
    return persistence::machine_failure(path, what, error).sentence;
}

/// Why it is better left alone.
std::optional<std::string> stranger(const std::filesystem::path& path, const struct stat& found,
                                    const std::filesystem::path& data_dir) {
    struct stat folder {};
    if (::stat(data_dir.c_str(), &folder) != 0) {
        return failed(data_dir, "cannot be looked at", errno);
    }
    const bool is_known =
        S_ISREG(found.st_mode) || S_ISDIR(found.st_mode) || S_ISSOCK(found.st_mode);
    if (!is_known || found.st_uid != folder.st_uid ||
        (!S_ISDIR(found.st_mode) && found.st_nlink != 1)) {
        return path.string() + " is left alone: it is a link, or another user's";
    }
    return std::nullopt;
}

} // namespace

std::optional<mode_t> mode_of(const std::filesystem::path& path) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0 || (!S_ISREG(found.st_mode) && !S_ISDIR(found.st_mode))) {
        return std::nullopt;
    }
    return found.st_mode & rights;
}

std::string mode_in_words(mode_t mode) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "%04o", mode & rights);
    return text.data();
}

std::optional<std::string> change_mode(const std::filesystem::path& path,
                                       const std::filesystem::path& data_dir, mode_t mode) {
    const persistence::Descriptor file(
        ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat found {};
    if (!file || ::fstat(file.get(), &found) != 0) {
        return failed(path, "cannot be opened", errno);
    }
    if (auto why = stranger(path, found, data_dir)) {
        return why;
    }
    return ::fchmod(file.get(), mode) == 0
               ? std::nullopt
               : std::optional(failed(path, "cannot be changed", errno));
}

std::optional<std::string> remove_file(const std::filesystem::path& path,
                                       const std::filesystem::path& data_dir) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) {
        return errno == ENOENT ? std::nullopt
                               : std::optional(failed(path, "cannot be looked at", errno));
    }
    if (auto why = stranger(path, found, data_dir); why || S_ISDIR(found.st_mode)) {
        return why ? why : path.string() + " is a folder, and left alone";
    }
    return ::unlink(path.c_str()) == 0 || errno == ENOENT
               ? std::nullopt
               : std::optional(failed(path, "cannot be removed", errno));
}

} // namespace hongbao::ops::doctor
