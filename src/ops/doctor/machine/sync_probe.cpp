// Role: writes like LMDB: pages and fdatasync, then the meta page by a descriptor with O_DSYNC.
#include "ops/doctor/machine/sync_probe.hpp"

#include "persistence/files/descriptor.hpp"
#include "persistence/files/sight.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <string>

namespace hongbao::ops::doctor {

namespace {

using persistence::Descriptor;

constexpr std::size_t page_bytes = 4'096;
constexpr std::size_t meta_bytes = 120;
constexpr std::size_t file_pages = 256;
constexpr std::size_t commits_min = 2;
constexpr std::size_t commits_max = 20'000; // enough for a disk that is memory

/// Negative, and errno.
int open_nameless(const std::filesystem::path& folder) {
    const int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0 || (errno != EOPNOTSUPP && errno != EISDIR)) {
        return file;
    }
    std::string name = (folder / sync_test_name).string(); // not every file system knows how
    name += "XXXXXX";
    const int named = ::mkostemp(name.data(), O_CLOEXEC);
    if (named >= 0) {
        ::unlink(name.c_str());
    }
    return named;
}

bool write_at(int file, const void* bytes, std::size_t size, std::size_t offset) {
    const ssize_t written = ::pwrite(file, bytes, size, static_cast<off_t>(offset));
    if (written >= 0 && static_cast<std::size_t>(written) != size) {
        errno = ENOSPC;
    }
    return written == static_cast<ssize_t>(size);
}

} // namespace

std::int64_t SyncTimes::quantile_us(double quantile) const {
    if (commits_us.empty()) {
        return 0;
    }
    std::vector<std::int64_t> sorted = commits_us;
    std::ranges::sort(sorted);
    const auto place =
        static_cast<std::size_t>(std::ceil(quantile * static_cast<double>(sorted.size())));
    return sorted[std::min(place == 0 ? 0 : place - 1, sorted.size() - 1)];
}

std::variant<SyncTimes, persistence::Failure> measure_syncs(const std::filesystem::path& folder,
                                                            std::chrono::milliseconds time) {
    using std::chrono::steady_clock;
    const Descriptor file(open_nameless(folder));
    if (!file) {
        return persistence::machine_failure(folder, "cannot hold a file to measure with", errno);
    }
    const std::string again = "/proc/self/fd/" + std::to_string(file.get());
    const Descriptor synced(::open(again.c_str(), O_WRONLY | O_DSYNC | O_CLOEXEC));
    std::array<char, page_bytes> page{};
    bool works = static_cast<bool>(synced);
    for (std::size_t i = 0; works && i < file_pages; ++i) {
        page.fill(static_cast<char>(i + 1)); // no zeros, which some disks do not store
        works = write_at(file.get(), page.data(), page.size(), i * page_bytes);
    }
    works = works && ::fsync(file.get()) == 0;
    SyncTimes times;
    const auto until = steady_clock::now() + time;
    for (auto before = steady_clock::now();
         works && times.commits_us.size() < commits_max &&
         (before < until || times.commits_us.size() < commits_min);) {
        const std::size_t number = times.commits_us.size();
        page.fill(static_cast<char>(number + 3));
        const std::size_t place = (2 + number % (file_pages - 2)) * page_bytes;
        works = write_at(file.get(), page.data(), page.size(), place) &&
                ::fdatasync(file.get()) == 0 &&
                write_at(synced.get(), page.data(), meta_bytes, number % 2 * page_bytes);
        const auto after = steady_clock::now();
        times.commits_us.push_back(
            std::chrono::duration_cast<std::chrono::microseconds>(after - before).count());
        before = after;
    }
    if (!works) {
        return persistence::machine_failure(folder, "does not take a small file that is synced",
                                            errno);
    }
    return times;
}

} // namespace hongbao::ops::doctor
