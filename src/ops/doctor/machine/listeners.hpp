// Role: who listens at an address of this machine. Owner thread: any.
#pragma once

#include "config/listen_address.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <string>
#include <vector>

namespace hongbao::ops::doctor {

/// An address of TCP, for the kernel.
class SocketAddress {
  public:
    explicit SocketAddress(const config::ListenAddress& address);
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
    socklen_t size() const { return size_; }

  private:
    sockaddr_storage address_{};
    socklen_t size_ = 0;
};

/// 0, or the errno that a server would get that listened there.
int try_to_bind(const config::ListenAddress& address);

struct ListeningSocket {
    std::string name; // as a descriptor leads to it: "socket:[4711]"
    uid_t user = 0;   // of whoever made it
};

/// Those that listen on a port of TCP, whatever the address.
std::vector<ListeningSocket> listening_sockets(std::uint16_t port);

struct SocketOwner {
    pid_t process = 0; // 0: nobody that this user may look at
    std::string name;
};

/// The first process that has one of these sockets open.
SocketOwner owner_of_sockets(const std::vector<ListeningSocket>& sockets);

} // namespace hongbao::ops::doctor
