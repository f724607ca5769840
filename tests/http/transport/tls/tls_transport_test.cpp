// Role: TLS as clients see it: greetings, requests, answers, streams, goodbyes; and what is
// refused.
#include "tests/http/tls_fixture.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace hongbao::http;

namespace {

std::string alpn(std::initializer_list<std::string_view> protocols) {
    std::string offer;
    for (const std::string_view one : protocols) {
        offer += static_cast<char>(one.size());
        offer += one;
    }
    return offer;
}

template <typename Condition>
void wait_until(Condition holds) {
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!holds()) {
        ASSERT_LT(std::chrono::steady_clock::now(), patience) << "it never happens";
        std::this_thread::yield();
    }
}

TEST_F(TlsTransport, VersionsFrom12OnAreSpoken) {
    start_echo();
    for (const auto& [version, name] :
         {std::pair{TLS1_2_VERSION, "TLSv1.2"}, std::pair{TLS1_3_VERSION, "TLSv1.3"}}) {
        TlsClient client(port_, {version});
        ASSERT_TRUE(client.has_greeted()) << client.reason();
        EXPECT_STREQ(SSL_get_version(client.session()), name);
        for (const std::string body : {"one", "two"}) {
            client.send(post("/", body));
            EXPECT_EQ(client.receive().body, body);
        }
    }
    TlsClient old(port_, {TLS1_1_VERSION});
    EXPECT_FALSE(old.has_greeted());
    EXPECT_EQ(loop_->counters().greetings.value(), 2);
}

TEST_F(TlsTransport, ARequestIsSecureAndKnowsItsClient) {
    start([](Exchange& x) {
        x.respond(200, std::string(x.client().is_secure ? "secure " : "plain ") +
                           text_of(x.client().address) +
                           (x.client().is_this_machine ? " here" : " elsewhere"));
    });
    TlsClient client(port_);
    client.send(get("/"));
    EXPECT_EQ(client.receive().body, "secure 127.0.0.1 here");
}

TEST_F(TlsTransport, OnlyHttp11IsAgreedOn) {
    start_echo();
    const auto agreed = [&](std::string offer) {
        TlsClient client(port_, {0, std::move(offer)});
        const unsigned char* name = nullptr;
        unsigned size = 0;
        SSL_get0_alpn_selected(client.session(), &name, &size);
        return client.has_greeted() ? std::string(name, name + size) : client.reason();
    };
    EXPECT_EQ(agreed(alpn({"http/1.1"})), "http/1.1");
    EXPECT_EQ(agreed(alpn({"h2", "http/1.1"})), "http/1.1");
    EXPECT_EQ(agreed(alpn({"h2"})), "tlsv1 alert no application protocol");
    EXPECT_EQ(agreed({}), "");
}

TEST_F(TlsTransport, PipelinedRequestsAreAnsweredInOrder) {
    start_suspending();
    TlsClient client(port_);
    client.send(get("/1") + get("/2") + get("/3"));
    for (const char* path : {"/1", "/2", "/3"}) {
        worker_.wait_for(1);
        worker_.answer_all(*loop_);
        EXPECT_EQ(client.receive().body, path);
    }
}

TEST_F(TlsTransport, ManyPipelinedRequestsInOneRecordAreAllAnswered) {
    start_echo();
    TlsClient client(port_);
    std::string requests;
    for (int i = 0; i < 100; ++i) {
        requests += post("/", std::to_string(i));
    }
    client.send(requests);
    for (int i = 0; i < 100; ++i) {
        ASSERT_EQ(client.receive().body, std::to_string(i));
    }
}

TEST_F(TlsTransport, LargeBodiesGoBothWays) {
    TransportLimits limits;
    limits.body_bytes_max = 8 << 20;
    start_echo(limits);
    std::string body(5 << 20, ' ');
    for (std::size_t i = 0; i < body.size(); ++i) {
        body[i] = static_cast<char>('a' + i * i % 23);
    }
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TlsClient client(port_, {version}, 16 * 1024);
        client.send(post("/", body));
        EXPECT_TRUE(client.receive().body == body);
    }
}

TEST_F(TlsTransport, AnAnswerThatIsTakenSlowlyIsWhole) {
    const std::string body(3 << 20, 'b');
    start([&](Exchange& x) { x.respond(200, body, "text/plain"); });
    TlsClient client(port_, {}, 4 * 1024);
    client.send(get("/"));
    wait_until([&] { return bytes_on_their_way(port_) > 0; });
    EXPECT_TRUE(client.receive().body == body);
    client.send(get("/"));
    EXPECT_TRUE(client.receive().body == body);
}

