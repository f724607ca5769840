// Role: every bound of the transport: what a client beyond it is told; others are not disturbed.
#include "http/transport/socket/descriptor_limit.hpp"
#include "tests/http/transport_fixture.hpp"

#include <sys/resource.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

using namespace hongbao::http;

TEST_F(Transport, AClientThatDoesNotReadIsClosedAfterItsTime) {
    TransportLimits limits;
    limits.send_ms_max = 50;
    start([](Exchange& x) { x.respond(200, std::string(20'000'000, 'a')); }, limits);
    RawClient client(port_);
    client.send(get("/"));
    while (loop_->counters().connections_open.value() > 0 ||
           loop_->counters().responses.value() == 0) {
        std::this_thread::yield();
    }
    EXPECT_EQ(client.receive().status, 0);
}

TEST_F(Transport, AClientThatDoesNotReadTakesLittleOfTheKernelAndLeavesNothingThere) {
    TransportLimits limits;
    limits.send_ms_max = 300;
    start([](Exchange& x) { x.respond(200, std::string(20'000'000, 'a')); }, limits);
    RawClient client(port_, 4'096);
    client.send(get("/"));
    while (loop_->counters().responses.value() == 0) {
        std::this_thread::yield();
    }
    std::size_t most = 0;
    while (loop_->counters().connections_open.value() > 0) {
        most = std::max(most, bytes_on_their_way(port_));
    }
    EXPECT_GT(most, 0U);
    EXPECT_LE(most, 512U * 1024) << "some megabytes, if the kernel may choose";
    EXPECT_EQ(bytes_on_their_way(port_), 0U);
    EXPECT_TRUE(client.ends_in_reset()) << "nobody takes a part for the whole";
}

TEST_F(Transport, WhileAnAnswerWaitsNoOtherRequestIsBegun) {
    start([](Exchange& x) { x.respond(200, std::string(100'000, 'a')); });
    RawClient stalled(port_, 4'096);
    std::string many;
    for (int i = 0; i < 200; ++i) {
        many += get("/");
    }
    stalled.send(many);
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(ask(get("/")).status, 200);
    }
    while (bytes_on_their_way(port_) == 0) {
        std::this_thread::yield();
    }
    EXPECT_LE(loop_->counters().responses.value() - 20, 10);
    for (int i = 0; i < 200; ++i) {
        ASSERT_EQ(stalled.receive().body.size(), 100'000U) << i;
    }
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
        RawClient client(port_);
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
    RawClient client(port_);
    const std::string request = post("/", "hello", "Expect: 100-Continue\r\n");
    const std::size_t head = request.size() - 5;
    client.send(std::string_view(request).substr(0, head));
    const Answer interim = client.receive();
    EXPECT_EQ(interim.status, 100);
    for (std::size_t i = head; i < request.size(); ++i) {
        client.send(request.substr(i, 1));
    }
    const Answer answer = client.receive();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "hello");
    client.send(request); // the body is there already: no 100 Continue
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
        RawClient client(port_);
        client.send(part);
        expect_problem(client.receive(), 408, "request_timeout");
        EXPECT_TRUE(client.at_end());
    }
}

TEST_F(Transport, TheDeadlineOfARequestIsNotMovedByMoreBytes) {
    TransportLimits limits;
    limits.request_ms_max = 200;
    start_echo(limits);
    RawClient client(port_);
    client.send("GET / HTTP/1.1\r\nHost: h\r\n");
    while (loop_->counters().refusals.value() == 0) { // an endless drip
        client.send("A: b\r\n");
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    expect_problem(client.receive(), 408, "request_timeout");
}

TEST_F(Transport, AnIdleConnectionIsClosedWithoutAWord) {
    TransportLimits limits;
    limits.idle_ms_max = 50;
    start_echo(limits);
    RawClient fresh(port_);
    EXPECT_TRUE(fresh.at_end());
    RawClient used(port_);
    used.send(get("/"));
    EXPECT_EQ(used.receive().status, 200);
    EXPECT_TRUE(used.at_end());
}

TEST_F(Transport, BeyondTheCapClientsAreTurnedAway) {
    TransportLimits limits;
    limits.connections_max = 2;
    start_echo(limits);
    RawClient first(port_);
    auto second = std::make_unique<RawClient>(port_);
    for (RawClient* client : {&first, second.get()}) {
        client->send(get("/"));
        EXPECT_EQ(client->receive().status, 200);
        client->send("GET / HT"); // or it would make way
    }
    for (int i = 0; i < 3; ++i) {
        RawClient third(port_);
        third.send(get("/"));
        expect_problem(third.receive(), 503, "overloaded");
        EXPECT_TRUE(third.at_end());
    }
    EXPECT_EQ(loop_->counters().connections_refused.value(), 3);
    second.reset();
    while (loop_->counters().connections_open.value() > 1) {
        std::this_thread::yield();
    }
    EXPECT_EQ(ask(get("/")).status, 200);
}

TEST_F(Transport, AtTheCapTheOneThatIsIdleLongestMakesWay) {
    TransportLimits limits;
    limits.connections_max = 3;
    start_echo(limits);
    RawClient busy(port_), longest(port_), later(port_);
    for (RawClient* client : {&busy, &longest, &later}) {
        client->send(get("/"));
        EXPECT_EQ(client->receive().status, 200);
    }
    busy.send("GET / HT");
    RawClient newcomer(port_);
    newcomer.send(get("/"));
    EXPECT_EQ(newcomer.receive().status, 200);
    EXPECT_TRUE(longest.at_end());
    busy.send("TP/1.1\r\nHost: h\r\n\r\n");
    later.send(get("/"));
    EXPECT_EQ(busy.receive().status, 200);
    EXPECT_EQ(later.receive().status, 200);
    EXPECT_EQ(loop_->counters().connections_displaced.value(), 1);
    EXPECT_EQ(loop_->counters().connections_refused.value(), 0);
}

TEST_F(Transport, WhoMakesWayMayLeaveInTheSameRound) {
    TransportLimits limits;
    limits.connections_max = 2;
    std::atomic<bool> holds{false};
    start(
        [&](Exchange& x) {
            x.respond(200, "1");
            for (holds.store(x.path() == "/hold"); holds.load();) {
                std::this_thread::yield(); // nothing else happens in this loop meanwhile
            }
        },
        limits);
    for (int round = 0; round < 20; ++round) {
        RawClient holding(port_);
        RawClient leaving(port_);
        for (int i = 0; i < 16; ++i) { // a whole turn: its next events are for the next round
            leaving.send(get("/"));
        }
        for (int i = 0; i < 16; ++i) {
            EXPECT_EQ(leaving.receive().status, 200);
        }
        holding.send(get("/hold"));
        while (!holds.load()) {
            std::this_thread::yield();
        }
        RawClient newcomer(port_);
        leaving.reset();
        holds.store(false);
        EXPECT_EQ(holding.receive().status, 200);
        newcomer.send(get("/"));
        EXPECT_EQ(newcomer.receive().status, 200);
    }
    EXPECT_EQ(ask(get("/")).status, 200);
}

TEST_F(Transport, FarBeyondTheCapClientsAreToldSoAndNotHeld) {
    ASSERT_EQ(raise_descriptor_limit(1'000), std::nullopt);
    TransportLimits limits;
    limits.connections_max = 1;
    start_echo(limits);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 300; ++i) {
        clients.push_back(std::make_unique<RawClient>(port_));
        if (i == 0) {
            clients[0]->send("GET / HT"); // or it would make way
            continue;
        }
        expect_problem(clients.back()->receive(), 503, "overloaded");
        EXPECT_TRUE(clients.back()->at_end());
    }
    EXPECT_EQ(loop_->counters().connections_refused.value(), 299);
    EXPECT_LE(loop_->counters().connections_open.value(), 257);
    clients[0]->send("TP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(clients[0]->receive().status, 200);
}

TEST_F(Transport, BeyondTheCapOfRequestsInFlightRequestsAreTurnedAway) {
    TransportLimits limits;
    limits.requests_in_flight_max = 1;
    start_suspending(limits);
    RawClient first(port_);
    first.send(get("/1"));
    worker_.wait_for(1);
    expect_problem(ask(get("/2")), 503, "overloaded");
    worker_.answer_all(*loop_);
    EXPECT_EQ(first.receive().body, "/1");
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
