// Role: the demo's story of red packets: a lucky one, an equal one that expires, the audit.
#include "ops/demo/stage.hpp"
#include "ops/demo/stories.hpp"

#include <array>

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

class Story {
  public:
    explicit Story(const DemoTarget& target) : stage_(target) {}

    void run() {
        open_accounts();
        lucky_packet();
        equal_packet();
        stage_.audit("packets");
    }

  private:
    std::string id_of(const Character& character) const { return stage_.id_of(character.id); }

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
        DemoClient::expect(200,
                           stage_.client().post("/v1/accounts/batch", {{"accounts", accounts}}));
        tell("Ten friends open accounts.");
        deposit(cast[0], 20'000);
        deposit(cast[1], 5'000);
    }

    void deposit(const Character& character, std::int64_t amount_fen) {
        const auto receipt = stage_.deposit(id_of(character), amount_fen);
        tell(std::string(character.name) + " deposits " + yuan(amount_fen) + "; the balance is " +
             yuan(receipt["balance_fen"]) + ", trade " + std::string(receipt["trade_no"]) + ".");
    }

    json send(const Character& sender, json packet) {
        packet["sender"] = id_of(sender);
        return stage_.make("/v1/packets", packet);
    }

    /// All of them at the same time, each on its own connection.
    void open_at_once(const std::string& packet_id, std::size_t first, std::size_t last) {
        stage_.at_once(last - first, last - first, [&](DemoClient& own, std::size_t i) {
            tell(open(own, packet_id, cast[first + i]));
        });
    }

    std::string open(DemoClient& client, const std::string& packet_id,
                     const Character& character) const {
        const auto answer =
            client.post("/v1/packets/" + packet_id + "/open", {{"user_id", id_of(character)}});
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
        if (stage_.moves_clock()) {
            stage_.advance(7'000);
            tell("Seven seconds later the other nine open it at once:");
        } else {
            tell("The other nine open it at once:");
        }
        open_at_once(id, 1, cast.size());
        const auto seen = stage_.look("/v1/packets/" + id);
        tell("Gone " + seen["exhausted_in_ms"].dump() +
             " ms after it was sent. Luckiest (手气最佳): " + name_of(seen["luckiest_user_id"]) +
             ".");
        const auto claims = stage_.look("/v1/packets/" + id + "/claims");
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
                tell(open(stage_.client(), id, character));
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
        if (!stage_.moves_clock()) {
            tell("(This server runs on the wall clock, so nobody waits for the packet to expire. "
                 "Without --server the demo moves a clock of its own.)");
            return;
        }
        stage_.advance(86'399'000);
        tell("23 hours, 59 minutes and 59 seconds later it is still " + status_of(id) + ".");
        stage_.advance(1'000);
        const auto closed = stage_.look_until(
            "/v1/packets/" + id, [](const json& seen) { return !seen.at("closed_at").is_null(); },
            "the packet expired, but its refund does not come");
        tell("One second later it is " + std::string(closed["status"]) + ", and " +
             yuan(closed["refund_fen"]) + " go back to Bo.");
        const auto refused =
            stage_.client().post("/v1/packets/" + id + "/open", {{"user_id", id_of(cast[9])}});
        tell("Wei tries to open it: " +
             std::string(DemoClient::expect(410, DemoAnswer(refused))["code"]));
        const auto entries = stage_.look("/v1/accounts/" + id_of(cast[1]) + "/entries");
        tell("Bo's statement, newest first:");
        for (const auto& entry : entries["items"]) {
            tell("  " + entry["line_no"].dump() + ". " + std::string(entry["type"]) + " " +
                 (entry["direction"] == "credit" ? "+" : "-") + yuan(entry["amount_fen"]) +
                 ", then " + yuan(entry["balance_after_fen"]));
        }
    }

    std::string status_of(const std::string& id) {
        return stage_.look("/v1/packets/" + id)["status"];
    }

    DemoStage stage_;
};

} // namespace

void tell_packets(const DemoTarget& target, bool /*is_own*/) {
    Story(target).run();
}

} // namespace hongbao::ops
