// Role: placeholders for closed descriptors, and errors of stdout.
#include "ops/cli/standard_streams.hpp"

#include "ops/cli/exit_status.hpp"
#include "ops/cli/say.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

namespace hongbao::ops {

namespace {

int first_error = 0; // of stdout

/// False if this or an earlier attempt failed.
bool remember(bool done) {
    if (!done && first_error == 0) {
        first_error = errno;
    }
    return first_error == 0;
}

} // namespace

void hold_standard_descriptors() {
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(standard, F_GETFD) < 0 && errno == EBADF) {
            // The lowest free number is this one. O_PATH: nothing can be read or written by it, so
            // that a closed stdout stays a failure. It is inherited, as the others are.
            static_cast<void>(::open("/", O_PATH));
        }
    }
}

bool print_text(std::string_view text) {
    return remember(std::fwrite(text.data(), 1, text.size(), stdout) == text.size());
}

bool flush_stdout() {
    return remember(std::fflush(stdout) == 0);
}

int status_with_stdout_written(int status) {
    // Some file systems report only at close that they are full.
    if (const int copy = flush_stdout() ? ::dup(STDOUT_FILENO) : -1; copy >= 0) {
        first_error = ::close(copy) != 0 ? errno : 0;
    }
    if (first_error == 0 && std::ferror(stdout) == 0) {
        return status;
    }
    const std::string why =
        first_error != 0 ? std::string(": ") + std::strerror(first_error) : std::string();
    return complain("not all of the output could be written to stdout" + why,
                    status == exit_ok ? exit_failed : status);
}

} // namespace hongbao::ops
