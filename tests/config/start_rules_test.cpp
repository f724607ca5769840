// Tests: every row of the table of starts, by what decides it, and that each refusal says what
// mends it.
#include "config/start_rules.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace hongbao::config {
namespace {

struct StartRow {
    bool is_reached_by_all;
    std::optional<bool> keys_exist;
    bool has_tls;
    bool has_proxy;
    bool insecure_plain_http;
    std::optional<Entrance> entrance;      // nothing: refused
    std::vector<std::string_view> words{}; // of the refusal
};

std::string described(const StartRow& row) {
    const std::string keys = !row.keys_exist ? "unknown" : *row.keys_exist ? "yes" : "no";
    return std::string(row.is_reached_by_all ? "another address" : "this machine") + ", keys " +
           keys + ", TLS " + (row.has_tls ? "yes" : "no") + ", proxy " +
           (row.has_proxy ? "yes" : "no") + ", plain " + (row.insecure_plain_http ? "on" : "off");
}

TEST(StartRules, EveryRowOfTheTableIsDecidedAsItSays) {
    constexpr auto open = Entrance::open;
    constexpr auto keys = Entrance::keys;
    const std::vector<std::string_view> no_key{"hongbao key create", "--data /srv/it",
                                               "0.0.0.0:8080"};
    const std::vector<std::string_view> plain{"tls_certificate_file", "behind_proxy",
                                              "insecure_plain_http"};
    std::vector<StartRow> rows;
    for (int i = 0; i < 8; ++i) {
        const bool tls = (i & 1) != 0;
        const bool proxy = (i & 2) != 0;
        const bool insecure = (i & 4) != 0;
        rows.push_back({false, false, tls, proxy, insecure, open});
        rows.push_back({false, true, tls, proxy, insecure, keys});
        rows.push_back({true, false, tls, proxy, insecure, {}, no_key});
        if (i != 0) {
            rows.push_back({true, true, tls, proxy, insecure, keys});
            rows.push_back({true, {}, tls, proxy, insecure, keys});
        }
    }
    rows.push_back({true, true, false, false, false, {}, plain});
    rows.push_back({true, {}, false, false, false, {}, plain});
    rows.push_back({true, {}, false, false, false, {}, no_key});
    for (const StartRow& row : rows) {
        StartFacts facts;
        facts.listen = row.is_reached_by_all ? "0.0.0.0:8080" : "127.0.0.1:8080";
        facts.is_reached_by_all = row.is_reached_by_all;
        facts.keys_exist = row.keys_exist;
        facts.has_tls = row.has_tls;
        facts.has_proxy = row.has_proxy;
        facts.insecure_plain_http = row.insecure_plain_http;
        facts.data_dir = "/srv/it";
        const auto decided = decide_start(facts);
        const auto* entrance = std::get_if<Entrance>(&decided);
        ASSERT_EQ(entrance != nullptr, row.entrance.has_value()) << described(row);
        if (entrance != nullptr) {
            EXPECT_EQ(*entrance, *row.entrance) << described(row);
            continue;
        }
        const std::string& sentence = std::get<StartRefusal>(decided).sentence;
        for (const std::string_view word : row.words) {
            EXPECT_NE(sentence.find(word), std::string::npos) << described(row) << ": " << sentence;
        }
    }
}

TEST(StartRules, AMachinesOwnAddressesAreTheLoopbackOnes) {
    for (const auto& [listen, is_reached_by_all] :
         std::vector<std::pair<std::string, bool>>{{"127.0.0.1:8080", false},
                                                   {"127.9.9.9:1", false},
                                                   {"[::1]:8080", false},
                                                   {"localhost:0", false},
                                                   {"0.0.0.0:8080", true},
                                                   {"[::]:8080", true},
                                                   {"192.0.2.1:8080", true},
                                                   {"[::ffff:127.0.0.1]:80", true},
                                                   {"unix:/run/a.sock", false}}) {
        Settings settings;
        settings.listen = listen;
        EXPECT_EQ(start_facts(settings).is_reached_by_all, is_reached_by_all) << listen;
    }
}

TEST(StartRules, SettingsSayWhetherThereAreTlsAndAProxy) {
    Settings settings;
    EXPECT_FALSE(start_facts(settings).has_tls);
    EXPECT_FALSE(start_facts(settings).has_proxy);
    settings.tls_certificate_file = "/c";
    EXPECT_FALSE(start_facts(settings).has_tls);
    settings.tls_key_file = "/k";
    settings.behind_proxy = "10.0.0.0/8";
    EXPECT_TRUE(start_facts(settings).has_tls);
    EXPECT_TRUE(start_facts(settings).has_proxy);
}

TEST(StartRules, TimeIsMovedByHandOnThisMachineAlone) {
    StartFacts facts{"0.0.0.0:8080", true, true, true, false, false, true};
    const auto decided = decide_start(facts);
    ASSERT_TRUE(std::holds_alternative<StartRefusal>(decided));
    EXPECT_NE(std::get<StartRefusal>(decided).sentence.find("clock"), std::string::npos);
    facts.is_reached_by_all = false;
    EXPECT_TRUE(std::holds_alternative<Entrance>(decide_start(facts)));
}

} // namespace
} // namespace hongbao::config
