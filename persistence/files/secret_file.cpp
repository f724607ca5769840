// Role: looks at a file's mode before its content; writes beside it and renames, so that no end
// leaves half a file.
#include "persistence/files/secret_file.hpp"

#include "persistence/files/descriptor.hpp"
#include "persistence/files/folder.hpp"
#include "persistence/files/sight.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

namespace hongbao::persistence {

namespace {

Descriptor open_to_look_at(const std::filesystem::path& path) {
    return Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
}

bool write_all(const Descriptor& file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(file.get(), text.data(), text.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return false;
        }
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

Failure refused(std::string&& sentence) {
    Failure failure{std::move(sentence)};
    failure.is_of_machine = true;
    return failure;
}

std::optional<Failure> find_fault(const Descriptor& file, const std::filesystem::path& path) {
    struct stat found {};
    if (!file || ::fstat(file.get(), &found) != 0) {
        return machine_failure(path, "cannot be read", errno);
    }
    if (!S_ISREG(found.st_mode)) {
        return refused(path.string() + " is not a file");
    }
    if ((found.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        std::array<char, 8> mode{};
        std::snprintf(mode.data(), mode.size(), "%04o", found.st_mode & 07777U);
        return refused(path.string() + " holds a secret, and its mode " + mode.data() +
                       " lets others at it: chmod 600 " + path.string());
    }
    return std::nullopt;
}

} // namespace

std::optional<Failure> find_fault_of_secret_file(const std::filesystem::path& path) {
    return find_fault(open_to_look_at(path), path);
}

std::variant<std::string, Failure> read_secret_file(const std::filesystem::path& path,
                                                    std::size_t bytes_max) {
    const Descriptor file = open_to_look_at(path);
    if (auto fault = find_fault(file, path)) {
        return std::move(*fault);
    }
    std::string text;
    std::array<char, 4'096> part{};
    for (;;) {
        const ssize_t count = ::read(file.get(), part.data(), part.size());
        if (count < 0) {
            return machine_failure(path, "cannot be read", errno);
        }
        if (count == 0) {
            return text;
        }
        text.append(part.data(), static_cast<std::size_t>(count));
        if (text.size() > bytes_max) {
            return refused(path.string() + " has more than " + std::to_string(bytes_max) +
                           " bytes");
        }
    }
}

std::optional<Failure> replace_secret_file(const std::filesystem::path& path,
                                           std::string_view content) {
    const std::filesystem::path beside = path.string() + ".new";
    // What an earlier end left there may have other rights.
    if (::unlink(beside.c_str()) != 0 && errno != ENOENT) {
        return machine_failure(beside, "cannot be removed", errno);
    }
    {
        const Descriptor file(::open(beside.c_str(),
                                     O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                                     S_IRUSR | S_IWUSR));
        if (!file || !write_all(file, content) || ::fsync(file.get()) != 0) {
            return machine_failure(beside, "cannot be written", errno);
        }
    }
    if (::rename(beside.c_str(), path.c_str()) != 0) {
        return machine_failure(path, "cannot be replaced", errno);
    }
    return sync_folder(path.parent_path());
}

} // namespace hongbao::persistence
