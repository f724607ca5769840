// Role: the lock on a data directory.
#include "persistence/files/data_directory.hpp"

#include "persistence/files/folder.hpp"
#include "persistence/files/sight.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace hongbao::persistence {

namespace {

/// A process that has taken the lock writes its name a moment later.
constexpr auto lock_look_interval = std::chrono::milliseconds(20);
constexpr int looks_max = 50;

/// Who holds a lock, by its own words: "PID COMMAND", or a PID alone.
struct Holder {
    pid_t pid = 0;
    std::string command;

    /// Without it, the words are those of the holder before.
    bool is_alive() const { return pid > 0 && (::kill(pid, 0) == 0 || errno != ESRCH); }
    bool is_command() const {
        return is_alive() && !command.empty() && command != DataDirectory::server;
    }
    std::string words() const {
        if (!is_alive()) {
            return "another process";
        }
        return "process " + std::to_string(pid) +
               (is_command() ? " (`hongbao " + command + "`)" : std::string());
    }
};

Holder holder_of(int descriptor) {
    std::array<char, 64> text{};
    Holder holder;
    if (::pread(descriptor, text.data(), text.size() - 1, 0) > 0) {
        std::istringstream words(text.data());
        words >> holder.pid >> std::ws;
        std::getline(words, holder.command);
    }
    return holder;
}

/// True if the file names this process; it is only for people to read, and for a start that may
/// wait.
bool write_own_name(int descriptor, std::string_view command) {
    const std::string name = std::to_string(::getpid()) + " " + std::string(command) + "\n";
    return ::ftruncate(descriptor, 0) == 0 &&
           ::pwrite(descriptor, name.data(), name.size(), 0) == static_cast<ssize_t>(name.size());
}

/// 0, or errno.
int lock_exclusively(int descriptor) {
    return ::flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
}

DirectoryRefusal in_use(const std::filesystem::path& path, const Holder& holder) {
    return DirectoryRefusal{"data directory " + path.string() + " is in use by " + holder.words() +
                                (holder.is_command()
                                     ? ", which has to be done first"
                                     : "; stop that server, or name another directory"),
                            true, holder.is_command()};
}

} // namespace

std::variant<DataDirectory, DirectoryRefusal> DataDirectory::open(const std::filesystem::path& path,
                                                                  std::string_view command) {
    auto locked = lock(path, command);
    if (std::holds_alternative<DirectoryRefusal>(locked)) {
        return locked;
    }
    const auto unfinished = is_there(unfinished_path_in(path));
    const auto journal = is_there(journal_path_in(path));
    for (const auto* seen : {&unfinished, &journal}) {
        if (const auto* failure = std::get_if<Failure>(seen)) {
            return DirectoryRefusal{failure->sentence};
        }
    }
    if (std::get<bool>(unfinished)) {
        return DirectoryRefusal{"data directory " + path.string() +
                                " holds a copy that was never completed (journal.partial): make "
                                "that backup or restore once more, or remove the folder"};
    }
    if (std::get<bool>(journal)) {
        return locked;
    }
    const auto broken = broken_path_in(path);
    if (const auto* failure = std::get_if<Failure>(&broken)) {
        return DirectoryRefusal{failure->sentence};
    }
    if (const auto& newest = std::get<std::optional<std::filesystem::path>>(broken)) {
        return DirectoryRefusal{
            "data directory " + path.string() +
            " holds no journal but one that an earlier start found damaged, " + newest->string() +
            ": `hongbao verify --data " + path.string() +
            "` says what is wrong with it. Restore a backup into a new folder; or, once disk "
            "and memory are mended, rename that folder to " +
            journal_path_in(path).string() + " to try it again"};
    }
    return locked;
}

std::variant<std::filesystem::path, Failure>
DataDirectory::next_broken_path_in(const std::filesystem::path& path) {
    std::filesystem::path candidate = path / "journal.broken";
    for (int number = 2;; ++number) {
        auto taken = is_there(candidate);
        if (auto* failure = std::get_if<Failure>(&taken)) {
            return std::move(*failure);
        }
        if (!std::get<bool>(taken)) {
            return candidate;
        }
        candidate = path / ("journal.broken." + std::to_string(number));
    }
}

