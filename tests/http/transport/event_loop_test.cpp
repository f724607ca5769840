// Role: listening, suspending, resuming from other threads, draining; and what ends the process.
#include "http/transport/socket/descriptor_limit.hpp"
#include "tests/http/transport_fixture.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace hongbao::http;

TEST_F(Transport, PipelinedRequestsAreAnsweredInOrderAlsoWhenSuspended) {
    start_suspending();
    RawClient client(port_);
    client.send(get("/1") + get("/2") + get("/3"));
    for (const char* path : {"/1", "/2", "/3"}) {
        worker_.wait_for(1);
        worker_.answer_all(*loop_);
        EXPECT_EQ(client.receive().body, path);
    }
}

// Otherwise it would sleep until something comes, and the test would hang.
TEST_F(Transport, ALoopWakesWhenItWasToldTo) {
    start([this](Exchange& x) {
        x.loop().wake_in(3'600'000);
        x.loop().wake_in(5); // the soonest counts
        x.loop().wake_in(7'200'000);
        worker_.let_go_unheard(x);
        x.suspend();
        x.respond(200, std::string(x.path()), "text/plain");
    });
    RawClient client(port_);
    for (const char* path : {"/1", "/2"}) {
        client.send(get(path));
        EXPECT_EQ(client.receive().body, path);
    }
}

TEST_F(Transport, ARequestWhoseClientHasLeftRunsToItsEnd) {
    start_suspending();
    {
        RawClient leaving(port_);
        leaving.send(get("/1") + get("/2"));
        worker_.wait_for(1);
        leaving.reset();
    }
    RawClient staying(port_);
    staying.send(get("/3"));
    worker_.wait_for(2);
    EXPECT_EQ(loop_->counters().requests_in_flight.value(), 2);
    worker_.answer_all(*loop_);
    EXPECT_EQ(staying.receive().body, "/3");
    while (loop_->counters().connections_open.value() > 1) {
        worker_.answer_all(*loop_); // "/2" may have been read before the connection broke
    }
    EXPECT_GE(ended_.load(), 2);
}

TEST_F(Transport, AThousandRequestsAreSuspendedAndResumedByAnotherThread) {
    ASSERT_EQ(raise_descriptor_limit(2'000), std::nullopt);
    start_suspending();
    constexpr std::size_t count = 1'000;
    std::vector<std::unique_ptr<RawClient>> clients;
    for (std::size_t i = 0; i < count; ++i) {
        clients.push_back(std::make_unique<RawClient>(port_));
    }
    for (int turn = 0; turn < 3; ++turn) {
        for (std::size_t i = 0; i < count; ++i) {
            clients[i]->send(get("/" + std::to_string(i)));
        }
        std::thread other([this] {
            worker_.wait_for(count);
            worker_.answer_all(*loop_);
        });
        for (std::size_t i = 0; i < count; ++i) {
            ASSERT_EQ(clients[i]->receive().body, "/" + std::to_string(i));
        }
        other.join();
    }
}

TEST_F(Transport, ManyWakesAtOnceLoseNoReply) {
    start_suspending();
    std::atomic<bool> stop{false};
    std::thread waker([&] {
        while (!stop.load()) {
            worker_.answer_all(*loop_);
        }
    });
    RawClient client(port_);
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
    RawClient client(port_);
    client.send(get("/"));
    worker_.wait_for(1);
    worker_.answer_all(*loop_);
    EXPECT_EQ(client.receive().body, "twice");
}

TEST_F(Transport, ARequestThatGivesWayLetsOthersRunBeforeItGoesOn) {
    std::atomic<bool> others_ran{false};
    start([&](Exchange& x) {
        if (x.path() == "/other") {
            others_ran.store(true);
        }
        while (x.path() == "/long" && !others_ran.load()) {
            x.yield();
        }
        x.respond(200, std::string(x.path()));
    });
    RawClient giving_way(port_);
    giving_way.send(get("/long"));
    while (loop_->counters().requests_in_flight.value() == 0) {
        std::this_thread::yield();
    }
    EXPECT_EQ(ask(get("/other")).body, "/other");
    EXPECT_EQ(giving_way.receive().body, "/long");
}

TEST_F(Transport, GivingWayTakesTurnsAndOutlastsTheClientAndTheDrain) {
    std::atomic<int> giving_way{0};
    std::atomic<bool> over{false};
    start([&](Exchange& x) {
        giving_way.fetch_add(1);
        while (!over.load()) {
            x.give_way();
        }
        x.respond(200, std::string(x.path()));
        ended_.fetch_add(1);
    });
    RawClient leaving(port_);
    leaving.send(get("/1"));
    RawClient staying(port_);
    staying.send(get("/2"));
    while (giving_way.load() < 2) { // the first would hold the loop for ever
        std::this_thread::yield();
    }
    leaving.reset();
    loop_->begin_drain();
    over.store(true);
    EXPECT_EQ(staying.receive().body, "/2");
    thread_.join();
    EXPECT_EQ(ended_.load(), 2);
    EXPECT_EQ(abandoned_, 0U);
}

TEST_F(Transport, DrainAnswersWhatIsInFlightAndClosesTheRest) {
    start_suspending();
    RawClient idle(port_);
    RawClient waiting(port_);
    waiting.send(get("/1") + get("/2"));
    RawClient receiving(port_);
    receiving.send("GET /3 HTTP");
    worker_.wait_for(1);
    while (loop_->counters().connections_open.value() < 3) {
        std::this_thread::yield();
    }
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

TEST_F(Transport, ARequestThatDoesNotArriveDoesNotHoldUpADrain) {
    TransportLimits limits;
    limits.drain_receiving_ms_max = 100;
    limits.drain_ms_max = 60'000;
    start_echo(limits);
    RawClient receiving(port_);
    receiving.send("GET /3 HTTP");
    while (loop_->counters().connections_open.value() < 1) {
        std::this_thread::yield();
    }
    const auto begin = std::chrono::steady_clock::now();
    loop_->begin_drain();
    expect_problem(receiving.receive(), 503, "draining");
    EXPECT_TRUE(receiving.at_end());
    receiving.finish_sending();
    thread_.join();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(9));
    EXPECT_EQ(abandoned_, 0U);
}

TEST_F(Transport, DrainEndsAtItsDeadline) {
    TransportLimits limits;
    limits.drain_ms_max = 50;
    start_echo(limits);
    RawClient receiving(port_);
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
        RawClient client(listening.port);
        client.send(get("/", "Connection: close\r\n"));
        EXPECT_EQ(client.receive().status, 200);
    }
    first.begin_drain();
    second.begin_drain();
    one.join();
    two.join();
    EXPECT_EQ(first.counters().responses.value() + second.counters().responses.value(), 50);
}

TEST(TransportDeathTest, AHandlerThatThrowsEndsTheProcess) {
    const auto serve = [] {
        EventLoop loop({}, [](Exchange&) { throw std::runtime_error("not caught"); }, {});
        const ListenResult listening = loop.listen("127.0.0.1", 0);
        RawClient client(listening.port);
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
            RawClient client(listening.port);
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
        RawClient client(listening.port);
        client.send(get("/"));
        loop.run();
    };
    EXPECT_DEATH(serve(), "a handler answers before it returns");
}
