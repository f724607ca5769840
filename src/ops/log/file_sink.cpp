// Role: opens and writes.
#include "ops/log/file_sink.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace hongbao::ops {

namespace {

constexpr mode_t for_its_owner = 0600;

std::string fault_of(const std::string& path, int error) {
    return "log_file = \"" + path + "\" cannot be opened: " + std::strerror(error);
}

std::string fault_of_kind(const std::string& path) {
    return "log_file = \"" + path +
           "\" is not a regular file: name one, or leave it empty for stderr";
}

/// A regular file, or the errno; 0: it is none.
int open_to_append(const std::string& path, int& descriptor) {
    // A pipe without a reader would hold the opening.
    descriptor =
        ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, for_its_owner);
    if (descriptor < 0) {
        return errno == ENXIO ? 0 : errno;
    }
    struct stat about {};
    if (::fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode)) {
        return 0;
    }
    ::close(std::exchange(descriptor, -1));
    return 0;
}

} // namespace

FileSink::~FileSink() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

std::string FileSink::open() {
    if (const int error = open_to_append(path_, descriptor_); error != 0) {
        return fault_of(path_, error);
    }
    return descriptor_ >= 0 ? "" : fault_of_kind(path_);
}

void FileSink::sink_it_(const spdlog::details::log_msg& message) {
    if (reopen_wanted_.exchange(false)) {
        int fresh = -1;
        const int error = open_to_append(path_, fresh);
        if (fresh >= 0) {
            ::close(std::exchange(descriptor_, fresh));
            line_is_broken_ = false;
        } else {
            reopen_fault_ = error != 0 ? error : EINVAL;
        }
    }
    if (message.payload.size() > 0) {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        const int error = write({line.data(), line.size()});
        if (error != 0) {
            lost_.fetch_add(1);
        }
        fault_ = error;
    }
    done_.fetch_add(1, std::memory_order_release);
}

/// 0, or the errno if not all of it could be written.
int FileSink::write(std::string_view text) {
    while (!text.empty()) {
        const std::string_view part = line_is_broken_ ? "\n" : text;
        const ssize_t size = ::write(descriptor_, part.data(), part.size());
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size <= 0) {
            return size < 0 ? errno : EIO;
        }
        if (line_is_broken_) {
            line_is_broken_ = false;
            continue;
        }
        text.remove_prefix(static_cast<std::size_t>(size));
        if (!text.empty()) { // the rest may follow, or fail: a full disk, say
            const ssize_t more = ::write(descriptor_, text.data(), text.size());
            line_is_broken_ = more != static_cast<ssize_t>(text.size());
            return line_is_broken_ ? (more < 0 ? errno : ENOSPC) : 0;
        }
    }
    return 0;
}

std::optional<std::string> FileSink::take_news() {
    if (const int error = reopen_fault_.exchange(0); error != 0) {
        return fault_of(path_, error) + "; the log goes on in the file from before";
    }
    const int fault = fault_;
    if (fault != 0 && fault != told_fault_) {
        told_fault_ = fault;
        return "log_file = \"" + path_ + "\" cannot be written: " + std::strerror(fault) +
               "; lines are lost until it can";
    }
    if (fault == 0 && told_fault_ != 0) {
        told_fault_ = 0;
        const std::uint64_t lines = lost_.exchange(0);
        return "log_file = \"" + path_ + "\" can be written again; " + std::to_string(lines) +
               (lines == 1 ? " line was lost" : " lines were lost");
    }
    return std::nullopt;
}

std::string fault_of_log_file(const std::string& path) {
    struct stat about {};
    if (::stat(path.c_str(), &about) == 0) {
        if (!S_ISREG(about.st_mode)) {
            return fault_of_kind(path);
        }
        return ::access(path.c_str(), W_OK) == 0 ? "" : fault_of(path, errno);
    }
    const std::string folder = std::filesystem::path(path).parent_path().string();
    const bool can_be_made = ::access(folder.empty() ? "." : folder.c_str(), W_OK | X_OK) == 0;
    return can_be_made ? "" : fault_of(path, errno);
}

} // namespace hongbao::ops
