// Role: makes and syncs folders.
#include "persistence/files/folder.hpp"

#include "persistence/files/file_system.hpp"
#include "persistence/files/sight.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace hongbao::persistence {

namespace {

constexpr mode_t owner_only = 0700;

Failure failure(const std::filesystem::path& path, const char* what) {
    Failure failed = machine_failure(path, what, errno);
    failed.sentence.insert(0, "folder ");
    return failed;
}

} // namespace

std::optional<Failure> make_folder(const std::filesystem::path& path) {
    if (path.empty() || path == path.root_path()) {
        return std::nullopt;
    }
    struct stat found {};
    auto seen = is_there(path);
    if (auto* cannot = std::get_if<Failure>(&seen)) {
        return std::move(*cannot);
    }
    if (std::get<bool>(seen)) {
        const bool is_folder = ::stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode);
        errno = ENOTDIR;
        return is_folder ? std::nullopt : std::optional(failure(path, "cannot be used"));
    }
    const std::filesystem::path above =
        path.has_filename() ? path.parent_path() : path.parent_path().parent_path();
    if (auto above_failed = make_folder(above)) {
        return above_failed;
    }
    if (::mkdir(path.c_str(), owner_only) != 0 && errno != EEXIST) {
        return failure(path, "cannot be made");
    }
    return sync_folder(above.empty() ? "." : above);
}

std::optional<Failure> make_writable_folder(const std::filesystem::path& path) {
    auto refused = refuse_file_system(path);
    return refused ? refused : make_folder(path);
}

std::optional<Failure> sync_folder(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) {
        return failure(path, "cannot be opened");
    }
    const int rc = ::fsync(descriptor);
    const int error = errno;
    ::close(descriptor);
    errno = error;
    return rc == 0 ? std::nullopt : std::optional(failure(path, "cannot be synced"));
}

std::optional<Failure> sync_and_forget(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    const int error = descriptor < 0 || ::fsync(descriptor) != 0 ? errno : 0;
    if (descriptor >= 0) {
        ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
        ::close(descriptor);
    }
    return error == 0 ? std::nullopt
                      : std::optional(machine_failure(file, "cannot be synced", error));
}

} // namespace hongbao::persistence
