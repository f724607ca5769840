// Role: asking the disk, and reserving room on it.
#include "persistence/files/disk_room.hpp"

#include "persistence/files/file_size_limit.hpp"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace hongbao::persistence {

namespace {

/// Reserved at a time if the disk has it, so that it is asked seldom.
constexpr std::uint64_t taken_at_once_bytes = 1U << 20U;
/// Somebody else may fill the disk meanwhile: taking notices.
constexpr auto look_interval = std::chrono::milliseconds(250);

/// How long the file may get; a disk that does not tell counts as endless.
std::uint64_t ask_disk(const DiskRoom::Question& question) {
    struct statvfs disk {};
    if (::statvfs(question.file.c_str(), &disk) != 0) {
        return UINT64_MAX;
    }
    const std::uint64_t available = disk.f_bavail * disk.f_frsize;
    return question.place_bytes + std::min(available, UINT64_MAX - question.place_bytes);
}

} // namespace

DiskRoom::DiskRoom(std::filesystem::path file, bool looks_aside)
    : file_(std::move(file)), descriptor_(::open(file_.c_str(), O_WRONLY | O_CLOEXEC)) {
    if (looks_aside) {
        aside_.emplace("journal-disk", ask_disk);
    }
}

DiskRoom::~DiskRoom() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

std::uint64_t DiskRoom::file_bytes_max(std::uint64_t file_bytes) {
    const std::lock_guard lock(mutex_);
    const std::uint64_t place_bytes = std::max(file_bytes, taken_bytes_);
    const auto now = std::chrono::steady_clock::now();
    const bool is_first = looked_at_ == std::chrono::steady_clock::time_point{};
    if (!aside_ || is_first) {
        file_bytes_max_ = ask_disk({file_, place_bytes});
    } else if (const auto found = aside_->take()) {
        file_bytes_max_ = *found;
    }
    if (is_first || now - looked_at_ >= look_interval) {
        looked_at_ = now;
        if (aside_) {
            aside_->begin({file_, place_bytes});
        }
        refused_ = refused_ && !take_until(place_bytes + taken_at_once_bytes);
    }
    return std::min(
        {refused_ ? place_bytes : UINT64_MAX, file_bytes_max_, file_size_limit_bytes()});
}

bool DiskRoom::take(std::uint64_t end_bytes, std::uint64_t file_bytes) {
    const std::lock_guard lock(mutex_);
    taken_bytes_ = std::max(taken_bytes_, file_bytes);
    if (end_bytes > file_size_limit_bytes()) {
        return false;
    }
    refused_ = end_bytes > taken_bytes_ && !take_until(end_bytes + taken_at_once_bytes) &&
               !take_until(end_bytes);
    return !refused_;
}

bool DiskRoom::take_until(std::uint64_t end_bytes) {
    if (cannot_take_ || end_bytes <= taken_bytes_) {
        return true;
    }
    int failed = 0;
    do {
        failed = ::fallocate(descriptor_, FALLOC_FL_KEEP_SIZE, static_cast<off_t>(taken_bytes_),
                             static_cast<off_t>(end_bytes - taken_bytes_));
    } while (failed != 0 && errno == EINTR);
    if (failed != 0 && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)) {
        return false;
    }
    cannot_take_ = failed != 0; // the write itself will tell
    taken_bytes_ = failed == 0 ? end_bytes : taken_bytes_;
    return true;
}

} // namespace hongbao::persistence
