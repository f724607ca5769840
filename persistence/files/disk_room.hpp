// Role: how long a file may get, by what its disk, a quota and this process's limits leave, and
// reserving that before it is written: a write that fails for want of room would end the process,
// and others may fill the disk at any time.
// Owner threads: take by one; file_bytes_max by any. Invariant: what was taken stays the file's.
#pragma once

#include "persistence/files/slow_look.hpp"

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>

namespace hongbao::persistence {

class DiskRoom {
  public:
    /// `looks_aside`: a disk that does not answer is not waited for, once it has answered here.
    DiskRoom(std::filesystem::path file, bool looks_aside);
    ~DiskRoom();
    DiskRoom(const DiskRoom&) = delete;
    DiskRoom& operator=(const DiskRoom&) = delete;

    /// Of a file of this length.
    std::uint64_t file_bytes_max(std::uint64_t file_bytes);

    /// Makes sure that the file, of this length now, can be written up to `end_bytes`; false if
    /// there is no room. The file does not get longer.
    bool take(std::uint64_t end_bytes, std::uint64_t file_bytes);

    /// What a look at the disk is told.
    struct Question {
        std::filesystem::path file;
        std::uint64_t place_bytes = 0; // that the file has already
    };

  private:
    bool take_until(std::uint64_t end_bytes);

    const std::filesystem::path file_;
    const int descriptor_;

    std::mutex mutex_;                 // guards the rest
    std::uint64_t taken_bytes_ = 0;    // up to here the file has its room
    bool cannot_take_ = false;         // this file system cannot reserve
    bool refused_ = false;             // the last taking failed, whatever the disk says it has
    std::uint64_t file_bytes_max_ = 0; // by the disk, as of the last look at it
    std::chrono::steady_clock::time_point looked_at_;
    std::optional<SlowLook<Question, std::uint64_t>> aside_;
};

} // namespace hongbao::persistence
