// Role: `hongbao demo`: a story told line by line, each line backed by an answer of the server.
#include "actors/secure_random.hpp"
#include "ops/commands.hpp"
#include "ops/demo_client.hpp"
#include "ops/demo_server.hpp"
#include "ops/exit_status.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

namespace hongbao::ops {

namespace {

using nlohmann::json;

struct Character {
    const char* id;
    const char* name;
};

constexpr std::array<Character, 10> cast{{{"mei", "Mei"},
                                          {"bo", "Bo"},
                                          {"chen", "Chen"},
                                          {"dan", "Dan"},
                                          {"fang", "Fang"},
                                          {"hui", "Hui"},
                                          {"jun", "Jun"},
                                          {"lan", "Lan"},
                                          {"ping", "Ping"},
                                          {"wei", "Wei"}}};

std::string yuan(std::int64_t fen) {
    char text[32];
    std::snprintf(text, sizeof text, "%lld.%02lld", static_cast<long long>(fen / 100),
                  static_cast<long long>(fen % 100));
    return std::string("¥") + text;
}

void tell(const std::string& line) {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
}

class Story {
  public:
    explicit Story(const std::string& url)
        : url_(url), client_(url),
          // On a server in use the characters must be new ones.
          tag_("demo-" + std::to_string(actors::SecureRandom().below(1'000'000'000)) + "-") {}

    void run() {
        open_accounts();
        lucky_packet();
        equal_packet();
        audit();
    }

  private:
    std::string id_of(const Character& character) const { return tag_ + character.id; }
    std::string next_key() { return tag_ + "key-" + std::to_string(++keys_); }

    const char* name_of(const std::string& user_id) const {
        for (const Character& character : cast) {
            if (id_of(character) == user_id) {
                return character.name;
            }
        }
        return "somebody";
    }

    void open_accounts() {
        json accounts = json::array();
        for (const Character& character : cast) {
            accounts.push_back({{"user_id", id_of(character)}, {"username", character.name}});
        }
        DemoClient::expect(200, client_.post("/v1/accounts/batch", {{"accounts", accounts}}));
        tell("Ten friends open accounts.");
        deposit(cast[0], 20'000);
        deposit(cast[1], 5'000);
    }

    void deposit(const Character& character, std::int64_t amount_fen) {
        const auto receipt = DemoClient::expect(
            201, client_.post("/v1/accounts/" + id_of(character) + "/deposits",
                              {{"amount_fen", amount_fen}, {"reference", "demo"}}, next_key()));
        tell(std::string(character.name) + " deposits " + yuan(amount_fen) + "; the balance is " +
             yuan(receipt["balance_fen"]) + ", trade " + std::string(receipt["trade_no"]) + ".");
    }

    json send(const Character& sender, json packet) {
        packet["sender"] = id_of(sender);
        return DemoClient::expect(201, client_.post("/v1/packets", packet, next_key()));
    }

    /// All of them at once, each on a connection of its own.
    void open_at_once(const std::string& packet_id, std::size_t first, std::size_t last) {
        std::vector<std::thread> threads;
        std::mutex mutex;
        std::vector<std::string> failures;
        for (std::size_t i = first; i < last; ++i) {
            threads.emplace_back([&, i] {
                std::string line;
                try {
                    line = open(packet_id, cast[i]);
                } catch (const DemoFailed& failed) {
                    const std::lock_guard lock(mutex);
                    failures.push_back(failed.sentence);
                    return;
                }
                const std::lock_guard lock(mutex);
                tell(line);
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        if (!failures.empty()) {
            throw DemoFailed{failures.front()};
        }
    }

    std::string open(const std::string& packet_id, const Character& character) const {
        DemoClient own(url_);
        const auto answer =
            own.post("/v1/packets/" + packet_id + "/open", {{"user_id", id_of(character)}});
        if (answer.status == 200) {
            const bool repeat = answer.body["repeat"];
            return std::string("  ") + character.name + (repeat ? " has had " : " opens ") +
                   yuan(answer.body["amount_fen"]) + (repeat ? " already: the same again." : "");
        }
        const std::string code = DemoClient::expect(409, DemoAnswer(answer))["code"];
        return std::string("  ") + character.name + " is too late: " + code;
    }

    void lucky_packet() {
        const auto packet =
            send(cast[0],
                 {{"kind", "lucky"}, {"total_fen", 8'888}, {"count", 8}, {"blessing", "恭喜发财"}});
        const std::string id = packet["id"];
        tell("Mei sends a lucky packet: " + yuan(8'888) + " in 8 shares, \"恭喜发财\", id " + id +
             ".");
        if (moves_clock()) {
            advance(7'000);
            tell("Seven seconds later the other nine open it at once:");
        } else {
            tell("The other nine open it at once:");
        }
        open_at_once(id, 1, cast.size());
        const auto seen = DemoClient::expect(200, client_.get("/v1/packets/" + id));
        tell("Gone " + seen["exhausted_in_ms"].dump() +
             " ms after it was sent. Luckiest (手气最佳): " + name_of(seen["luckiest"]) + ".");
        const auto claims = DemoClient::expect(200, client_.get("/v1/packets/" + id + "/claims"));
        std::int64_t sum_fen = 0;
        for (const auto& claim : claims["items"]) {
            sum_fen += claim["amount_fen"].get<std::int64_t>();
        }
        tell("The " + std::to_string(claims["items"].size()) + " shares add up to " +
             yuan(sum_fen) + ".");
        const std::string winner = claims["items"].back()["user_id"];
        for (const Character& character : cast) {
            if (id_of(character) == winner) {
                tell(std::string(character.name) + " asks again, after it is all gone:");
                tell(open(id, character));
            }
        }
    }

    void equal_packet() {
        const auto packet = send(cast[1], {{"kind", "equal"},
                                           {"share_fen", 100},
                                           {"count", 10},
                                           {"expires_in_s", 86'400},
                                           {"blessing", "万事如意"}});
        const std::string id = packet["id"];
        tell("Bo sends an equal packet: 10 shares of " + yuan(100) + " each, for 24 hours.");
        open_at_once(id, 2, 8);
        if (!moves_clock()) {
            tell("(This server runs on the wall clock, so nobody waits for the packet to expire. "
                 "Without --server the demo moves a clock of its own.)");
            return;
        }
        advance(86'399'000);
        tell("23 hours, 59 minutes and 59 seconds later it is still " + status_of(id) + ".");
        advance(1'000);
        const auto closed = wait_until_closed(id);
        tell("One second later it is " + std::string(closed["status"]) + ", and " +
             yuan(closed["refund_fen"]) + " go back to Bo.");
        const auto refused =
            client_.post("/v1/packets/" + id + "/open", {{"user_id", id_of(cast[9])}});
        tell("Wei tries to open it: " +
             std::string(DemoClient::expect(410, DemoAnswer(refused))["code"]));
        const auto entries =
            DemoClient::expect(200, client_.get("/v1/accounts/" + id_of(cast[1]) + "/entries"));
        tell("Bo's statement, newest first:");
        for (const auto& entry : entries["items"]) {
            tell("  " + entry["line_no"].dump() + ". " + std::string(entry["type"]) + " " +
                 std::string(entry["direction"]) + yuan(entry["amount_fen"]) + ", then " +
                 yuan(entry["balance_after_fen"]));
        }
    }

    /// Only a server on the manual clock has a clock to move.
    bool moves_clock() { return client_.get("/v1/clock").status == 200; }

    void advance(std::int64_t by_ms) {
        DemoClient::expect(200, client_.post("/v1/clock/advance", {{"advance_ms", by_ms}}));
    }

    std::string status_of(const std::string& id) {
        return DemoClient::expect(200, client_.get("/v1/packets/" + id))["status"];
    }

    json wait_until_closed(const std::string& id) {
        constexpr int tries_max = 500;
        for (int i = 0; i < tries_max; ++i) {
            auto seen = DemoClient::expect(200, client_.get("/v1/packets/" + id));
            if (!seen["closed_at"].is_null()) {
                return seen;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        throw DemoFailed{"the packet expired, but its refund does not come"};
    }

    void audit() {
        const auto audit = DemoClient::expect(200, client_.get("/v1/audit"));
        tell("The audit: deposited " + yuan(audit["deposited_fen"]) + ", withdrawn " +
             yuan(audit["withdrawn_fen"]) + ", in accounts " + yuan(audit["accounts_fen"]) +
             ", in packets " + yuan(audit["escrow_fen"]) + ".");
        tell("Journal: " + audit["journal_sequence"].dump() + " records, hash " +
             std::string(audit["journal_hash"]).substr(0, 16) + "…");
        tell("difference_fen: " + audit["difference_fen"].dump());
        if (audit["difference_fen"] != 0) {
            throw DemoFailed{"the books do not balance"};
        }
    }

    std::string url_;
    DemoClient client_;
    std::string tag_;
    int keys_ = 0;
};

int tell_story(const std::string& url) {
    try {
        Story(url).run();
        return exit_ok;
    } catch (const DemoFailed& failed) {
        std::fprintf(stderr, "hongbao: the demo stopped: %s\n", failed.sentence.c_str());
    } catch (const json::exception& error) {
        std::fprintf(stderr, "hongbao: the demo stopped at an answer it cannot read: %s\n",
                     error.what());
    }
    return exit_failed;
}

} // namespace

int demo(const std::string& server_url) {
    if (!server_url.empty()) {
        return tell_story(server_url);
    }
    auto started = DemoServer::start();
    if (const auto* problem = std::get_if<std::string>(&started)) {
        std::fprintf(stderr, "hongbao: %s\n", problem->c_str());
        return exit_failed;
    }
    return tell_story(std::get<DemoServer>(started).url());
}

} // namespace hongbao::ops
