// Role: opens listening unix sockets, and knows who is at the other end of one.
#pragma once

#include "http/transport/socket/listener.hpp"
#include "http/transport/socket/transport_limits.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <filesystem>
#include <optional>
#include <string>

namespace hongbao::http {

/// The address of a unix socket, to bind or to connect. A path that is too long for the kernel is
/// reached through an open descriptor of its folder, for as long as this lives.
class UnixAddress {
  public:
    explicit UnixAddress(const std::filesystem::path& path);
    UnixAddress(const UnixAddress&) = delete;
    UnixAddress& operator=(const UnixAddress&) = delete;
    ~UnixAddress();

    /// 0, or the errno of what stands in the way.
    int error() const { return error_; }
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
    socklen_t size() const { return sizeof address_; }

  private:
    sockaddr_un address_{};
    int folder_ = -1;
    int error_ = 0;
};

/// A listening unix socket in the file system. Its file is removed with it, unless another has
/// taken its place.
class UnixListener {
  public:
    UnixListener(std::filesystem::path path, int descriptor);
    UnixListener(UnixListener&& other) noexcept;
    UnixListener& operator=(UnixListener&& other) noexcept;
    ~UnixListener();

    /// Another descriptor of the same socket.
    int duplicate() const;
    /// Nobody may connect any more from now on; who has connected is served.
    void remove_file();

  private:
    std::filesystem::path path_;
    int descriptor_;
    std::optional<struct stat> file_;
};

struct UnixListenResult {
    std::optional<UnixListener> listener;
    std::string error; // empty on success, otherwise a sentence that names the path
};

/// Its file has exactly this mode. The socket of a server that has ended is replaced; one that
/// answers, and a file that is none, are not. `is_ours`: only this process may listen there, so
/// that whatever socket is there is replaced.
UnixListenResult open_unix_listener(const std::filesystem::path& path, mode_t mode,
                                    const TransportLimits& limits, bool is_ours = false);

/// Whether the process at the other end of the unix socket belongs to the user that this one acts
/// for, or to root.
bool peer_is_operator(int descriptor);

/// What the kernel keeps for a client that does not read.
void bound_unix_buffer(int descriptor, const TransportLimits& limits);

} // namespace hongbao::http
