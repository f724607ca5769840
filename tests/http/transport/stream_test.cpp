// Role: streamed answers: what is sent when, and who ends a stream.
#include "tests/http/transport_fixture.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace hongbao::http;

namespace {

using std::chrono::milliseconds;

class Streams : public Transport {
  protected:
    /// Each stream sends "<path> begins", then waits until worker_.answer_all(), sends "1", and so
    /// on, until it is over: then the worker drops it by itself.
    void start_streaming(TransportLimits limits = {}) {
        start(
            [this](Exchange& exchange) {
                exchange.set_header("Cache-Control", "no-store");
                exchange.respond_with_stream("text/event-stream", [this](Exchange& x) {
                    bool goes_on = x.send("begins\n");
                    for (int n = 1; goes_on && !x.client_has_finished(); ++n) {
                        gathered_.push_back(&x);
                        x.suspend_stream([this, &x] {
                            overs_.fetch_add(1);
                            if (std::erase(gathered_, &x) > 0) {
                                loop_->resume(x);
                            } else {
                                worker_.let_go(*loop_, x);
                            }
                        });
                        goes_on = x.send(std::to_string(n) + "\n");
                    }
                    ended_.fetch_add(1);
                });
            },
            limits);
    }
    /// Sends without a pause, until it is over.
    void start_flooding(TransportLimits limits) {
        start(
            [this](Exchange& exchange) {
                exchange.respond_with_stream("text/plain", [this](Exchange& x) {
                    while (x.send(std::string(16'384, 'x'))) {
                        chunks_.fetch_add(1);
                    }
                    ended_.fetch_add(1);
                });
            },
            limits);
    }
    template <typename Condition>
    void wait_until(Condition holds) {
        const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!holds()) {
            ASSERT_LT(std::chrono::steady_clock::now(), patience) << "it never happens";
            std::this_thread::sleep_for(milliseconds(1));
        }
    }
    std::atomic<int> overs_{0};
    std::atomic<int> chunks_{0};
};

TEST_F(Streams, AStreamSendsWhatItHasWhenItHasIt) {
    start_streaming();
    RawClient client(port_);
    client.send(get("/s"));
    EXPECT_EQ(client.receive_until("begins\n").substr(0, 15), "HTTP/1.1 200 OK");
    for (int n = 1; n < 5; ++n) {
        worker_.wait_for(1);
        worker_.answer_all(*loop_);
        EXPECT_EQ(client.receive_until("\n"), std::to_string(n) + "\n");
    }
    EXPECT_EQ(loop_->counters().streams_open.value(), 1);
    EXPECT_EQ(loop_->counters().requests_in_flight.value(), 1);
}

TEST_F(Streams, AStreamsHeadSaysThatItEndsWithTheConnection) {
    start([](Exchange& exchange) {
        exchange.set_header("Cache-Control", "no-store");
        exchange.respond_with_stream("text/event-stream", [](Exchange& x) {
            EXPECT_EQ(x.header("A"), "b");
            x.send("one,");
            x.send("two");
        });
    });
    for (const char* version : {"1.1", "1.0"}) {
        RawClient client(port_);
        client.send("GET /s HTTP/" + std::string(version) + "\r\nHost: h\r\nA: b\r\n\r\n");
        const std::string head = client.receive_until("\r\n\r\n");
        EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\n")) << head;
        EXPECT_NE(head.find("\r\nContent-Type: text/event-stream\r\n"), head.npos) << head;
        EXPECT_NE(head.find("\r\nCache-Control: no-store\r\n"), head.npos);
        EXPECT_NE(head.find("\r\nConnection: close\r\n"), head.npos);
        EXPECT_NE(head.find("\r\nX-Request-Id: "), head.npos);
        EXPECT_EQ(head.find("Content-Length"), head.npos);
        EXPECT_EQ(head.find("Transfer-Encoding"), head.npos);
        EXPECT_EQ(client.receive_until("two"), "one,two");
        EXPECT_TRUE(client.at_end());
    }
}

TEST_F(Streams, WhatIsSentAfterAStreamsRequestIsNotAnswered) {
    start_streaming();
    RawClient client(port_);
    client.send(get("/s") + get("/t"));
    client.receive_until("begins\n");
    drain();
    EXPECT_TRUE(client.at_end());
    EXPECT_EQ(loop_->counters().responses.value(), 1);
}

TEST_F(Streams, AClientThatLeavesIsNoticedWhileItsStreamWaits) {
    TransportLimits limits;
    limits.linger_ms_max = limits.send_ms_max = 600'000; // what it does not take holds nothing up
    start_streaming(limits);
    for (const bool resets : {true, false}) {
        const int before = ended_.load();
        auto client = std::make_unique<RawClient>(port_);
        client->send(get("/s"));
        client->receive_until("begins\n");
        worker_.wait_for(1);
        if (resets) {
            client->reset();
        } else {
            client = nullptr;
        }
        wait_until([&] { return loop_->counters().connections_open.value() == 0; });
        EXPECT_EQ(ended_.load(), before + 1);
        EXPECT_EQ(overs_.load(), before + 1);
        EXPECT_EQ(loop_->counters().streams_open.value(), 0);
        EXPECT_EQ(loop_->counters().requests_in_flight.value(), 0);
    }
    EXPECT_EQ(loop_->counters().streams_dropped.value(), 0);
}

TEST_F(Streams, AClientThatHasClosedItsSideIsToldWhatThereIsAndNothingIsWaitedFor) {
    start([this](Exchange& exchange) {
        exchange.respond_with_stream("text/plain", [this](Exchange& x) {
            bool goes_on = true;
            for (int n = 0; n < 50 && goes_on; ++n) {
                goes_on = x.send(std::string(10'000, 'x'));
            }
            if (goes_on) {
                gathered_.push_back(&x);
                x.suspend_stream([this, &x] {
                    overs_.fetch_add(1);
                    if (std::erase(gathered_, &x) > 0) {
                        loop_->resume(x);
                    } else {
                        worker_.let_go(*loop_, x);
                    }
                });
                x.send("end");
            }
        });
    });
    for (int turn = 0; turn < 20; ++turn) {
        RawClient client(port_);
        client.send(get("/s"));
        client.finish_sending();
        client.receive_until("\r\n\r\n");
        EXPECT_EQ(client.receive_until("end").size(), 500'003U);
        EXPECT_TRUE(client.at_end());
    }
    EXPECT_EQ(overs_.load(), 20);
}

TEST_F(Streams, AReplyAndTheClientsLeavingInOneRoundEndAStreamOnce) {
    start_streaming();
    for (int turn = 0; turn < 200; ++turn) {
        auto client = std::make_unique<RawClient>(port_);
        client->send(get("/s"));
        client->receive_until("begins\n");
        worker_.wait_for(1);
        std::thread other([&] { worker_.answer_all(*loop_); });
        client.reset();
        other.join();
        wait_until([&] { return ended_.load() == turn + 1; });
    }
}

TEST_F(Streams, AClientThatDoesNotReadIsDroppedAndNothingPilesUp) {
    TransportLimits limits;
    limits.send_ms_max = 100;
    start_flooding(limits);
    RawClient slow(port_, 4'096);
    slow.send(get("/s"));
    wait_until([&] { return ended_.load() == 1; });
    EXPECT_LT(chunks_.load(), 100) << "the kernel's share and about one chunk";
    wait_until([&] { return loop_->counters().connections_open.value() == 0; });
    EXPECT_EQ(loop_->counters().streams_dropped.value(), 1);
}

TEST_F(Streams, AClientThatReadsSlowlyButSteadilyIsServed) {
    TransportLimits limits;
    limits.send_ms_max = 300;
    start_flooding(limits);
    RawClient slow(port_, 4'096);
    slow.send(get("/s"));
    std::size_t taken = 0;
    for (int turn = 0; turn < 60; ++turn) {
        taken += slow.receive_some(60'000);
        std::this_thread::sleep_for(milliseconds(15));
    }
    EXPECT_EQ(ended_.load(), 0) << taken << " bytes taken";
    EXPECT_EQ(loop_->counters().streams_dropped.value(), 0);
}

TEST_F(Streams, ADrainEndsAllStreamsAtOnceAndAbandonsNone) {
    start_streaming();
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 50; ++i) {
        clients.push_back(std::make_unique<RawClient>(port_));
        clients.back()->send(get("/s"));
        clients.back()->receive_until("begins\n");
    }
    const auto begin = std::chrono::steady_clock::now();
    loop_->begin_drain();
    for (const auto& client : clients) {
        EXPECT_TRUE(client->at_end());
    }
    clients.clear();
    thread_.join();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
    EXPECT_EQ(abandoned_, 0U);
    EXPECT_EQ(ended_.load(), 50);
}

TEST_F(Streams, ADrainDoesNotWaitForASlowReader) {
    TransportLimits limits;
    limits.send_ms_max = 60'000;
    limits.drain_ms_max = 60'000;
    start_flooding(limits);
    RawClient slow(port_, 4'096);
    slow.send(get("/s"));
    wait_until([&] { return chunks_.load() > 0; });
    const auto begin = std::chrono::steady_clock::now();
    drain();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
    EXPECT_EQ(abandoned_, 0U);
}

} // namespace
