// Role: what the tests of the transport share: an EventLoop on a thread of its own, with a test
// handler, and clients on raw sockets.
#pragma once

#include "http/transport/event_loop.hpp"
#include "http/transport/tls/tls_context.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace hongbao::http {

struct Answer {
    int status = 0;
    std::string head;
    std::string body;

    std::optional<std::string> header(const std::string& name) const {
        const std::size_t at = head.find("\r\n" + name + ": ");
        if (at == head.npos)
            return std::nullopt;
        const std::size_t begin = at + name.size() + 4;
        return head.substr(begin, head.find("\r\n", begin) - begin);
    }
};

// One response out of `received`, which `fill` adds to until it returns false; status 0 if that is
// before the response is complete.
template <typename Fill>
Answer receive_answer(std::string& received, Fill fill, bool has_body = true) {
    Answer answer;
    std::size_t end = 0;
    while ((end = received.find("\r\n\r\n")) == received.npos) {
        if (!fill())
            return answer;
    }
    answer.head = received.substr(0, end + 2);
    received.erase(0, end + 4);
    const std::size_t size =
        has_body ? std::stoul(answer.header("Content-Length").value_or("0")) : 0;
    while (received.size() < size) {
        if (!fill())
            return answer;
    }
    answer.body = received.substr(0, size);
    received.erase(0, size);
    answer.status = std::stoi(answer.head.substr(9, 3));
    return answer;
}

// A blocking socket of one client.
class RawClient {
  public:
    // `receive_bytes`: of the kernel's buffer; 0 leaves it to the kernel.
    explicit RawClient(std::uint16_t port, int receive_bytes = 0)
        : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        if (receive_bytes != 0)
            setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        const int on = 1;
        setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        const timeval patience{60, 0}; // so that a lost answer fails the test instead of hanging it
        setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;
    ~RawClient() {
        if (socket_ >= 0)
            ::close(socket_);
    }

    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (n <= 0)
                return; // the server has closed; what it said before can still be read
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
    }

    // One response; status 0 if the stream ends or breaks before it is complete.
    Answer receive(bool has_body = true) {
        return receive_answer(
            received_, [this] { return fill(); }, has_body);
    }

    // Everything up to and including the first `text`; all there is if the stream ends before it.
    std::string receive_until(std::string_view text) {
        std::size_t at = 0;
        while ((at = received_.find(text)) == received_.npos) {
            if (!fill())
                return std::exchange(received_, {});
        }
        const std::string taken = received_.substr(0, at + text.size());
        received_.erase(0, at + text.size());
        return taken;
    }
    // Reads at most this many bytes; returns how many came.
    std::size_t receive_some(std::size_t bytes_max) {
        const ssize_t n = ::recv(socket_, buffer_, std::min(bytes_max, sizeof buffer_), 0);
        return n > 0 ? static_cast<std::size_t>(n) : 0;
    }

    // Whether nothing more comes, and the end is a proper one, not a reset.
    bool at_end() { return received_.empty() && ::recv(socket_, buffer_, 1, 0) == 0; }
    // Reads to the end; whether that end is a reset.
    bool ends_in_reset() {
        ssize_t n = 0;
        while ((n = ::recv(socket_, buffer_, sizeof buffer_, 0)) > 0) {
        }
        return n < 0 && errno == ECONNRESET;
    }
    int descriptor() const { return socket_; }
    void finish_sending() { ::shutdown(socket_, SHUT_WR); }
    // Resets the connection instead of ending it.
    void reset() {
        const linger now{1, 0};
        setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        ::close(socket_);
        socket_ = -1;
    }

  private:
    bool fill() {
        const ssize_t n = ::recv(socket_, buffer_, sizeof buffer_, 0);
        if (n <= 0)
            return false;
        received_.append(buffer_, static_cast<std::size_t>(n));
        return true;
    }

    int socket_;
    char buffer_[65536];
    std::string received_;
};

// What a handler hands to another thread and gets back through wake().
class Worker {
  public:
    void give(Exchange& exchange) {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(&exchange);
        changed_.notify_all();
    }
    void wait_for(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return waiting_.size() >= count; });
    }
    void answer_all(EventLoop& loop) {
        {
            const std::lock_guard lock(mutex_);
            answered_.insert(answered_.end(), waiting_.begin(), waiting_.end());
            waiting_.clear();
        }
        loop.wake();
    }
    // It need not wait any longer; answered with the others.
    void let_go(EventLoop& loop, Exchange& exchange) {
        const std::lock_guard lock(mutex_);
        if (std::erase(waiting_, &exchange) > 0)
            answered_.push_back(&exchange);
        loop.wake();
    }
    // It need not wait any longer, and the loop is not told.
    void let_go_unheard(Exchange& exchange) {
        const std::lock_guard lock(mutex_);
        answered_.push_back(&exchange);
    }
    std::vector<Exchange*> take_answered() {
        const std::lock_guard lock(mutex_);
        return std::exchange(answered_, {});
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Exchange*> waiting_;
    std::vector<Exchange*> answered_;
};

