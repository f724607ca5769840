// Role: the transport as clients see it: an EventLoop on a thread of its own, a test handler, and
// raw sockets. Nothing here depends on how fast the machine is: what waits, waits for an event.
#include "http/event_loop.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "http/descriptor_limit.hpp"

using namespace hongbao::http;

namespace {

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

// A blocking socket of one client.
class Client {
  public:
    explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
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
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client() {
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
        Answer answer;
        std::size_t end = 0;
        while ((end = received_.find("\r\n\r\n")) == received_.npos) {
            if (!fill())
                return answer;
        }
        answer.head = received_.substr(0, end + 2);
        received_.erase(0, end + 4);
        const std::size_t size =
            has_body ? std::stoul(answer.header("Content-Length").value_or("0")) : 0;
        while (received_.size() < size) {
            if (!fill())
                return answer;
        }
        answer.body = received_.substr(0, size);
        received_.erase(0, size);
        answer.status = std::stoi(answer.head.substr(9, 3));
        return answer;
    }

    // Nothing more comes, and the end is a proper one, not a reset.
    bool at_end() { return received_.empty() && ::recv(socket_, buffer_, 1, 0) == 0; }
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

class Transport : public testing::Test {
  protected:
    void start(Handler handler, TransportLimits limits = {}, BodyBytesMax body_limit = nullptr) {
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
        const ListenResult listening = loop_->listen("127.0.0.1", 0);
        ASSERT_TRUE(listening.ok()) << listening.error;
        port_ = listening.port;
        thread_ = std::thread([this] { abandoned_ = loop_->run(); });
    }
    // Answers with what it was asked.
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
        Client client(port_);
        client.send(request);
        return client.receive();
    }

