// Role: requests through cpp-httplib's client, over TCP, TLS or a unix socket.
#include "ops/client/server_client.hpp"

#include "http/transport/socket/unix_listener.hpp"
#include "persistence/files/data_directory.hpp"
#include "persistence/files/sight.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace hongbao::ops {

namespace {

constexpr std::size_t answer_bytes_max = 64U << 20U;
/// 0, or why nobody answers there.
int try_to_connect(const http::UnixAddress& address) {
    if (address.error() != 0) {
        return address.error();
    }
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
        return errno;
    }
    const int error = ::connect(descriptor, address.get(), address.size()) == 0 ? 0 : errno;
    ::close(descriptor);
    return error;
}

NoServer why_not(int error, const std::filesystem::path& socket, const std::string& data_dir) {
    if (error == ENOENT || error == ECONNREFUSED) {
        return NoServer{"no server runs on " + data_dir +
                            ": start one with `hongbao serve --data " + data_dir +
                            "`, or name its folder with --data",
                        true};
    }
    if (error == EACCES || error == EPERM) {
        return NoServer{"not permitted: only the user that runs the server, and root, may use its "
                        "control socket: " +
                        persistence::words_of(error, socket)};
    }
    return NoServer{"the server on " + data_dir +
                    " cannot be reached: " + persistence::words_of(error, socket)};
}

void keep_connected(httplib::Client& http, std::chrono::seconds patience) {
    http.set_keep_alive(true);
    http.set_tcp_nodelay(true);
    http.set_read_timeout(patience);
    http.set_write_timeout(patience);
}

} // namespace

std::variant<ServerClient, NoServer> ServerClient::by_control_socket(const std::string& data_dir) {
    const auto socket = persistence::DataDirectory::control_socket_path_in(data_dir);
    auto address = std::make_shared<http::UnixAddress>(socket);
    if (const int error = try_to_connect(*address); error != 0) {
        return why_not(error, socket, data_dir);
    }
    ServerClient client;
    const auto* const path = reinterpret_cast<const sockaddr_un*>(address->get())->sun_path;
    client.http_ = std::make_unique<httplib::Client>(std::string(path), 80);
    client.http_->set_address_family(AF_UNIX);
    client.address_ = std::move(address);
    client.headers_.emplace("Host", "localhost");
    keep_connected(*client.http_, client.patience_);
    return client;
}

ServerClient ServerClient::by_url(const std::string& url, const std::string& key) {
    ServerClient client;
    client.http_ = std::make_unique<httplib::Client>(url);
    if (!key.empty()) {
        client.headers_.emplace("Authorization", "Bearer " + key);
    }
    keep_connected(*client.http_, client.patience_);
    return client;
}

void ServerClient::set_patience(std::chrono::seconds patience) {
    patience_ = patience;
    http_->set_connection_timeout(patience);
    http_->set_read_timeout(patience);
    http_->set_write_timeout(patience);
}

std::variant<ServerAnswer, NoServer> ServerClient::ask(std::string_view method,
                                                       const std::string& path,
                                                       const nlohmann::json& body,
                                                       const std::string& idempotency_key) {
    httplib::Request request;
    request.method = method;
    request.path = path;
    request.headers = headers_;
    if (!body.is_null()) {
        request.body = body.dump();
        request.headers.emplace("Content-Type", "application/json");
    }
    if (!idempotency_key.empty()) {
        request.headers.emplace("Idempotency-Key", idempotency_key);
    }
    std::string text;
    bool is_too_long = false;
    const auto until = std::chrono::steady_clock::now() + patience_;
    request.content_receiver = [&](const char* data, std::size_t size, std::uint64_t,
                                   std::uint64_t) {
        is_too_long = size > answer_bytes_max - text.size();
        text.append(data, is_too_long ? 0 : size);
        return !is_too_long && std::chrono::steady_clock::now() < until;
    };
    httplib::Result result = http_->send(request);
    if (!result && result.error() == httplib::Error::Canceled) {
        return NoServer{is_too_long ? "the server answers more than any hongbao server: over " +
                                          std::to_string(answer_bytes_max >> 20U) + " MiB"
                                    : "the server's answer does not end"};
    }
    if (!result) {
        return NoServer{"the server does not answer: " + httplib::to_string(result.error())};
    }
    return ServerAnswer{result->status, nlohmann::json::parse(text, nullptr, false),
                        std::move(text)};
}

std::string escaped(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
        if (is_plain) {
            result.push_back(c);
        } else {
            result.append({'%', digits[byte >> 4U], digits[byte & 15U]});
        }
    }
    return result;
}

} // namespace hongbao::ops