TEST_F(TlsTransport, AStreamIsSentAsItHappens) {
    start([this](Exchange& exchange) {
        exchange.respond_with_stream("text/event-stream", [this](Exchange& x) {
            x.send("begins\n");
            gathered_.push_back(&x);
            x.suspend_stream([this, &x] {
                if (std::erase(gathered_, &x) > 0) {
                    loop_->resume(x);
                } else {
                    worker_.let_go(*loop_, x);
                }
            });
            x.send("ends\n");
        });
    });
    TlsClient client(port_);
    client.send(get("/"));
    EXPECT_NE(client.receive_until("begins\n").find("200 OK"), std::string::npos);
    worker_.wait_for(1);
    worker_.answer_all(*loop_);
    EXPECT_EQ(client.receive_until("ends\n"), "ends\n");
    EXPECT_TRUE(client.at_end());
}

TEST_F(TlsTransport, AGoodbyeComesBeforeTheEnd) {
    start_echo();
    {
        TlsClient client(port_);
        client.send(get("/", "Connection: close\r\n"));
        EXPECT_EQ(client.receive().status, 200);
        EXPECT_TRUE(client.at_end());
    }
    TlsClient idle(port_);
    idle.send(get("/"));
    EXPECT_EQ(idle.receive().status, 200);
    drain();
    EXPECT_TRUE(idle.at_end());
}

TEST_F(TlsTransport, AGoodbyeComesWhenAConnectionWasIdleForTooLong) {
    TransportLimits limits;
    limits.idle_ms_max = 200;
    start_echo(limits);
    TlsClient client(port_);
    client.send(get("/"));
    EXPECT_EQ(client.receive().status, 200);
    EXPECT_TRUE(client.at_end());
}

