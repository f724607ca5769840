// Role: writing zeros ahead of the journal.
#include "persistence/lmdb/room_ahead.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>
#include <vector>

namespace hongbao::persistence {

namespace {

constexpr std::uint64_t wanted_bytes_min = 1U << 20U;
constexpr std::uint64_t wanted_bytes_max = 32U << 20U;
/// Appended and synced at a time, with a pause in between: a commit at the same time has to wait
/// for one of them, and a mebibyte makes it wait 4 ms, this 0.5.
constexpr std::size_t chunk_bytes = 128U << 10U;
constexpr auto pause_between_chunks = std::chrono::milliseconds(1);
/// A commit that takes more than this is busy with its own data.
constexpr std::uint64_t small_commit_bytes_max = 32U << 10U;

std::uint64_t size_of(int descriptor) {
    struct stat status {};
    return ::fstat(descriptor, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

} // namespace

std::uint64_t RoomAhead::wanted_bytes(std::uint64_t used_bytes) {
    return std::clamp(used_bytes / 2, wanted_bytes_min, wanted_bytes_max);
}

RoomAhead::RoomAhead(const std::filesystem::path& file, std::uint64_t file_bytes_max)
    : descriptor_(::open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC)),
      file_bytes_max_(file_bytes_max) {
    if (descriptor_ >= 0) {
        file_bytes_ = size_of(descriptor_);
        thread_ = std::thread([this] { run(); });
        pthread_setname_np(thread_.native_handle(), "journal-room");
    }
}

RoomAhead::~RoomAhead() {
    if (descriptor_ < 0) {
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    asked_.notify_one();
    thread_.join();
    ::close(descriptor_);
}

void RoomAhead::in_use(std::uint64_t used_bytes) {
    const bool small =
        used_bytes - std::min(used_before_bytes_, used_bytes) <= small_commit_bytes_max;
    used_before_bytes_ = used_bytes;
    // Half of it may be used up before more is asked for, so that the thread is woken seldom.
    if (!small || used_bytes + wanted_bytes(used_bytes) / 2 <= file_bytes_.load() ||
        file_bytes_.load() + chunk_bytes > file_bytes_max_) {
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        used_bytes_ = used_bytes;
    }
    asked_.notify_one();
}

std::string RoomAhead::failure() const {
    if (!failed_.load(std::memory_order_acquire)) {
        return {};
    }
    const std::lock_guard lock(mutex_);
    return failure_;
}

void RoomAhead::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        asked_.wait(lock, [this] { return stopping_ || used_bytes_ != 0; });
        if (stopping_) {
            return;
        }
        const std::uint64_t used_bytes = std::exchange(used_bytes_, 0);
        file_bytes_ = size_of(descriptor_); // LMDB may have made it longer itself
        const std::uint64_t wanted =
            std::min(used_bytes + wanted_bytes(used_bytes), file_bytes_max_);
        bool more = true;
        while (more && !stopping_ && file_bytes_ < wanted) {
            lock.unlock();
            more = add_room();
            lock.lock();
            asked_.wait_for(lock, pause_between_chunks, [this] { return stopping_; });
        }
    }
}

/// One more chunk. False if there should be none for now.
bool RoomAhead::add_room() {
    static const std::vector<char> zeros(chunk_bytes);
    if (failed_ || file_bytes_ + chunk_bytes > file_bytes_max_ ||
        ::write(descriptor_, zeros.data(), zeros.size()) <= 0) {
        return false; // a full disk is noticed, and told to clients, by the space that is left
    }
    if (::fdatasync(descriptor_) != 0) {
        stop_for_good("its room ahead cannot be synced", errno);
        return false;
    }
    file_bytes_ = size_of(descriptor_);
    return true;
}

void RoomAhead::stop_for_good(const char* what, int error) {
    const std::lock_guard lock(mutex_);
    failure_ = std::string(what) + ": " + std::strerror(error);
    failed_.store(true, std::memory_order_release);
}

} // namespace hongbao::persistence
