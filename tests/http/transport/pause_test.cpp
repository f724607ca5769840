// Role: clients that were told to come back later and do not wait; and how long a probe queues.
#include "tests/http/transport_fixture.hpp"

#include <chrono>
#include <string>
#include <thread>

using namespace hongbao::http;

namespace {

constexpr std::int64_t long_ms = 3'600'000;

std::string get_path(const std::string& path) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

class Pauses : public Transport {
  protected:
    void start_with(std::int64_t wait_ms, std::int64_t pause_ms = long_ms,
                    std::size_t connections_max = 100) {
        TransportLimits limits;
        limits.connections_max = connections_max;
        limits.refusals_before_pause = 1;
        limits.pause_ms = pause_ms;
        limits.pause_ms_max = long_ms;
        start(
            [this, wait_ms](Exchange& x) {
                answered_ += 1;
                if (x.path() == "/later") {
                    x.tell_to_wait(wait_ms);
                }
                x.respond(200, std::string(x.path()));
            },
            limits);
    }

    std::atomic<int> answered_{0};
};

TEST_F(Pauses, WhoDoesNotWaitIsReadNoMoreAndOthersAre) {
    start_with(long_ms);
    RawClient eager(port_), other(port_);
    for (int i = 0; i < 3; ++i) {
        eager.send(get_path("/later"));
    }
    EXPECT_EQ(eager.receive().status, 200);
    EXPECT_EQ(eager.receive().status, 200) << "the answer that begins the pause arrives";
    eager.send(get_path("/now"));
    for (int i = 0; i < 100; ++i) {
        other.send(get_path("/now"));
        EXPECT_EQ(other.receive().status, 200);
    }
    EXPECT_EQ(answered_.load(), 102);
    EXPECT_EQ(loop_->counters().paused_asking.value(), 1);
    drain(); // ends the pause: what has arrived is answered
    const Answer last = eager.receive();
    EXPECT_EQ(last.body, "/later");
    EXPECT_EQ(last.header("Connection"), "close");
}

TEST_F(Pauses, WhatIsNotRefusedIsServedMeanwhile) {
    start_with(long_ms);
    RawClient client(port_);
    client.send(get_path("/later"));
    EXPECT_EQ(client.receive().status, 200);
    for (int i = 0; i < 100; ++i) {
        client.send(get_path("/now"));
        EXPECT_EQ(client.receive().body, "/now");
    }
}

TEST_F(Pauses, WhoIsServedInBetweenIsNotPaused) {
    start_with(long_ms);
    RawClient shared(port_); // by many, some of whom ask too much
    for (int i = 0; i < 20; ++i) {
        shared.send(get_path("/later"));
        EXPECT_EQ(shared.receive().body, "/later");
        shared.send(get_path("/now"));
        EXPECT_EQ(shared.receive().body, "/now");
    }
}

TEST_F(Pauses, WhoWaitsIsNeverPaused) {
    start_with(1);
    RawClient client(port_);
    for (int i = 0; i < 20; ++i) {
        client.send(get_path("/later"));
        EXPECT_EQ(client.receive().status, 200);
        std::this_thread::sleep_for(std::chrono::milliseconds(5)); // longer than it was told
    }
}

TEST_F(Pauses, APauseEndsAndBytesThatCameMeanwhileAreRead) {
    start_with(20, 10);
    RawClient client(port_);
    for (int i = 0; i < 10; ++i) {
        client.send(get_path("/later"));
    }
    client.send(get_path("/now"));
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(client.receive().body, "/later");
    }
    EXPECT_EQ(client.receive().body, "/now");
}

TEST_F(Pauses, WhoIsPausedMakesWayForANewcomer) {
    start_with(long_ms, long_ms, 1);
    RawClient eager(port_);
    eager.send(get_path("/later") + get_path("/later") + get_path("/later"));
    EXPECT_EQ(eager.receive().status, 200);
    EXPECT_EQ(eager.receive().status, 200);
    while (loop_->counters().paused_asking.value() == 0) {
        std::this_thread::yield();
    }
    RawClient newcomer(port_);
    newcomer.send(get_path("/now"));
    EXPECT_EQ(newcomer.receive().body, "/now");
    EXPECT_EQ(loop_->counters().connections_displaced.value(), 1);
    EXPECT_EQ(loop_->counters().paused_asking.value(), 0);
}

TEST_F(Pauses, WhoLeavesWhilePausedIsLetGo) {
    start_with(long_ms);
    {
        RawClient client(port_);
        client.send(get_path("/later") + get_path("/later"));
        EXPECT_EQ(client.receive().status, 200);
        EXPECT_EQ(client.receive().status, 200);
        client.reset();
    }
    while (loop_->counters().connections_open.value() > 0) {
        std::this_thread::yield();
    }
}

TEST_F(Pauses, AProbeWaitsAsLongAsTheLoopIsBusy) {
    std::atomic<bool> holds{true};
    std::atomic<bool> is_held{false};
    start([&](Exchange& x) {
        is_held.store(true);
        while (holds.load()) { // the loop is busy with this
            std::this_thread::yield();
        }
        x.respond(200, "1");
    });
    EXPECT_EQ(loop_->delay_ms(), 0);
    RawClient client(port_);
    client.send(get_path("/"));
    while (!is_held.load()) {
        std::this_thread::yield();
    }
    loop_->probe();
    while (loop_->delay_ms() < 20) { // it tells while it waits
        std::this_thread::yield();
    }
    holds.store(false);
    EXPECT_EQ(client.receive().status, 200);
    EXPECT_GE(loop_->delay_ms(), 20) << "and afterwards, until the next one";
    while (loop_->delay_ms() > 0) { // without requests in between the loop has nothing to do
        loop_->probe();
        std::this_thread::yield();
    }
}

} // namespace
