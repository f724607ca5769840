// Role: HTTP/1.1 connections of the load client, watched by one epoll. One thread. Each connection
// has at most one request under way. Any error ends the program: a load client has nothing to
// save.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hongbao::bench {

constexpr auto patience = std::chrono::seconds(20);

[[noreturn]] inline void fail(const std::string& what) {
    std::fprintf(stderr, "%s: %s\n", program_invocation_short_name, what.c_str());
    std::exit(1);
}

[[noreturn]] inline void fail_errno(const char* what) {
    fail(std::string(what) + ": " + std::strerror(errno));
}

/// An argument of the command line.
inline std::uint64_t number(const char* text) {
    std::uint64_t value = 0;
    const char* end = text + std::strlen(text);
    if (std::from_chars(text, end, value).ptr != end || end == text) {
        fail(std::string("not a number: ") + text);
    }
    return value;
}

struct Answer {
    int status = 0;
    std::string body;
};

// One HTTP/1.1 connection with at most one request under way.
struct Connection {
    int fd = -1;
    std::string input;
    std::size_t pair = 0; // what the request under way is about; its meaning is the caller's

    void send(std::string_view request) {
        const auto sent = ::send(fd, request.data(), request.size(), MSG_NOSIGNAL);
        if (sent != static_cast<ssize_t>(request.size())) {
            fail_errno("a request could not be sent whole");
        }
    }

    // Reads what is there; the answer once it is complete.
    std::optional<Answer> receive() {
        std::array<char, 4096> part;
        while (true) {
            const auto got = ::recv(fd, part.data(), part.size(), 0);
            if (got < 0 && errno == EINTR) {
                continue;
            }
            if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
                break;
            }
            if (got < 0) {
                fail_errno("receiving an answer");
            }
            if (got == 0) {
                fail("the server closed a connection");
            }
            input.append(part.data(), static_cast<std::size_t>(got));
            if (static_cast<std::size_t>(got) < part.size()) {
                break;
            }
        }
        return complete();
    }

    std::optional<Answer> complete() {
        const auto head_bytes = input.find("\r\n\r\n");
        if (head_bytes == std::string::npos) {
            return std::nullopt;
        }
        const auto at = value_of_content_length(std::string_view(input).substr(0, head_bytes + 2));
        std::size_t body_bytes = 0;
        std::from_chars(input.data() + at, input.data() + head_bytes, body_bytes);
        if (input.size() < head_bytes + 4 + body_bytes) {
            return std::nullopt;
        }
        Answer answer;
        std::from_chars(input.data() + 9, input.data() + 12, answer.status);
        answer.body = input.substr(head_bytes + 4);
        input.clear();
        return answer;
    }

  private:
    // Where it begins in the head.
    static std::size_t value_of_content_length(std::string_view head) {
        constexpr std::string_view name = "\r\ncontent-length: ";
        const auto same = [](char left, char right) {
            return left == right || (left >= 'A' && left <= 'Z' && left + ('a' - 'A') == right);
        };
        const auto found = std::search(head.begin(), head.end(), name.begin(), name.end(), same);
        if (found == head.end()) {
            fail("an answer without Content-Length: " + std::string(head));
        }
        return static_cast<std::size_t>(found - head.begin()) + name.size();
    }
};

// Connections to one port of loopback, watched by one epoll.
class Connections {
  public:
    Connections(std::uint16_t port, std::size_t count) : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
        host_ = "127.0.0.1:" + std::to_string(port);
        allow_descriptors(count + 64);
        all_.resize(count);
        for (std::size_t i = 0; i < count; ++i) {
            all_[i].fd = connected(port, i);
            epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
            if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, all_[i].fd, &event) != 0) {
                fail_errno("epoll_ctl");
            }
        }
        greet();
    }
    Connections(const Connections&) = delete;
    Connections& operator=(const Connections&) = delete;

    // Closed by reset, so that no port stays in TIME_WAIT: 10,000 of them would be missing in the
    // next run.
    ~Connections() {
        const linger at_once{.l_onoff = 1, .l_linger = 0};
        for (const auto& connection : all_) {
            ::setsockopt(connection.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
            ::close(connection.fd);
        }
        ::close(epoll_);
    }

    Connection& operator[](std::size_t index) { return all_[index]; }
    std::size_t size() const { return all_.size(); }

    /// Something asked for one user: a share, a unit.
    std::string request(std::string_view path, std::string_view user) const {
        const std::string body = R"({"user_id":")" + std::string(user) + R"("})";
        return "POST " + std::string(path) + " HTTP/1.1\r\nHost: " + host_ +
               "\r\nContent-Type: application/json\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n\r\n" + body;
    }
    std::string open_request(std::string_view packet, std::string_view user) const {
        return request("/v1/packets/" + std::string(packet) + "/open", user);
    }

    // Calls on_answer(index, answer) for answers that arrive within `wait`; true if any did.
    template <typename OnAnswer>
    bool poll(std::chrono::nanoseconds wait, OnAnswer on_answer) {
        const auto whole_s = std::chrono::duration_cast<std::chrono::seconds>(wait);
        const timespec limit{.tv_sec = whole_s.count(), .tv_nsec = (wait - whole_s).count()};
        const int ready = ::epoll_pwait2(epoll_, events_.data(), static_cast<int>(events_.size()),
                                         wait.count() < 0 ? nullptr : &limit, nullptr);
        if (ready < 0 && errno != EINTR) {
            fail_errno("epoll_pwait2");
        }
        for (int i = 0; i < ready; ++i) {
            const auto index =
                static_cast<std::size_t>(events_[static_cast<std::size_t>(i)].data.u64);
            if (const auto answer = all_[index].receive()) {
                on_answer(index, *answer);
            }
        }
        return ready > 0;
    }

    // Connections on which the server has neither sent anything nor closed.
    std::size_t still_open() const {
        return static_cast<std::size_t>(
            std::count_if(all_.begin(), all_.end(), [](const auto& each) {
                char byte = 0;
                return ::recv(each.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
            }));
    }

  private:
    static void allow_descriptors(std::size_t count) {
        rlimit limit{};
        ::getrlimit(RLIMIT_NOFILE, &limit);
        if (limit.rlim_max < count) {
            fail("needs " + std::to_string(count) +
                 " descriptors, the hard limit (ulimit -Hn) is " + std::to_string(limit.rlim_max));
        }
        limit.rlim_cur = std::max<rlim_t>(limit.rlim_cur, count);
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }

    // From 127.0.0.2, .3 … in turn, so that the range of local ports never runs out.
    static int connected(std::uint16_t port, std::size_t number) {
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const int yes = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        ::setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
        sockaddr_in from{};
        from.sin_family = AF_INET;
        from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + static_cast<std::uint32_t>(number % 8));
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (fd < 0 || ::bind(fd, reinterpret_cast<sockaddr*>(&from), sizeof from) != 0 ||
            ::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0 ||
            ::fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
            fail_errno("connecting");
        }
        return fd;
    }

    void greet() {
        const std::string request = "GET /livez HTTP/1.1\r\nHost: " + host_ + "\r\n\r\n";
        for (auto& connection : all_) {
            connection.send(request);
        }
        std::size_t answered = 0;
        while (answered < all_.size()) {
            if (!poll(patience, [&](std::size_t, const Answer&) { ++answered; })) {
                fail(std::to_string(all_.size() - answered) + " connections are not served");
            }
        }
    }

    int epoll_;
    std::string host_;
    std::vector<Connection> all_;
    std::array<epoll_event, 512> events_{};
};

} // namespace hongbao::bench
