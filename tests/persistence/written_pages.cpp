// Role: stands in for the C library's calls by which LMDB writes: counts, and passes them on.
#include "tests/persistence/written_pages.hpp"

#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>

namespace {

constexpr std::uint64_t page_bytes = 4'096;
/// A meta page, and with it a commit, is written as fewer bytes than any other.
constexpr std::size_t meta_bytes_max = 200;

std::atomic<bool> dies = false;
std::atomic<std::uint64_t> bytes_since_commit = 0;
std::atomic<std::uint64_t> bytes_max = 0;

} // namespace

extern "C" ssize_t pwrite(int descriptor, const void* bytes, std::size_t size, off_t offset) {
    const long written = ::syscall(SYS_pwrite64, descriptor, bytes, size, offset);
    if (size < meta_bytes_max) {
        bytes_max = std::max(bytes_max.load(), bytes_since_commit.exchange(0));
        if (dies) {
            ::kill(::getpid(), SIGKILL);
        }
    } else {
        bytes_since_commit += size;
    }
    return written;
}

extern "C" ssize_t writev(int descriptor, const struct iovec* parts, int count) {
    const long written = ::syscall(SYS_writev, descriptor, parts, count);
    bytes_since_commit += static_cast<std::uint64_t>(std::max<long>(written, 0));
    return written;
}

namespace hongbao::testing {

void die_once_committed() {
    dies = true;
}

std::uint64_t pages_of_the_largest_transaction() {
    return bytes_max.exchange(0) / page_bytes;
}

} // namespace hongbao::testing