TEST_F(TlsTransport, ARefusalIsReadBeforeTheEnd) {
    start_echo();
    TlsClient client(port_);
    client.send("nonsense\r\n\r\n" + std::string(100'000, 'x'));
    expect_problem(client.receive(), 400, "bad_request");
    EXPECT_TRUE(client.at_end());
}

TEST_F(TlsTransport, AClientThatLeavesWithoutAGoodbyeHarmsNobody) {
    start_echo();
    {
        TlsClient client(port_);
        client.send(post("/", "whole"));
        EXPECT_EQ(client.receive().body, "whole");
        client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf");
        client.raw().finish_sending();
        EXPECT_EQ(client.receive().status, 0);
    }
    wait_until([&] { return loop_->counters().connections_open.value() == 0; });
    EXPECT_EQ(loop_->counters().responses.value(), 1);
}

TEST_F(TlsTransport, PlainHttpIsToldToSpeakTls) {
    start_echo();
    for (const std::string& request :
         {get("/"), post("/", "b"), std::string("DELETE / HTTP/1.1\r\n"),
          std::string("OPTIONS * HTTP/1.1\r\n\r\n")}) {
        RawClient client(port_);
        client.send(request);
        const Answer answer = client.receive();
        expect_problem(answer, 400, "bad_request");
        EXPECT_NE(answer.body.find("https://"), std::string::npos);
        EXPECT_TRUE(client.at_end());
    }
    EXPECT_EQ(loop_->counters().responses.value(), 0);
}

TEST_F(TlsTransport, GarbageEndsTheConnectionAlone) {
    start_echo();
    TlsClient good(port_);
    const std::string hello("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00", 10);
    for (const std::string& garbage :
         {std::string("\0\0\0\0", 4), std::string(100'000, '\xff'), hello,
          std::string("\x16\x03\x01\xff\xff", 5) + std::string(70'000, 'x'),
          std::string("\x80\x2e\x01\x03\x01", 5)}) {
        RawClient client(port_);
        client.send(garbage);
        client.finish_sending();
        char rest[256];
        while (client.receive_some(sizeof rest) > 0) {
        }
    }
    wait_until([&] { return loop_->counters().connections_open.value() == 1; });
    EXPECT_EQ(loop_->counters().greetings_failed.value(), 5);
    good.send(post("/", "still here"));
    EXPECT_EQ(good.receive().body, "still here");
}

TEST_F(TlsTransport, AGreetingHasTheDeadlineOfARequest) {
    TransportLimits limits;
    limits.request_ms_max = 200;
    start_echo(limits);
    RawClient slow(port_);
    slow.send(std::string("\x16\x03\x01", 3)); // the beginning of a record
    EXPECT_TRUE(slow.at_end());
    EXPECT_EQ(loop_->counters().greetings_failed.value(), 1);
    TlsClient fast(port_);
    fast.send(post("/", "b"));
    EXPECT_EQ(fast.receive().body, "b");
}

TEST_F(TlsTransport, AHalfRecordHasTheDeadlineOfARequest) {
    TransportLimits limits;
    limits.request_ms_max = 200;
    start_echo(limits);
    TlsClient client(port_);
    client.send(get("/"));
    EXPECT_EQ(client.receive().status, 200);
    client.raw().send(std::string("\x17\x03\x03\x10\x00", 5)); // the head of one
    expect_problem(client.receive(), 408, "request_timeout");
}

TEST_F(TlsTransport, AClientThatSendsNothingIsIdle) {
    TransportLimits limits;
    limits.idle_ms_max = 200;
    limits.request_ms_max = 60'000;
    start_echo(limits);
    RawClient silent(port_);
    EXPECT_TRUE(silent.at_end());
    EXPECT_EQ(loop_->counters().greetings_failed.value(), 0);
}

TEST_F(TlsTransport, BeyondTheMostConnectionsNobodyIsGreeted) {
    TransportLimits limits;
    limits.connections_max = 1;
    start_suspending(limits);
    TlsClient first(port_);
    first.send(get("/first"));
    worker_.wait_for(1);
    TlsClient second(port_);
    EXPECT_FALSE(second.has_greeted());
    EXPECT_EQ(loop_->counters().connections_refused.value(), 1);
    worker_.answer_all(*loop_);
    EXPECT_EQ(first.receive().body, "/first");
    // It is idle now, and makes way as soon as its kernel has acknowledged the answer.
    std::unique_ptr<TlsClient> third;
    wait_until([&] {
        third = std::make_unique<TlsClient>(port_);
        return third->has_greeted();
    });
    third->send(get("/third"));
    worker_.wait_for(1);
    worker_.answer_all(*loop_);
    EXPECT_EQ(third->receive().body, "/third");
    EXPECT_TRUE(first.at_end());
}

TEST_F(TlsTransport, ATicketResumesASession) {
    start_echo();
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TlsClient client(port_, {version});
        client.send(get("/"));
        EXPECT_EQ(client.receive().status, 200);
        EXPECT_FALSE(SSL_session_reused(client.session()));
        SSL_SESSION* const session = SSL_get1_session(client.session());
        TlsClient again(port_, {version, {}, session});
        EXPECT_TRUE(SSL_session_reused(again.session())) << version;
        again.send(post("/", "again"));
        EXPECT_EQ(again.receive().body, "again");
        EXPECT_EQ(SSL_SESSION_get_max_early_data(session), 0U);
        SSL_SESSION_free(session);
    }
}

TEST_F(TlsTransport, NewConnectionsGetTheNewCertificateAndOldOnesStay) {
    start_echo();
    TlsClient old(port_);
    EXPECT_EQ(old.peer_name(), "first");
    tls_->replace(new_identity("second"));
    TlsClient fresh(port_);
    EXPECT_EQ(fresh.peer_name(), "second");
    for (TlsClient* client : {&old, &fresh}) {
        client->send(post("/", "b"));
        EXPECT_EQ(client->receive().body, "b");
    }
}

TEST_F(TlsTransport, NothingIsRenegotiated) {
    start_echo();
    TlsClient client(port_, {TLS1_2_VERSION});
    SSL_renegotiate(client.session());
    EXPECT_NE(SSL_do_handshake(client.session()), 1);
}

TEST_F(TlsTransport, ChangesOfKeysAreNoRequests) {
    start_echo();
    TlsClient client(port_, {TLS1_3_VERSION});
    for (int i = 0; i < 500; ++i) {
        ASSERT_EQ(SSL_key_update(client.session(), SSL_KEY_UPDATE_REQUESTED), 1);
        ASSERT_EQ(SSL_do_handshake(client.session()), 1);
        if (i % 100 == 0) {
            client.send(post("/", std::to_string(i)));
            ASSERT_EQ(client.receive().body, std::to_string(i));
        }
    }
    client.send(post("/", "last"));
    EXPECT_EQ(client.receive().body, "last");
}

TEST_F(TlsTransport, AThousandGreetingsDoNotKeepARequestWaiting) {
    start_echo();
    TlsClient steady(port_);
    std::atomic<bool> stop{false};
    std::thread crowd([&] {
        while (!stop.load()) {
            TlsClient client(port_);
            EXPECT_TRUE(client.has_greeted()) << client.reason();
        }
    });
    for (int i = 0; i < 300; ++i) {
        steady.send(post("/", std::to_string(i)));
        EXPECT_EQ(steady.receive().body, std::to_string(i));
    }
    stop.store(true);
    crowd.join();
}

} // namespace
