// Role: how much of the loop's time and memory one client can take while others want some.
#include "http/transport/connection.hpp"
#include "http/transport/eviction.hpp"
#include "http/transport/loop_context.hpp"
#include "http/transport/socket/descriptor_limit.hpp"
#include "http/transport/socket/mapping_limit.hpp"
#include "http/transport/socket/pace.hpp"
#include "tests/http/transport_fixture.hpp"

#include <sys/epoll.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace hongbao::http;

namespace {

using std::chrono::milliseconds;

TEST_F(Transport, OthersHaveTheirTurnBetweenPipelinedRequests) {
    std::unique_ptr<RawClient> other;
    int others_turn = 0, answered = 0;
    start([&](Exchange& x) {
        if (++answered == 1) {
            other->send(get("/other"));
        }
        if (x.path() == "/other") {
            others_turn = answered;
        }
        x.respond(200, "1");
    });
    other = std::make_unique<RawClient>(port_);
    RawClient greedy(port_);
    std::string many;
    for (int i = 0; i < 2'000; ++i) {
        many += get("/");
    }
    greedy.send(many);
    for (int i = 0; i < 2'000; ++i) {
        ASSERT_EQ(greedy.receive().status, 200);
    }
    EXPECT_EQ(other->receive().status, 200);
    drain();
    EXPECT_LE(others_turn, 100);
}

TEST_F(Transport, OthersHaveTheirTurnWhileThousandsAreResumed) {
    ASSERT_EQ(raise_descriptor_limit(2'000), std::nullopt);
    std::unique_ptr<RawClient> other;
    std::atomic<int> resumed{0};
    int others_turn = 0;
    start([&](Exchange& x) {
        if (x.path() == "/other") {
            others_turn = resumed.load();
        } else {
            gathered_.push_back(&x);
            x.suspend();
            if (resumed.fetch_add(1) == 0) {
                other->send(get("/other"));
            }
        }
        x.respond(200, "1");
    });
    other = std::make_unique<RawClient>(port_);
    std::vector<std::unique_ptr<RawClient>> crowd;
    for (int i = 0; i < 1'000; ++i) {
        crowd.push_back(std::make_unique<RawClient>(port_));
        crowd.back()->send(get("/"));
    }
    worker_.wait_for(1'000);
    worker_.answer_all(*loop_);
    EXPECT_EQ(other->receive().status, 200);
    for (auto& client : crowd) {
        EXPECT_EQ(client->receive().status, 200);
    }
    drain();
    EXPECT_LE(others_turn, 600);
}

TEST_F(Transport, StalledUploadsMakeRoomForThoseThatMove) {
    TransportLimits limits;
    limits.buffered_bytes_max = 1'000'000;
    start([](Exchange& x) { x.respond(200, std::to_string(x.body().size())); }, limits);
    const std::string upload = post("/", std::string(200'000, 'b'), "X-Request-Id: mine\r\n");
    std::vector<std::unique_ptr<RawClient>> stalled;
    for (int i = 0; i < 10; ++i) {
        stalled.push_back(std::make_unique<RawClient>(port_));
        stalled.back()->send(std::string_view(upload).substr(0, upload.size() - 1'000));
    }
    std::this_thread::sleep_for(milliseconds(2'200)); // long enough to count as slow
    std::vector<std::unique_ptr<RawClient>> moving;
    for (int i = 0; i < 4; ++i) {
        moving.push_back(std::make_unique<RawClient>(port_));
        moving.back()->send(std::string_view(upload).substr(0, upload.size() - 1'000));
    }
    for (auto& client : moving) {
        client->send(std::string_view(upload).substr(upload.size() - 1'000));
        EXPECT_EQ(client->receive().body, "200000");
    }
    const auto evicted = loop_->counters().connections_evicted.value();
    EXPECT_GE(evicted, 4);
    EXPECT_LE(evicted, 10);
    int told = 0;
    for (auto& client : stalled) {
        client->send(std::string_view(upload).substr(upload.size() - 1'000));
        const Answer answer = client->receive();
        if (answer.status == 503) {
            expect_problem(answer, 503, "overloaded");
            EXPECT_EQ(answer.header("X-Request-Id"), "mine");
            told += 1;
        }
    }
    EXPECT_EQ(told, evicted);
}

TEST_F(Transport, AnswersThatNobodyTakesMakeRoomForOthers) {
    TransportLimits limits;
    limits.buffered_bytes_max = 2'000'000;
    start([](Exchange& x) { x.respond(200, std::string(400'000, 'a')); }, limits);
    std::vector<std::unique_ptr<RawClient>> stalled;
    for (int i = 0; i < 20; ++i) { // 600,000 bytes each: a little over three fit
        stalled.push_back(std::make_unique<RawClient>(port_, 4'096));
        stalled.back()->send(get("/"));
    }
    while (loop_->counters().responses.value() < 20) {
        std::this_thread::yield();
    }
    EXPECT_EQ(ask(post("/", std::string(200'000, 'b'))).status, 200);
    EXPECT_GE(loop_->counters().connections_evicted.value(), 16);
}

// Connections without an event loop's thread: the test says when their bytes come.
class Eviction : public testing::Test {
  protected:
    static constexpr std::size_t bytes_max = 400'000;

    Eviction() {
        TransportLimits limits;
        limits.buffered_bytes_max = bytes_max;
        context_ = std::make_unique<LoopContext>(
            loop_, limits, [](Exchange& x) { x.respond(200, "1"); },
            [](std::string_view, std::string_view) { return bytes_max; },
            [](Refusal refusal, const Framer&, std::string_view request_id) {
                return render_refusal(refusal, request_id);
            },
            [](const Client& peer, const Framer&) { return peer; });
        context_->now_ms = 1'000'000;
    }
    ~Eviction() override {
        for (auto& upload : uploads_) {
            upload.connection->give_up();
            if (upload.connection->phase() == Connection::Phase::closed) {
                context_->closed.clear();
            }
            ::close(upload.client);
        }
    }
    /// The upload's number, after it has sent this many bytes of 200,000.
    std::size_t begin(ClientAddress address, std::size_t bytes) {
        int ends[2];
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
        const int room = 1 << 20;
        setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
        Client client;
        client.group = address;
        uploads_.push_back({std::make_unique<Connection>(*context_, ends[0], client), ends[1]});
        const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n";
        send(uploads_.size() - 1, head + std::string(bytes, 'b'));
        return uploads_.size() - 1;
    }
    void send(std::size_t number, const std::string& bytes) {
        std::string_view left = bytes;
        while (!left.empty()) {
            const ssize_t sent = ::send(uploads_[number].client, left.data(), left.size(), 0);
            if (sent > 0) {
                left.remove_prefix(static_cast<std::size_t>(sent));
            }
            uploads_[number].connection->on_events(EPOLLIN, true);
            for (auto& queue = context_->advance_next_round; !queue.empty();) {
                Connection* const next = queue.front();
                queue.pop_front();
                next->on_next_round();
                evict_slowest(*context_);
            }
        }
    }
    bool holds(std::size_t number) const { return uploads_[number].connection->held_bytes() > 0; }

    struct Upload {
        std::unique_ptr<Connection> connection;
        int client;
    };
    EventLoop loop_{{}, [](Exchange& x) { x.respond(200, "1"); }, {}};
    std::unique_ptr<LoopContext> context_;
    std::vector<Upload> uploads_;
};

TEST_F(Eviction, OfTheAddressThatHoldsMostTheSlowestGoes) {
    const std::size_t slowest_of_all = begin(7, 100'000);
    context_->now_ms += 5'000;
    const std::size_t slower = begin(8, 100'000);
    context_->now_ms += 1'000;
    const std::size_t faster = begin(8, 100'000);
    context_->now_ms += 500;
    const std::size_t newcomer = begin(9, 100'000);
    EXPECT_TRUE(holds(slowest_of_all));
    EXPECT_FALSE(holds(slower));
    EXPECT_TRUE(holds(faster));
    EXPECT_TRUE(holds(newcomer));
    EXPECT_EQ(context_->counters.connections_evicted.value(), 1);
}

TEST_F(Eviction, WhoTakesTooMuchFromOneAddressPushesOutItsOwn) {
    const std::size_t other = begin(7, 100'000);
    context_->now_ms += 5'000;
    for (int i = 0; i < 50; ++i) {
        context_->now_ms += 300;
        begin(8, 100'000);
        ASSERT_TRUE(holds(other)) << i;
    }
}

TEST(Pace, WhoHasStoppedIsSlowHoweverMuchItSent) {
    Pace fast_at_first, steady;
    fast_at_first.begin(0);
    steady.begin(0);
    fast_at_first.moved(0, 4'000'000);
    for (int now_ms = 0; now_ms <= 5'000; now_ms += 100) {
        steady.moved(now_ms, 1'000);
    }
    EXPECT_EQ(fast_at_first.per_s(5'000), 0);
    EXPECT_NEAR(static_cast<double>(steady.per_s(5'000)), 10'000, 1'000);
}

TEST(Pace, WhoHasOnlyBegunIsFast) {
    Pace pace;
    pace.begin(1'000);
    EXPECT_EQ(pace.per_s(1'100), INT64_MAX);
    EXPECT_EQ(pace.per_s(1'400), 0);
}

TEST(ClientAddress, ANetworkOfIpv6AndThisMachineCountAsOne) {
    const auto address_of = [](const char* text) {
        sockaddr_storage address{};
        auto& v6 = reinterpret_cast<sockaddr_in6&>(address);
        auto& v4 = reinterpret_cast<sockaddr_in&>(address);
        const bool is_v4 = inet_pton(AF_INET, text, &v4.sin_addr) == 1;
        address.ss_family = is_v4 ? AF_INET : AF_INET6;
        EXPECT_TRUE(is_v4 || inet_pton(AF_INET6, text, &v6.sin6_addr) == 1) << text;
        return client_of(address, Via::network).group;
    };
    EXPECT_EQ(address_of("127.0.0.1"), address_of("127.1.2.3"));
    EXPECT_EQ(address_of("127.0.0.1"), address_of("::1"));
    EXPECT_EQ(address_of("2001:db8:0:1::1"), address_of("2001:db8:0:1:ffff::2"));
    EXPECT_NE(address_of("2001:db8:0:1::1"), address_of("2001:db8:0:2::1"));
    EXPECT_EQ(address_of("10.0.0.1"), address_of("::ffff:10.0.0.1"));
    EXPECT_NE(address_of("10.0.0.1"), address_of("10.0.0.2"));
}

TEST(MappingLimit, LeavesMappingsForTheRest) {
    EXPECT_GT(mappings_max(), 0U);
    EXPECT_GT(stacks_max(65'530), 20'000U);
    EXPECT_LT(2 * stacks_max(65'530), 65'530U - 1'000);
    EXPECT_EQ(stacks_max(100), 0U);
}

} // namespace