    Worker worker_;
    std::unique_ptr<EventLoop> loop_;
    std::thread thread_;
    std::uint16_t port_ = 0;
    std::size_t abandoned_ = 0;
    std::atomic<int> ended_{0};
    std::vector<Exchange*> gathered_; // the loop's thread: handed over at the end of a round
};

std::string get(const std::string& path, const std::string& headers = "") {
    return "GET " + path + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
}

std::string post(const std::string& path, const std::string& body,
                 const std::string& headers = "") {
    return "POST " + path + " HTTP/1.1\r\nHost: h\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

void expect_problem(const Answer& answer, int status, const std::string& code) {
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_EQ(answer.header("Retry-After").has_value(), status == 503);
    EXPECT_NE(answer.body.find(R"("type":"about:blank")"), std::string::npos) << answer.body;
    EXPECT_NE(answer.body.find("\"status\":" + std::to_string(status)), std::string::npos);
    EXPECT_NE(answer.body.find("\"code\":\"" + code + "\""), std::string::npos) << answer.body;
    ASSERT_TRUE(answer.header("X-Request-Id").has_value());
    EXPECT_NE(answer.body.find("\"request_id\":\"" + *answer.header("X-Request-Id") + "\""),
              std::string::npos);
}

} // namespace

TEST_F(Transport, AHandlerSeesTheRequest) {
    start([](Exchange& x) {
        std::string seen(x.method());
        seen += " " + std::string(x.path()) + " " + x.query("q").value_or("-") + " " +
                x.query("none").value_or("-") + " " + std::string(x.header("x-y").value_or("-")) +
                " " + std::string(x.body());
        for (const auto& [name, value] : x.query_parameters())
            seen += " " + name + "=" + value;
        x.respond(201, seen, "text/plain");
    });
    const Answer answer = ask(post("/a%20b?p&q=1%2B1+2=3&q=4", "hello", "X-Y: 100%25\r\n"));
    EXPECT_EQ(answer.status, 201);
    EXPECT_EQ(answer.body, "POST /a b 1+1 2=3 - 100%25 hello p= q=1+1 2=3 q=4");
}

TEST_F(Transport, AnAnswerHasFewHeaders) {
    start([](Exchange& x) {
        x.set_header("Allow", "GET");
        x.respond(405, "{}");
    });
    const Answer answer = ask(get("/", "X-Request-Id: my.id_1-2\r\n"));
    EXPECT_EQ(answer.head, "HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\nContent-Length: 2\r\n"
                           "Content-Type: application/json\r\nX-Request-Id: my.id_1-2\r\n");
}

TEST_F(Transport, RequestIdsOfOursAreDistinctAndUnfitOnesAreReplaced) {
    start([](Exchange& x) { x.respond(200, std::string(x.request_id()), "text/plain"); });
    Client client(port_);
    std::vector<std::string> ids;
    for (const std::string& sent : {std::string(), std::string("a b"), std::string(65, 'a')}) {
        client.send(get("/", sent.empty() ? "" : "X-Request-Id: " + sent + "\r\n"));
        const Answer answer = client.receive();
        EXPECT_TRUE(RequestId::well_formed(answer.body)) << answer.body;
        EXPECT_EQ(answer.header("X-Request-Id"), answer.body);
        EXPECT_NE(answer.body, sent);
        ids.push_back(answer.body);
    }
    EXPECT_NE(ids[0], ids[1]);
    EXPECT_NE(ids[1], ids[2]);
    client.send(get("/", "X-Request-Id: " + std::string(64, 'a') + "\r\n"));
    EXPECT_EQ(client.receive().body, std::string(64, 'a'));
}

TEST_F(Transport, HeadersThatCppHttplibWouldActOnDoNotReachIt) {
    start([](Exchange& x) { x.respond(200, std::string(5000, 'a')); });
    const Answer answer = ask(get("/", "Range: bytes=" + std::string(9000, '0') +
                                           "-x,y\r\nAccept-Encoding: gzip, br\r\n"
                                           "REMOTE_ADDR: 10.0.0.1\r\nLOCAL_PORT: 1\r\n"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, std::string(5000, 'a'));
    EXPECT_FALSE(answer.header("Content-Encoding").has_value());
}

TEST_F(Transport, MethodsUnknownToCppHttplibReachTheHandler) {
    start([](Exchange& x) { x.respond(405, std::string(x.method()), "text/plain"); });
    EXPECT_EQ(ask("BREW /pot HTTP/1.1\r\nHost: h\r\n\r\n").body, "BREW");
    EXPECT_EQ(ask("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n").body, "OPTIONS");
}

TEST_F(Transport, HeadIsAnsweredWithoutABodyAnd204WithoutALength) {
    start([](Exchange& x) {
        if (x.method() == "HEAD")
            x.respond(200, "12345");
        else
            x.respond(204, "");
    });
    Client client(port_);
    client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n" + get("/"));
    const Answer head = client.receive(false);
    EXPECT_EQ(head.header("Content-Length"), "5");
    const Answer none = client.receive();
    EXPECT_EQ(none.status, 204);
    EXPECT_FALSE(none.header("Content-Length").has_value());
}

TEST_F(Transport, ARequestMayArriveByteByByte) {
    start_echo();
    Client client(port_);
    for (const char byte : post("/", "hello"))
        client.send({&byte, 1});
    EXPECT_EQ(client.receive().body, "hello");
}

TEST_F(Transport, ARequestMayBeSplitAnywhere) {
    start_echo();
    Client client(port_);
    const std::string request = post("/x?y=z", "hello", "A: b\r\n");
    for (std::size_t cut = 0; cut <= request.size(); ++cut) {
        client.send(std::string_view(request).substr(0, cut));
        client.send(std::string_view(request).substr(cut));
        ASSERT_EQ(client.receive().body, "hello") << cut;
    }
}

TEST_F(Transport, PipelinedRequestsAreAnsweredInOrder) {
    start_echo();
    Client client(port_);
    std::string all;
    for (int i = 0; i < 500; ++i)
        all += post("/", std::to_string(i) + std::string(static_cast<std::size_t>(i), '.'));
    std::thread sender([&] { client.send(all); });
    for (int i = 0; i < 500; ++i)
        EXPECT_EQ(client.receive().body,
                  std::to_string(i) + std::string(static_cast<std::size_t>(i), '.'));
    sender.join();
}

TEST_F(Transport, PipelinedRequestsAreAnsweredInOrderAlsoWhenSuspended) {
    start_suspending();
    Client client(port_);
    client.send(get("/1") + get("/2") + get("/3"));
    for (const char* path : {"/1", "/2", "/3"}) {
        worker_.wait_for(1);
        worker_.answer_all(*loop_);
        EXPECT_EQ(client.receive().body, path);
    }
}

TEST_F(Transport, ARequestBehindARefusedOneIsNotServed) {
    start_suspending();
    Client client(port_);
    client.send("GET / HTTP/1.1\r\n\r\n" + get("/2"));
    expect_problem(client.receive(), 400, "bad_request");
    EXPECT_TRUE(client.at_end());
    EXPECT_EQ(loop_->counters().responses.value(), 0);
}

TEST_F(Transport, EachAnswerLeavesInOneSend) {
    start([](Exchange& x) { x.respond(200, std::string(8000, 'a')); });
    Client client(port_);
    for (int i = 0; i < 100; ++i) {
        client.send(get("/"));
        ASSERT_EQ(client.receive().status, 200);
    }
    drain();
    EXPECT_EQ(loop_->counters().responses.value(), 100);
    EXPECT_EQ(loop_->counters().sends.value(), 100);
}

TEST_F(Transport, AnAnswerLargerThanTheSocketArrivesWhole) {
    start([](Exchange& x) { x.respond(200, std::string(20'000'000, 'a')); });
    Client client(port_);
    client.send(get("/1") + get("/2"));
    EXPECT_EQ(client.receive().body.size(), 20'000'000U);
    EXPECT_EQ(client.receive().body.size(), 20'000'000U);
}

TEST_F(Transport, AClientThatDoesNotReadIsClosedAfterItsTime) {
    TransportLimits limits;
    limits.send_ms_max = 50;
    start([](Exchange& x) { x.respond(200, std::string(20'000'000, 'a')); }, limits);
    Client client(port_);
    client.send(get("/"));
    while (loop_->counters().connections_open.value() > 0 ||
           loop_->counters().responses.value() == 0)
        std::this_thread::yield();
    EXPECT_EQ(client.receive().status, 0);
}

TEST_F(Transport, BodiesAreTakenUpToTheirLimit) {
    start_echo({}, [](std::string_view method, std::string_view path) {
        return method == "POST" && path == "/batch" ? std::size_t{4} << 20 : std::size_t{1} << 20;
    });
    const std::string batch(std::size_t{4} << 20, 'b');
    EXPECT_EQ(ask(post("/batch", batch)).body, batch);
    EXPECT_EQ(ask(post("/", batch.substr(0, std::size_t{1} << 20))).status, 200);
    expect_problem(ask(post("/batch", batch + "b")), 413, "body_too_large");
    expect_problem(ask(post("/", batch.substr(0, (std::size_t{1} << 20) + 1))), 413,
                   "body_too_large");
}

TEST_F(Transport, BodiesAreBoundedInSumToo) {
    TransportLimits limits;
    limits.buffered_bytes_max = 100'000;
    start_echo(limits);
    EXPECT_EQ(ask(post("/", std::string(50'000, 'b'))).status, 200);
    expect_problem(ask(post("/", std::string(200'000, 'b'))), 503, "overloaded");
    EXPECT_EQ(ask(post("/", std::string(50'000, 'b'))).status, 200);
}

TEST_F(Transport, EveryRefusalIsAProblemThatCanBeRead) {
    start_echo();
    const std::string host = " HTTP/1.1\r\nHost: h\r\n";
    const std::vector<std::tuple<std::string, int, std::string>> cases{
        {"GARBAGE\r\n\r\n", 400, "bad_request"},
        {"GET / HTTP/1.1\r\n\r\n", 400, "bad_request"},
        {"GET / HTTP/3.0\r\nHost: h\r\n\r\n", 400, "bad_request"},
        {get("/", "Content-Length: x\r\n"), 400, "bad_request"},
        {get("/", "Content-Length: 1\r\nContent-Length: 1\r\n"), 400, "bad_request"},
        {get("/", " folded\r\n"), 400, "bad_request"},
        {get("/", "A: \x01\r\n"), 400, "bad_request"},
        {"GET /" + host + "A: b\n\r\n", 400, "bad_request"},
        {get("/", "Transfer-Encoding: chunked\r\n"), 411, "length_required"},
        {get("/", "Content-Length: 9999999\r\n"), 413, "body_too_large"},
        {get("/" + std::string(2000, 'a')), 414, "target_too_long"},
        {get("/", "Content-Encoding: br\r\n"), 415, "unsupported_content_encoding"},
        {get("/", "A: " + std::string(20'000, 'a') + "\r\n"), 431, "head_too_large"},
    };
    for (const auto& [request, status, code] : cases) {
        SCOPED_TRACE(request.substr(0, 60));
        Client client(port_);
        client.send(request + std::string(300'000, 'x')); // more than the server has read
        expect_problem(client.receive(), status, code);
        client.finish_sending();
        EXPECT_TRUE(client.at_end());
    }
    const Answer answer = ask(get("/", "X-Request-Id: mine\r\nContent-Encoding: br\r\n"));
    EXPECT_EQ(answer.header("X-Request-Id"), "mine");
}

TEST_F(Transport, AnAdmissibleBodyIsAskedForOnce) {
    start_echo();
    Client client(port_);
    const std::string request = post("/", "hello", "Expect: 100-Continue\r\n");
    const std::size_t head = request.size() - 5;
    client.send(std::string_view(request).substr(0, head));
    const Answer interim = client.receive();
    EXPECT_EQ(interim.status, 100);
    for (std::size_t i = head; i < request.size(); ++i)
        client.send(request.substr(i, 1));
    const Answer answer = client.receive();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "hello");
    client.send(request); // the body is there already: nothing to ask for
    EXPECT_EQ(client.receive().status, 200);
}

TEST_F(Transport, ABodyThatIsTooLargeIsNotAskedFor) {
    start_echo();
    expect_problem(ask(get("/", "Expect: 100-continue\r\nContent-Length: 9999999\r\n")), 413,
                   "body_too_large");
}

TEST_F(Transport, ASlowHeadAndASlowBodyTimeOut) {
    TransportLimits limits;
    limits.request_ms_max = 50;
    start_echo(limits);
    for (const std::string& part :
         {std::string("GET / HT"), get("/", "Content-Length: 5\r\n") + "a"}) {
        Client client(port_);
        client.send(part);
        expect_problem(client.receive(), 408, "request_timeout");
        EXPECT_TRUE(client.at_end());
    }
}

TEST_F(Transport, TheDeadlineOfARequestIsNotMovedByMoreBytes) {
    TransportLimits limits;
    limits.request_ms_max = 200;
    start_echo(limits);
    Client client(port_);
    client.send("GET / HTTP/1.1\r\nHost: h\r\n");
    while (loop_->counters().refusals.value() == 0) { // a drip without end
        client.send("A: b\r\n");
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    expect_problem(client.receive(), 408, "request_timeout");
}

TEST_F(Transport, AnIdleConnectionIsClosedWithoutAWord) {
    TransportLimits limits;
    limits.idle_ms_max = 50;
    start_echo(limits);
    Client fresh(port_);
    EXPECT_TRUE(fresh.at_end());
    Client used(port_);
    used.send(get("/"));
    EXPECT_EQ(used.receive().status, 200);
    EXPECT_TRUE(used.at_end());
}

TEST_F(Transport, TheClientDecidesAboutClosing) {
    start_echo();
    Client closing(port_);
    closing.send(get("/", "Connection: close\r\n"));
    EXPECT_EQ(closing.receive().header("Connection"), "close");
    EXPECT_TRUE(closing.at_end());

    Client old(port_);
    old.send("GET / HTTP/1.0\r\n\r\n");
    EXPECT_EQ(old.receive().header("Connection"), "close");
    EXPECT_TRUE(old.at_end());

    Client old_but_kept(port_);
    for (int i = 0; i < 2; ++i) {
        old_but_kept.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        EXPECT_EQ(old_but_kept.receive().header("Connection"), "keep-alive");
    }
}

TEST_F(Transport, AHalfClosedClientIsStillAnswered) {
    start_suspending();
    Client client(port_);
    client.send(get("/1"));
    client.finish_sending();
    worker_.wait_for(1);
    worker_.answer_all(*loop_);
    EXPECT_EQ(client.receive().body, "/1");
    EXPECT_TRUE(client.at_end());
}

TEST_F(Transport, BeyondTheCapClientsAreTurnedAway) {
    TransportLimits limits;
    limits.connections_max = 2;
    start_echo(limits);
    Client first(port_);
    auto second = std::make_unique<Client>(port_);
    for (Client* client : {&first, second.get()}) {
        client->send(get("/"));
        EXPECT_EQ(client->receive().status, 200);
    }
    for (int i = 0; i < 3; ++i) {
        Client third(port_);
        third.send(get("/"));
        expect_problem(third.receive(), 503, "overloaded");
        EXPECT_TRUE(third.at_end());
    }
    EXPECT_EQ(loop_->counters().connections_refused.value(), 3);
    second.reset();
    while (loop_->counters().connections_open.value() > 1)
        std::this_thread::yield();
    EXPECT_EQ(ask(get("/")).status, 200);
}

TEST_F(Transport, FarBeyondTheCapClientsAreToldSoAndNotHeld) {
    ASSERT_EQ(raise_descriptor_limit(1'000), std::nullopt);
    TransportLimits limits;
    limits.connections_max = 1;
    start_echo(limits);
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 300; ++i) {
        clients.push_back(std::make_unique<Client>(port_));
        if (i == 0)
            continue;
        expect_problem(clients.back()->receive(), 503, "overloaded");
        EXPECT_TRUE(clients.back()->at_end());
    }
    EXPECT_EQ(loop_->counters().connections_refused.value(), 299);
    EXPECT_LE(loop_->counters().connections_open.value(), 257);
    clients[0]->send(get("/"));
    EXPECT_EQ(clients[0]->receive().status, 200);
}

TEST_F(Transport, BeyondTheCapOfRequestsInFlightRequestsAreTurnedAway) {
    TransportLimits limits;
    limits.requests_in_flight_max = 1;
    start_suspending(limits);
    Client first(port_);
    first.send(get("/1"));
    worker_.wait_for(1);
    expect_problem(ask(get("/2")), 503, "overloaded");
    worker_.answer_all(*loop_);
    EXPECT_EQ(first.receive().body, "/1");
}

TEST_F(Transport, ARequestWhoseClientHasLeftRunsToItsEnd) {
    start_suspending();
    {
        Client leaving(port_);
        leaving.send(get("/1") + get("/2"));
        worker_.wait_for(1);
        leaving.reset();
    }
    Client staying(port_);
    staying.send(get("/3"));
    worker_.wait_for(2);
    EXPECT_EQ(loop_->counters().requests_in_flight.value(), 2);
    worker_.answer_all(*loop_);
    EXPECT_EQ(staying.receive().body, "/3");
    while (loop_->counters().connections_open.value() > 1)
        worker_.answer_all(*loop_); // "/2" may have been read before the connection broke
    EXPECT_GE(ended_.load(), 2);
}

TEST_F(Transport, AThousandRequestsAreSuspendedAndResumedByAnotherThread) {
    ASSERT_EQ(raise_descriptor_limit(2'000), std::nullopt);
    start_suspending();
    constexpr std::size_t count = 1'000;
    std::vector<std::unique_ptr<Client>> clients;
    for (std::size_t i = 0; i < count; ++i)
        clients.push_back(std::make_unique<Client>(port_));
    for (int turn = 0; turn < 3; ++turn) {
        for (std::size_t i = 0; i < count; ++i)
            clients[i]->send(get("/" + std::to_string(i)));
        std::thread other([this] {
            worker_.wait_for(count);
            worker_.answer_all(*loop_);
        });
        for (std::size_t i = 0; i < count; ++i)
            ASSERT_EQ(clients[i]->receive().body, "/" + std::to_string(i));
        other.join();
    }
}

TEST_F(Transport, ManyWakesAtOnceLoseNoReply) {
    start_suspending();
    std::atomic<bool> stop{false};
    std::thread waker([&] {
        while (!stop.load())
            worker_.answer_all(*loop_);
    });
    Client client(port_);
    for (int i = 0; i < 2'000; ++i) {
        client.send(get("/" + std::to_string(i)));
        ASSERT_EQ(client.receive().body, "/" + std::to_string(i));
    }
    stop.store(true);
    waker.join();
}

TEST_F(Transport, AnExchangeMaySuspendTwiceAndBeResumedBeforeItSuspends) {
    start([this](Exchange& x) {
        x.loop().resume(x);
        x.suspend();
        gathered_.push_back(&x);
        x.suspend();
        x.respond(200, "twice");
    });
    Client client(port_);
    client.send(get("/"));
    worker_.wait_for(1);
    worker_.answer_all(*loop_);
    EXPECT_EQ(client.receive().body, "twice");
}

TEST_F(Transport, DrainAnswersWhatIsInFlightAndClosesTheRest) {
    start_suspending();
    Client idle(port_);
    Client waiting(port_);
    waiting.send(get("/1") + get("/2"));
    Client receiving(port_);
    receiving.send("GET /3 HTTP");
    worker_.wait_for(1);
    while (loop_->counters().connections_open.value() < 3)
        std::this_thread::yield();
    loop_->begin_drain();
    EXPECT_TRUE(idle.at_end());
    receiving.send("/1.1\r\nHost: h\r\n\r\n");
    worker_.wait_for(2);
    worker_.answer_all(*loop_);
    for (auto& [client, path] : {std::pair{&waiting, "/1"}, std::pair{&receiving, "/3"}}) {
        const Answer answer = client->receive();
        EXPECT_EQ(answer.body, path);
        EXPECT_EQ(answer.header("Connection"), "close");
        EXPECT_TRUE(client->at_end());
        client->finish_sending();
    }
    thread_.join();
    EXPECT_EQ(abandoned_, 0U);
    EXPECT_EQ(loop_->counters().connections_open.value(), 0);
}

TEST_F(Transport, DrainEndsAtItsDeadline) {
    TransportLimits limits;
    limits.drain_ms_max = 50;
    start_echo(limits);
    Client receiving(port_);
    receiving.send("GET /3 HTTP");
    drain();
    EXPECT_EQ(abandoned_, 0U);
    EXPECT_EQ(loop_->counters().connections_open.value(), 0);
}

TEST_F(Transport, APortInUseIsAnError) {
    start_echo();
    EventLoop other({}, [](Exchange& x) { x.respond(200, ""); }, {});
    const ListenResult listening = other.listen("127.0.0.1", port_);
    EXPECT_FALSE(listening.ok());
    EXPECT_NE(listening.error.find("127.0.0.1:" + std::to_string(port_)), std::string::npos);
    EXPECT_NE(listening.error.find("in use"), std::string::npos) << listening.error;
}

TEST_F(Transport, AHostThatIsNoneIsAnError) {
    EventLoop loop({}, [](Exchange& x) { x.respond(200, ""); }, {});
    EXPECT_NE(loop.listen("no host", 1).error.find("no host"), std::string::npos);
}

TEST(SharedPort, SeveralLoopsServeIt) {
    const auto answer = [](Exchange& x) { x.respond(200, "{}"); };
    EventLoop first({}, answer, {}), second({}, answer, {});
    const ListenResult listening = first.listen("127.0.0.1", 0, true);
    ASSERT_TRUE(listening.ok()) << listening.error;
    ASSERT_TRUE(second.listen("127.0.0.1", listening.port, true).ok());
    std::thread one([&] { first.run(); }), two([&] { second.run(); });
    for (int i = 0; i < 50; ++i) {
        Client client(listening.port);
        client.send(get("/", "Connection: close\r\n"));
        EXPECT_EQ(client.receive().status, 200);
    }
    first.begin_drain();
    second.begin_drain();
    one.join();
    two.join();
    EXPECT_EQ(first.counters().responses.value() + second.counters().responses.value(), 50);
}

TEST(DescriptorLimit, IsRaisedToTheNeed) {
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    const rlimit low{256, before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
    EXPECT_EQ(raise_descriptor_limit(1'000), std::nullopt);
    rlimit after{};
    getrlimit(RLIMIT_NOFILE, &after);
    EXPECT_GE(after.rlim_cur, 2'000U);
}

TEST(DescriptorLimit, AnImpossibleNeedIsNamed) {
    const auto error = raise_descriptor_limit(std::size_t{1} << 40);
    ASSERT_TRUE(error.has_value());
    EXPECT_NE(error->find("connections_max = 1099511627776"), std::string::npos);
}

TEST(TransportDeathTest, AHandlerThatThrowsEndsTheProcess) {
    const auto serve = [] {
        EventLoop loop({}, [](Exchange&) { throw std::runtime_error("not caught"); }, {});
        const ListenResult listening = loop.listen("127.0.0.1", 0);
        Client client(listening.port);
        client.send(get("/"));
        loop.run();
    };
    EXPECT_DEATH(serve(), "not caught");
}

TEST(TransportDeathTest, ADrainBeyondItsDeadlineReturnsTheRequestsItAbandons) {
    const auto serve = [] {
        TransportLimits limits;
        limits.drain_ms_max = 1;
        const auto never_ends = [](Exchange& x) {
            x.loop().begin_drain();
            x.suspend();
        };
        std::size_t abandoned = 0;
        {
            EventLoop loop(limits, never_ends, {});
            const ListenResult listening = loop.listen("127.0.0.1", 0);
            Client client(listening.port);
            client.send(get("/"));
            abandoned = loop.run();
        }
        std::_Exit(abandoned == 1 ? 0 : 1);
    };
    EXPECT_EXIT(serve(), testing::ExitedWithCode(0), "");
}

TEST(TransportDeathTest, AHandlerThatDoesNotAnswerEndsTheProcess) {
    const auto serve = [] {
        EventLoop loop({}, [](Exchange&) {}, {});
        const ListenResult listening = loop.listen("127.0.0.1", 0);
        Client client(listening.port);
        client.send(get("/"));
        loop.run();
    };
    EXPECT_DEATH(serve(), "a handler answers before it returns");
}