// Bytes sent from this port and not yet acknowledged, by the kernel's count for all sockets.
inline std::size_t bytes_on_their_way(std::uint16_t port) {
    std::ifstream table("/proc/net/tcp");
    std::string line;
    std::size_t sum = 0;
    while (std::getline(table, line)) {
        unsigned local_port = 0, bytes = 0;
        if (std::sscanf(line.c_str(), "%*s %*8x:%4x %*s %*x %8x:", &local_port, &bytes) == 2 &&
            local_port == port)
            sum += bytes;
    }
    return sum;
}

class Transport : public testing::Test {
  protected:
    // `more` adds listeners.
    void start(Handler handler, TransportLimits limits = {}, BodyBytesMax body_limit = nullptr,
               const std::function<void(EventLoop&)>& more = nullptr) {
        Hooks hooks;
        hooks.on_wake = [this] {
            for (Exchange* exchange : worker_.take_answered())
                loop_->resume(*exchange);
        };
        hooks.on_round_end = [this] {
            for (Exchange* exchange : std::exchange(gathered_, {}))
                worker_.give(*exchange);
        };
        hooks.body_bytes_max = std::move(body_limit);
        loop_ = std::make_unique<EventLoop>(limits, std::move(handler), std::move(hooks));
        const ListenResult listening = loop_->listen("127.0.0.1", 0, false, tls_.get());
        ASSERT_TRUE(listening.ok()) << listening.error;
        port_ = listening.port;
        if (more)
            more(*loop_);
        thread_ = std::thread([this] { abandoned_ = loop_->run(); });
    }
    // Echoes the request.
    void start_echo(TransportLimits limits = {}, BodyBytesMax body_limit = nullptr) {
        start([](Exchange& x) { x.respond(200, std::string(x.body()), "text/plain"); }, limits,
              std::move(body_limit));
    }
    // Suspends every request until worker_.answer_all().
    void start_suspending(TransportLimits limits = {}) {
        start(
            [this](Exchange& x) {
                gathered_.push_back(&x);
                x.suspend();
                x.respond(200, std::string(x.path()), "text/plain");
                ended_.fetch_add(1);
            },
            limits);
    }
    void drain() {
        loop_->begin_drain();
        thread_.join();
    }
    void TearDown() override {
        if (!thread_.joinable())
            return;
        drain();
        EXPECT_EQ(loop_->counters().connections_open.value(), 0);
    }
    Answer ask(const std::string& request) {
        RawClient client(port_);
        client.send(request);
        return client.receive();
    }

    Worker worker_;
    std::unique_ptr<TlsContexts> tls_; // with one, clients have to speak TLS
    std::unique_ptr<EventLoop> loop_;
    std::thread thread_;
    std::uint16_t port_ = 0;
    std::size_t abandoned_ = 0;
    std::atomic<int> ended_{0};
    std::vector<Exchange*> gathered_; // the loop's thread: handed over at the end of a round
};

inline std::string get(const std::string& path, const std::string& headers = "") {
    return "GET " + path + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
}

inline std::string post(const std::string& path, const std::string& body,
                        const std::string& headers = "") {
    return "POST " + path + " HTTP/1.1\r\nHost: h\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

inline void expect_problem(const Answer& answer, int status, const std::string& code) {
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_EQ(answer.header("Retry-After").has_value(), status == 503);
    EXPECT_TRUE(answer.body.starts_with(R"({"type":"/problems/)")) << answer.body;
    EXPECT_NE(answer.body.find("\"status\":" + std::to_string(status)), std::string::npos);
    EXPECT_NE(answer.body.find("\"code\":\"" + code + "\""), std::string::npos) << answer.body;
    ASSERT_TRUE(answer.header("X-Request-Id").has_value());
    EXPECT_NE(answer.body.find("\"request_id\":\"" + *answer.header("X-Request-Id") + "\""),
              std::string::npos);
}

} // namespace hongbao::http
