// Role: whether the address is free for a start, or the running server's own.
#include "config/listen_address.hpp"
#include "http/transport/socket/unix_listener.hpp"
#include "ops/doctor/checks/checks.hpp"
#include "ops/doctor/machine/listeners.hpp"
#include "persistence/files/descriptor.hpp"
#include "persistence/files/sight.hpp"

#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace hongbao::ops::doctor {

namespace {

const char* const other_settings = "it was started with other settings: give the doctor the same";
const char* const other_address = "stop it, or set another address (listen)";

std::string words_of(const SocketOwner& owner) {
    return owner.process == 0 ? std::string("a process that only root can see")
                              : "process " + std::to_string(owner.process) +
                                    (owner.name.empty() ? "" : " (" + owner.name + ")");
}

bool is_of_the_servers_user(const Patient& patient, const std::vector<ListeningSocket>& sockets) {
    struct stat folder {};
    return ::stat(patient.data_dir.c_str(), &folder) == 0 &&
           std::ranges::any_of(sockets, [&](const ListeningSocket& socket) {
               return socket.user == folder.st_uid;
           });
}

Finding of_running_server(const Patient& patient, const config::ListenAddress& address) {
    const std::string& listen = patient.settings.listen;
    const auto sockets = listening_sockets(address.port);
    if (sockets.empty()) {
        return warning("the server of this data directory runs, but not at " + listen,
                       other_settings);
    }
    const SocketOwner owner = owner_of_sockets(sockets);
    if (owner.process == 0) { // a server lets nobody but root look into it
        return is_of_the_servers_user(patient, sockets)
                   ? fine("a process of the server's user listens at " + listen +
                          "; that it is the server, only root can see")
                   : warning("at " + listen + " listens a process of another user", other_settings);
    }
    if (owner.process == patient.holder.process) {
        return fine("the running server, " + words_of(owner) + ", listens at " + listen);
    }
    return warning("at " + listen + " listens " + words_of(owner) +
                       ", which is not the server of this data directory",
                   other_settings);
}

Finding for_a_start(const Patient& patient, const config::ListenAddress& address) {
    const std::string& listen = patient.settings.listen;
    const int error = try_to_bind(address);
    switch (error) {
    case 0: return fine(listen + " is free");
    case EADDRINUSE:
        return fault(listen + " is taken by " +
                         words_of(owner_of_sockets(listening_sockets(address.port))),
                     other_address);
    case EADDRNOTAVAIL:
        return fault(address.host + " is no address of this machine",
                     "`ip addr` lists those that are; set one of them (listen)");
    case EACCES:
        return fault(listen + " may be used by root alone",
                     "set a port from 1024 on (listen), or AmbientCapabilities="
                     "CAP_NET_BIND_SERVICE in the unit");
    default:
        return fault("nobody can listen at " + listen + ": " + std::strerror(error), other_address);
    }
}

Finding of_unix_socket(const Patient& patient, const std::string& path) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) {
        if (errno != ENOENT) {
            return note(persistence::machine_failure(path, "cannot be looked at", errno).sentence);
        }
        return patient.is_served()
                   ? warning("the server of this data directory runs, but there is no " + path,
                             other_settings)
                   : fine(path + " is free");
    }
    if (!S_ISSOCK(found.st_mode)) {
        return fault(path + " is there, and no socket: a start does not replace it",
                     "remove it, or set another path (listen)");
    }
    const http::UnixAddress address(path);
    const persistence::Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const bool answers = address.error() == 0 && socket &&
                         ::connect(socket.get(), address.get(), address.size()) == 0;
    if (answers && !patient.is_served()) {
        return fault("somebody else listens at " + path, other_address);
    }
    return fine(answers ? "the running server listens at " + path
                        : path + " was left by a server that has ended; a start replaces it");
}

} // namespace

Findings check_port(const Patient& patient) {
    const auto address = config::parse_listen_address(patient.settings.listen);
    if (!address) {
        return {};
    }
    if (address->is_unix()) {
        return {of_unix_socket(patient, address->unix_path)};
    }
    if (address->port == 0) {
        return {fine("port 0: a start takes any that is free")};
    }
    return {patient.is_served() ? of_running_server(patient, *address)
                                : for_a_start(patient, *address)};
}

} // namespace hongbao::ops::doctor
