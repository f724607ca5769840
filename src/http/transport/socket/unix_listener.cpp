// Role: binding in the file system, where a socket outlives its server.
#include "http/transport/socket/unix_listener.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

namespace hongbao::http {

namespace {

int new_unix_socket() {
    return ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/// Whether a server listens there; it may be too busy to answer now.
bool is_answered(const UnixAddress& address) {
    const int descriptor = new_unix_socket();
    if (descriptor < 0) {
        return true;
    }
    const bool refused =
        ::connect(descriptor, address.get(), address.size()) != 0 && errno == ECONNREFUSED;
    ::close(descriptor);
    return !refused;
}

/// Why nothing can be bound there, after the socket of a server that has ended is out of the way.
std::string make_way(const std::filesystem::path& path, const UnixAddress& address, bool is_ours) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) {
        return errno == ENOENT ? "" : std::strerror(errno);
    }
    if (!S_ISSOCK(found.st_mode)) {
        return "there is a file that is no socket: move it away, or choose another path";
    }
    if (!is_ours && is_answered(address)) {
        return "a server listens there already: stop it, or choose another path";
    }
    return ::unlink(path.c_str()) == 0 || errno == ENOENT ? "" : std::strerror(errno);
}

} // namespace

UnixAddress::UnixAddress(const std::filesystem::path& path) {
    address_.sun_family = AF_UNIX;
    std::string text = path.string();
    if (text.size() >= sizeof address_.sun_path) {
        const auto folder =
            path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
        folder_ = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (folder_ < 0) {
            error_ = errno;
            return;
        }
        text = "/proc/self/fd/" + std::to_string(folder_) + "/" + path.filename().string();
    }
    if (text.size() >= sizeof address_.sun_path || text.find('\0') != text.npos) {
        error_ = ENAMETOOLONG;
        return;
    }
    std::ranges::copy(text, address_.sun_path);
}

UnixAddress::~UnixAddress() {
    if (folder_ >= 0) {
        ::close(folder_);
    }
}

UnixListener::UnixListener(std::filesystem::path path, int descriptor)
    : path_(std::move(path)), descriptor_(descriptor) {
    struct stat found {};
    if (::lstat(path_.c_str(), &found) == 0) {
        file_ = found;
    }
}

UnixListener::UnixListener(UnixListener&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)),
      file_(std::exchange(other.file_, std::nullopt)) {}

UnixListener& UnixListener::operator=(UnixListener&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(descriptor_, other.descriptor_);
    std::swap(file_, other.file_);
    return *this;
}

UnixListener::~UnixListener() {
    remove_file();
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

int UnixListener::duplicate() const {
    return ::fcntl(descriptor_, F_DUPFD_CLOEXEC, 0);
}

void UnixListener::remove_file() {
    struct stat found {};
    if (file_ && ::lstat(path_.c_str(), &found) == 0 && found.st_dev == file_->st_dev &&
        found.st_ino == file_->st_ino) {
        ::unlink(path_.c_str());
    }
    file_.reset();
}

UnixListenResult open_unix_listener(const std::filesystem::path& path, mode_t mode,
                                    const TransportLimits& limits, bool is_ours) {
    const std::string place = "cannot listen on unix:" + path.string() + ": ";
    const UnixAddress address(path);
    if (address.error() != 0) {
        return {std::nullopt, place + std::strerror(address.error())};
    }
    if (const std::string obstacle = make_way(path, address, is_ours); !obstacle.empty()) {
        return {std::nullopt, place + obstacle};
    }
    const int descriptor = new_unix_socket();
    if (descriptor < 0 || ::bind(descriptor, address.get(), address.size()) != 0) {
        const int error = errno;
        ::close(descriptor);
        return {std::nullopt, place + std::strerror(error)};
    }
    // Nobody can connect before it listens, and then its file has its mode.
    UnixListener listener(path, descriptor);
    if (::chmod(path.c_str(), mode) != 0 || ::listen(descriptor, limits.accept_backlog) != 0) {
        return {std::nullopt, place + std::strerror(errno)};
    }
    return {std::move(listener), {}};
}

bool peer_is_operator(int descriptor) {
    ucred peer{};
    socklen_t size = sizeof peer;
    return ::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
           (peer.uid == ::geteuid() || peer.uid == 0);
}

void bound_unix_buffer(int descriptor, const TransportLimits& limits) {
    ::setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &limits.send_buffer_bytes,
                 sizeof limits.send_buffer_bytes);
}

} // namespace hongbao::http