std::variant<std::optional<std::filesystem::path>, Failure>
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
    if (error && error != std::errc::no_such_file_or_directory) {
        return machine_failure(path, "cannot be read", error.value());
    }
    return newest;
}

std::variant<std::filesystem::path, Failure>
DataDirectory::find_journal(const std::filesystem::path& path) {
    std::filesystem::path journal = journal_path_in(path);
    auto seen = is_there(journal);
    const bool* const found = std::get_if<bool>(&seen);
    if (found != nullptr && !*found) {
        auto broken = broken_path_in(path);
        if (auto* failure = std::get_if<Failure>(&broken)) {
            return std::move(*failure);
        }
        journal = std::get<0>(broken).value_or(journal);
    }
    if (std::holds_alternative<bool>(seen)) {
        seen = is_there(journal / "data.mdb");
    }
    if (auto* failure = std::get_if<Failure>(&seen)) {
        return std::move(*failure);
    }
    return std::get<bool>(seen) ? std::variant<std::filesystem::path, Failure>(std::move(journal))
                                : Failure{"there is no journal in " + path.string()};
}

std::variant<DataDirectory, DirectoryRefusal> DataDirectory::lock(const std::filesystem::path& path,
                                                                  std::string_view command) {
    if (auto failure = make_writable_folder(path)) {
        return DirectoryRefusal{std::move(failure->sentence)};
    }
    AsOwner as_owner(path);
    if (as_owner.failure()) {
        return DirectoryRefusal{as_owner.failure()->sentence};
    }
    if (auto failure = find_files_of_others(path)) {
        return DirectoryRefusal{std::move(failure->sentence)};
    }
    const std::filesystem::path lock_path = lock_path_in(path);
    const int descriptor = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return DirectoryRefusal{"data directory " + path.string() + ": " + lock_path.string() +
                                " cannot be opened: " + words_of(errno, lock_path)};
    }
    // Closes the descriptor on every way out.
    DataDirectory directory(path, std::move(as_owner), descriptor);
    int error = lock_exclusively(descriptor);
    for (int looks = 0; error == EWOULDBLOCK; ++looks) {
        const Holder holder = holder_of(descriptor);
        if (holder.is_alive() || looks == looks_max) {
            return in_use(path, holder);
        }
        std::this_thread::sleep_for(lock_look_interval);
        error = lock_exclusively(descriptor);
    }
    if (error != 0) {
        return DirectoryRefusal{"data directory " + path.string() +
                                " cannot be locked: " + words_of(error, lock_path)};
    }
    directory.is_locked_ = true;
    if (!write_own_name(descriptor, command) && errno != ENOSPC && errno != EDQUOT) {
        return DirectoryRefusal{"data directory " + path.string() + ": " + lock_path.string() +
                                " cannot be written: " + words_of(errno, lock_path)};
    }
    return directory;
}

DataDirectory::DataDirectory(std::filesystem::path path, AsOwner as_owner, int lock_descriptor)
    : path_(std::move(path)), as_owner_(std::move(as_owner)), lock_descriptor_(lock_descriptor) {}

DataDirectory::DataDirectory(DataDirectory&& other) noexcept
    : path_(std::move(other.path_)), as_owner_(std::move(other.as_owner_)),
      lock_descriptor_(std::exchange(other.lock_descriptor_, -1)),
      is_locked_(std::exchange(other.is_locked_, false)) {}

DataDirectory& DataDirectory::operator=(DataDirectory&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(as_owner_, other.as_owner_);
    std::swap(lock_descriptor_, other.lock_descriptor_);
    std::swap(is_locked_, other.is_locked_);
    return *this;
}

DataDirectory::~DataDirectory() {
    if (is_locked_) { // the next holder may not have said its name yet when somebody asks
        static_cast<void>(!::ftruncate(lock_descriptor_, 0));
    }
    if (lock_descriptor_ >= 0) {
        ::close(lock_descriptor_);
    }
}

} // namespace hongbao::persistence
