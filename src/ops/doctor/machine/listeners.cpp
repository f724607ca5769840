// Role: reads /proc/net and the descriptors of processes.
#include "ops/doctor/machine/listeners.hpp"

#include "persistence/files/descriptor.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace hongbao::ops::doctor {

namespace {

namespace fs = std::filesystem;

/// "0100007F:1F90" ends with the port in hex.
bool is_on_port(const std::string& local, std::uint16_t port) {
    const auto colon = local.rfind(':');
    return colon != local.npos && std::strtoul(local.c_str() + colon + 1, nullptr, 16) == port;
}

} // namespace

SocketAddress::SocketAddress(const config::ListenAddress& address) {
    if (address.is_ipv6) {
        auto* const ipv6 = reinterpret_cast<sockaddr_in6*>(&address_);
        ipv6->sin6_family = AF_INET6;
        ipv6->sin6_port = htons(address.port);
        ::inet_pton(AF_INET6, address.host.c_str(), &ipv6->sin6_addr);
        size_ = sizeof *ipv6;
    } else {
        auto* const ipv4 = reinterpret_cast<sockaddr_in*>(&address_);
        ipv4->sin_family = AF_INET;
        ipv4->sin_port = htons(address.port);
        ::inet_pton(AF_INET, address.host.c_str(), &ipv4->sin_addr);
        size_ = sizeof *ipv4;
    }
}

int try_to_bind(const config::ListenAddress& address) {
    const SocketAddress where(address);
    const persistence::Descriptor socket(
        ::socket(where.get()->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    if (!socket || ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0) {
        return errno;
    }
    return ::bind(socket.get(), where.get(), where.size()) == 0 ? 0 : errno;
}

std::vector<ListeningSocket> listening_sockets(std::uint16_t port) {
    constexpr std::string_view listening = "0A";
    std::vector<ListeningSocket> sockets;
    for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        std::ifstream in(table);
        for (std::string line; std::getline(in, line);) {
            std::istringstream words(line);
            std::string number, local, remote, state, skip, inode;
            uid_t user = 0;
            words >> number >> local >> remote >> state >> skip >> skip >> skip >> user >> skip >>
                inode;
            if (state == listening && is_on_port(local, port)) {
                sockets.push_back({"socket:[" + inode + "]", user});
            }
        }
    }
    return sockets;
}

SocketOwner owner_of_sockets(const std::vector<ListeningSocket>& sockets) {
    std::error_code error;
    for (const auto& process : fs::directory_iterator("/proc", error)) {
        const std::string number = process.path().filename().string();
        if (number.find_first_not_of("0123456789") != number.npos) {
            continue;
        }
        std::error_code denied;
        for (const auto& file : fs::directory_iterator(process.path() / "fd", denied)) {
            std::error_code gone;
            const std::string target = fs::read_symlink(file.path(), gone).string();
            if (std::ranges::find(sockets, target, &ListeningSocket::name) != sockets.end()) {
                SocketOwner owner{static_cast<pid_t>(std::atoi(number.c_str())), {}};
                std::getline(std::ifstream(process.path() / "comm"), owner.name);
                return owner;
            }
        }
    }
    return {};
}

} // namespace hongbao::ops::doctor
