// Role: the demo of a flash sale fails when a server counts wrongly: it meets a fake seller that is
// careless in one way at a time, over real HTTP.
#include "ops/cli/commands.hpp"
#include "ops/cli/exit_status.hpp"

#include <gtest/gtest.h>
#include <httplib.h>
#include <nlohmann/json.hpp>

#include <mutex>
#include <set>
#include <sys/socket.h>
#include <thread>

namespace hongbao::ops {
namespace {

using httplib::Request;
using httplib::Response;
using nlohmann::json;

struct Carelessness {
    std::int64_t units = 100;        // that it sells of 100
    bool forgets_orders = false;     // of users who have one
    std::int64_t shown_too_many = 0; // orders, when asked how the sale stands
    std::int64_t difference_fen = 0; // of its books
};

/// Sells until everything is reserved, but takes no payments: there even an honest seller's story
/// ends.
class Seller {
  public:
    explicit Seller(const Carelessness& careless) : careless_(careless) {
        server_.new_task_queue = [] { return new httplib::ThreadPool(60); };
        server_.set_keep_alive_max_count(1'000);
        server_.Post("/v1/accounts/batch", answer_with(200, json::object()));
        server_.Post("/v1/accounts",
                     answer_with(201, {{"created_at", "2026-11-21T06:00:00.000Z"}}));
        server_.Post("/v1/sales", answer_with(201, {{"id", "7"}}));
        server_.Post("/v1/sales/7/reservations",
                     [this](const Request& request, Response& response) {
                         const std::string user_id = json::parse(request.body).at("user_id");
                         const std::lock_guard lock(mutex_);
                         reserve(user_id, response);
                     });
        server_.Get("/v1/sales/7", [this](const Request&, Response& response) {
            const std::lock_guard lock(mutex_);
            answer(response, 200,
                   {{"status", "running"},
                    {"available", 100 - orders_},
                    {"reserved", orders_ + careless_.shown_too_many},
                    {"sold", 0},
                    {"waiting", 0}});
        });
        server_.Post("/v1/accounts/.*/deposits", answer_with(409, {{"code", "no_money_here"}}));
        server_.Get("/v1/audit", answer_with(200, {{"difference_fen", careless_.difference_fen},
                                                   {"escrow_fen", 0}}));
        int listener = -1;
        server_.set_socket_options([&listener](int socket) { listener = socket; });
        port_ = server_.bind_to_any_port("127.0.0.1");
        listen(listener, 128); // the library's own backlog is too short for a rush
        thread_ = std::thread([this] { server_.listen_after_bind(); });
        while (!server_.is_running()) {
            std::this_thread::yield();
        }
    }

    ~Seller() {
        server_.stop();
        thread_.join();
    }

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  private:
    static void answer(Response& response, int status, const json& body) {
        response.status = status;
        response.set_content(body.dump(), "application/json");
    }

    static httplib::Server::Handler answer_with(int status, const json& body) {
        return
            [status, body](const Request&, Response& response) { answer(response, status, body); };
    }

    void reserve(const std::string& user_id, Response& response) {
        if (early_ < 3) {
            ++early_;
            answer(response, 403, {{"code", "sale_not_started"}});
        } else if (holders_.count(user_id) != 0 && !careless_.forgets_orders) {
            answer(response, 409, {{"code", "already_reserved"}});
        } else if (orders_ == careless_.units) {
            answer(response, 409, {{"code", "sold_out"}});
        } else {
            holders_.insert(user_id);
            answer(response, 201,
                   {{"id", std::to_string(++orders_)},
                    {"user_id", user_id},
                    {"pay_by", "2026-11-21T06:15:00.000Z"}});
        }
    }

    Carelessness careless_;
    httplib::Server server_;
    int port_ = 0;
    std::thread thread_;
    std::mutex mutex_;
    int early_ = 0; // calls before its start: the first three
    std::int64_t orders_ = 0;
    std::set<std::string> holders_;
};

/// What the demo says when it fails; it must fail.
std::string failure_at(const Carelessness& careless) {
    const Seller seller(careless);
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int status = demo({"sale", seller.url()});
    testing::internal::GetCapturedStdout();
    EXPECT_EQ(status, exit_failed);
    return testing::internal::GetCapturedStderr();
}

TEST(DemoSale, GoesOnPastTheRushAtAServerThatCountsWell) {
    EXPECT_EQ(failure_at({}),
              "hongbao: the demo stopped: expected 201, got 409 {\"code\":\"no_money_here\"}\n");
}

TEST(DemoSale, FailsAtTheFirstCountThatIsNotExact) {
    const std::pair<Carelessness, const char*> cases[] = {
        {{.units = 101}, "orders in the rush: expected 99, counted 100"},
        {{.units = 99}, "orders in the rush: expected 99, counted 98"},
        {{.forgets_orders = true}, "orders of one user: expected 1, counted 20"},
        {{.shown_too_many = 1}, "reserved: expected 0, counted 1"},
        {{.difference_fen = -1}, "difference_fen: expected 0, counted -1"},
    };
    for (const auto& [careless, sentence] : cases) {
        EXPECT_EQ(failure_at(careless),
                  "hongbao: the demo stopped: " + std::string(sentence) + '\n');
    }
}

} // namespace
} // namespace hongbao::ops
