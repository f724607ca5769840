// Role: the lock on a data directory.
#include "persistence/data_directory.hpp"

#include "persistence/folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace hongbao::persistence {

namespace {

std::string holder_of(int descriptor) {
    std::array<char, 32> text{};
    const ssize_t size = ::pread(descriptor, text.data(), text.size() - 1, 0);
    std::string pid(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    pid.erase(pid.find_last_not_of(" \n") + 1);
    return pid.empty() ? "another process" : "process " + pid;
}

/// True if the file names this process; it is only for people to read.
bool write_own_pid(int descriptor) {
    const std::string pid = std::to_string(::getpid()) + "\n";
    return ::ftruncate(descriptor, 0) == 0 &&
           ::pwrite(descriptor, pid.data(), pid.size(), 0) == static_cast<ssize_t>(pid.size());
}

} // namespace

std::variant<DataDirectory, DirectoryRefusal>
DataDirectory::open(const std::filesystem::path& path) {
    auto locked = lock(path);
    std::error_code ignored;
    if (std::holds_alternative<DataDirectory>(locked) &&
        std::filesystem::exists(unfinished_path_in(path), ignored)) {
        return DirectoryRefusal{"data directory " + path.string() +
                                " holds a copy that was never completed (journal.partial): make "
                                "that backup or restore once more, or remove the folder"};
    }
    if (std::holds_alternative<DataDirectory>(locked) &&
        !std::filesystem::exists(journal_path_in(path), ignored)) {
        if (const auto broken = broken_path_in(path)) {
            return DirectoryRefusal{
                "data directory " + path.string() +
                " holds no journal but one that an earlier start found damaged, " +
                broken->string() + ": `hongbao verify --data " + path.string() +
                "` says what is wrong with it. Restore a backup into a new folder; or, once disk "
                "and memory are mended, rename that folder to " +
                journal_path_in(path).string() + " to try it again"};
        }
    }
    return locked;
}

std::filesystem::path DataDirectory::next_broken_path_in(const std::filesystem::path& path) {
    std::error_code ignored;
    std::filesystem::path candidate = path / "journal.broken";
    for (int number = 2; std::filesystem::exists(candidate, ignored); ++number) {
        candidate = path / ("journal.broken." + std::to_string(number));
    }
    return candidate;
}

std::optional<std::filesystem::path>
DataDirectory::broken_path_in(const std::filesystem::path& path) {
    constexpr std::string_view first = "journal.broken";
    std::optional<std::filesystem::path> newest;
    long newest_number = 0;
    std::error_code error;
    std::filesystem::directory_iterator entries(path, error);
    for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
        const std::string name = entries->path().filename().string();
        const bool is_numbered = name.starts_with(std::string(first) + ".");
        if (name != first && !is_numbered) {
            continue;
        }
        const long number =
            is_numbered ? std::strtol(name.c_str() + first.size() + 1, nullptr, 10) : 1;
        if (number > newest_number) {
            newest = entries->path();
            newest_number = number;
        }
    }
    return newest;
}

std::filesystem::path DataDirectory::journal_to_read_in(const std::filesystem::path& path) {
    std::error_code ignored;
    const auto journal = journal_path_in(path);
    return std::filesystem::exists(journal, ignored) ? journal
                                                     : broken_path_in(path).value_or(journal);
}

std::variant<DataDirectory, DirectoryRefusal>
DataDirectory::lock(const std::filesystem::path& path) {
    if (auto failure = make_folder(path)) {
        return DirectoryRefusal{failure->sentence};
    }
    const std::filesystem::path lock_path = lock_path_in(path);
    const int descriptor = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return DirectoryRefusal{"data directory " + path.string() + ": " + lock_path.string() +
                                " cannot be opened: " + std::strerror(errno)};
    }
    DataDirectory directory(path, descriptor); // closes the descriptor on every way out
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            return DirectoryRefusal{"data directory " + path.string() + " is in use by " +
                                        holder_of(descriptor) +
                                        "; stop that server, or name another directory",
                                    true};
        }
        return DirectoryRefusal{"data directory " + path.string() +
                                " cannot be locked: " + std::strerror(errno)};
    }
    if (!write_own_pid(descriptor)) {
        return DirectoryRefusal{"data directory " + path.string() + ": " + lock_path.string() +
                                " cannot be written: " + std::strerror(errno)};
    }
    return directory;
}

DataDirectory::DataDirectory(std::filesystem::path path, int lock_descriptor)
    : path_(std::move(path)), lock_descriptor_(lock_descriptor) {}

DataDirectory::DataDirectory(DataDirectory&& other) noexcept
    : path_(std::move(other.path_)), lock_descriptor_(std::exchange(other.lock_descriptor_, -1)) {}

DataDirectory& DataDirectory::operator=(DataDirectory&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(lock_descriptor_, other.lock_descriptor_);
    return *this;
}

DataDirectory::~DataDirectory() {
    if (lock_descriptor_ >= 0) {
        ::close(lock_descriptor_);
    }
}

} // namespace hongbao::persistence
