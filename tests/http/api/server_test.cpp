// Role: what the server says before it is ready, on sockets.
#include "tests/http/transport_fixture.hpp"

#include "actors/environment/clock.hpp"
#include "http/api/server.hpp"

#include <memory>
#include <set>
#include <string>

using namespace hongbao;
using namespace hongbao::http;

namespace {

class Starting : public testing::Test {
  protected:
    void SetUp() override {
        ServerOptions options;
        options.port = 0;
        options.allowed_origins = {"https://shop.example.com"};
        server_ = std::make_unique<Server>(options, clock_, nullptr);
        const auto started = server_->start();
        ASSERT_TRUE(std::holds_alternative<std::uint16_t>(started));
        port_ = std::get<std::uint16_t>(started);
    }
    Answer ask(const std::string& line, const std::string& headers = "", bool has_body = true) {
        RawClient client(port_);
        client.send(line + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
        return client.receive(has_body);
    }

    actors::ManualClock clock_{actors::clock_ms_min};
    std::unique_ptr<Server> server_;
    std::uint16_t port_ = 0;
};

// A browser gives up for good on a stream that is refused with a 503.
TEST_F(Starting, AStreamIsToldToComeAgain) {
    std::set<std::string> hints;
    for (const std::string path :
         {"/v1/packets/7/events", "/v1/campaigns/7/events", "/v1/packets/7/events?lastEventId=3"}) {
        RawClient client(port_);
        client.send("GET " + path +
                    " HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 3\r\n"
                    "Origin: https://shop.example.com\r\n\r\n");
        const Answer answer = client.receive();
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.header("Content-Type"), "text/event-stream");
        EXPECT_EQ(answer.header("Cache-Control"), "no-store, no-transform");
        EXPECT_EQ(answer.header("X-Accel-Buffering"), "no");
        EXPECT_EQ(answer.header("Connection"), "close");
        EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "https://shop.example.com");
        EXPECT_FALSE(answer.header("Retry-After").has_value());
        ASSERT_TRUE(answer.body.starts_with("retry: ") && answer.body.ends_with("\n\n"));
        const int after_ms = std::stoi(answer.body.substr(7));
        EXPECT_TRUE(after_ms >= 1'000 && after_ms <= 3'000) << after_ms;
        EXPECT_EQ(answer.body, "retry: " + std::to_string(after_ms) + "\n\n");
        EXPECT_TRUE(client.at_end());
        hints.insert(answer.body);
    }
    EXPECT_EQ(hints.size(), 3U) << "all would come again at once";
    EXPECT_EQ(ask("HEAD /v1/packets/7/events", "", false).status, 200);
}

TEST_F(Starting, EverythingElseIsNotReady) {
    for (const std::string line :
         {"GET /v1/audit", "GET /readyz", "GET /v1/packets/7", "POST /v1/orders/7/cancellation"}) {
        const Answer answer = ask(line);
        EXPECT_EQ(answer.status, 503) << line;
        EXPECT_NE(answer.body.find("\"code\":\"not_ready\""), answer.body.npos) << line;
        EXPECT_TRUE(answer.header("Retry-After").has_value()) << line;
    }
    for (const std::string line : {"GET /livez", "GET /version", "GET /openapi.json"}) {
        EXPECT_EQ(ask(line).status, 200) << line;
    }
    EXPECT_EQ(ask("OPTIONS /v1/audit").status, 204);
    EXPECT_EQ(ask("OPTIONS *").status, 204);
    EXPECT_EQ(ask("GET /livez?surprise=1").status, 400);
    // Whoever asks is not known yet, and so is told nothing of what the path takes.
    EXPECT_EQ(ask("GET /v1/packets/7?surprise=1").status, 503);
}

} // namespace
