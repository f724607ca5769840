// Role: requests and answers as clients see them. Nothing here depends on the machine's speed:
// every wait is for an event.
#include "tests/http/transport_fixture.hpp"

#include <ctime>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace hongbao::http;

TEST_F(Transport, AHandlerSeesTheRequest) {
    start([](Exchange& x) {
        std::string seen(x.method());
        seen += " " + std::string(x.path()) + " " + x.query("q").value_or("-") + " " +
                x.query("none").value_or("-") + " " + std::string(x.header("x-y").value_or("-")) +
                " " + std::string(x.body());
        for (const auto& [name, value] : x.query_parameters()) {
            seen += " " + name + "=" + value;
        }
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
    const std::string date = answer.header("Date").value_or("");
    EXPECT_EQ(answer.head, "HTTP/1.1 405 Method Not Allowed\r\nDate: " + date +
                               "\r\nCache-Control: no-store\r\nX-Request-Id: my.id_1-2\r\n"
                               "Allow: GET\r\nContent-Length: 2\r\n"
                               "Content-Type: application/json\r\n");
}

// RFC 9110, 5.6.7, read back without the server's code.
std::time_t read_date(const std::string& text) {
    std::tm at{};
    const char* const end = strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &at);
    EXPECT_TRUE(end != nullptr && *end == '\0' && text.size() == 29) << text;
    return timegm(&at);
}

TEST_F(Transport, EveryAnswerHasItsDateAndIsKeptByNobody) {
    start([](Exchange& x) { x.respond(200, "{}"); });
    const std::vector<std::string> requests{get("/"), "nonsense\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
                                            get("/", "Transfer-Encoding: chunked\r\n")};
    for (const std::string& request : requests) {
        const std::time_t before = std::time(nullptr);
        const Answer answer = ask(request);
        const std::time_t date = read_date(answer.header("Date").value_or(""));
        EXPECT_GE(date, before - 1) << answer.head; // the coarse clock is a tick behind
        EXPECT_LE(date, std::time(nullptr)) << answer.head;
        EXPECT_EQ(answer.header("Cache-Control"), "no-store") << answer.head;
    }
}

TEST_F(Transport, ARefusedHeadHasNoBody) {
    start([](Exchange& x) { x.respond(200, "{}"); });
    RawClient client(port_);
    client.send("HEAD / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    const Answer answer = client.receive(false);
    EXPECT_EQ(answer.status, 411);
    EXPECT_NE(answer.header("Content-Length"), "0");
    EXPECT_TRUE(client.at_end());
}

TEST_F(Transport, AHandlerMayEndTheConnectionAndSayWhatIsKept) {
    start([](Exchange& x) {
        x.set_cache_control("no-cache");
        x.add_lines("Vary: Origin\r\nX-A: b\r\n");
        x.close_after_answer();
        x.respond(200, "{}");
    });
    RawClient client(port_);
    client.send(get("/") + get("/"));
    const Answer answer = client.receive();
    EXPECT_EQ(answer.header("Cache-Control"), "no-cache");
    EXPECT_EQ(answer.header("Vary"), "Origin");
    EXPECT_EQ(answer.header("X-A"), "b");
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_TRUE(client.at_end());
}

TEST_F(Transport, RequestIdsOfOursAreDistinctAndUnfitOnesAreReplaced) {
    start([](Exchange& x) { x.respond(200, std::string(x.request_id()), "text/plain"); });
    RawClient client(port_);
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
        if (x.method() == "HEAD") {
            x.respond(200, "12345");
        } else {
            x.respond(204, "");
        }
    });
    RawClient client(port_);
    client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n" + get("/"));
    const Answer head = client.receive(false);
    EXPECT_EQ(head.header("Content-Length"), "5");
    const Answer none = client.receive();
    EXPECT_EQ(none.status, 204);
    EXPECT_FALSE(none.header("Content-Length").has_value());
}

TEST_F(Transport, ARequestMayArriveByteByByte) {
    start_echo();
    RawClient client(port_);
    for (const char byte : post("/", "hello")) {
        client.send({&byte, 1});
    }
    EXPECT_EQ(client.receive().body, "hello");
}

TEST_F(Transport, ARequestMayBeSplitAnywhere) {
    start_echo();
    RawClient client(port_);
    const std::string request = post("/x?y=z", "hello", "A: b\r\n");
    for (std::size_t cut = 0; cut <= request.size(); ++cut) {
        client.send(std::string_view(request).substr(0, cut));
        client.send(std::string_view(request).substr(cut));
        ASSERT_EQ(client.receive().body, "hello") << cut;
    }
}

TEST_F(Transport, PipelinedRequestsAreAnsweredInOrder) {
    start_echo();
    RawClient client(port_);
    std::string all;
    for (int i = 0; i < 500; ++i) {
        all += post("/", std::to_string(i) + std::string(static_cast<std::size_t>(i), '.'));
    }
    std::thread sender([&] { client.send(all); });
    for (int i = 0; i < 500; ++i) {
        EXPECT_EQ(client.receive().body,
                  std::to_string(i) + std::string(static_cast<std::size_t>(i), '.'));
    }
    sender.join();
}

TEST_F(Transport, ARequestBehindARefusedOneIsNotServed) {
    start_suspending();
    RawClient client(port_);
    client.send("GET / HTTP/1.1\r\n\r\n" + get("/2"));
    expect_problem(client.receive(), 400, "bad_request");
    EXPECT_TRUE(client.at_end());
    EXPECT_EQ(loop_->counters().responses.value(), 0);
}

TEST_F(Transport, EachAnswerLeavesInOneSend) {
    start([](Exchange& x) { x.respond(200, std::string(8000, 'a')); });
    RawClient client(port_);
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
    RawClient client(port_);
    client.send(get("/1") + get("/2"));
    EXPECT_EQ(client.receive().body.size(), 20'000'000U);
    EXPECT_EQ(client.receive().body.size(), 20'000'000U);
}

TEST_F(Transport, TheClientDecidesAboutClosing) {
    start_echo();
    RawClient closing(port_);
    closing.send(get("/", "Connection: close\r\n"));
    EXPECT_EQ(closing.receive().header("Connection"), "close");
    EXPECT_TRUE(closing.at_end());

    RawClient old(port_);
    old.send("GET / HTTP/1.0\r\n\r\n");
    EXPECT_EQ(old.receive().header("Connection"), "close");
    EXPECT_TRUE(old.at_end());

    RawClient old_but_kept(port_);
    for (int i = 0; i < 2; ++i) {
        old_but_kept.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        EXPECT_EQ(old_but_kept.receive().header("Connection"), "keep-alive");
    }
}

TEST_F(Transport, AHalfClosedClientIsStillAnswered) {
    start_suspending();
    RawClient client(port_);
    client.send(get("/1"));
    client.finish_sending();
    worker_.wait_for(1);
    worker_.answer_all(*loop_);
    EXPECT_EQ(client.receive().body, "/1");
    EXPECT_TRUE(client.at_end());
}
