// Role: what is accepted as the value of a setting, in tables.
#include "config/value.hpp"

#include "config/listen_address.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

namespace hongbao::config {
namespace {

struct NumberCase {
    std::string setting;
    std::string text;
    std::optional<std::int64_t> number; // nothing: refused
};

TEST(Value, NumbersAreStrictAndInTheirRange) {
    const std::vector<NumberCase> cases{
        {"event_loop_count", "1", 1},
        {"event_loop_count", "64", 64},
        {"event_loop_count", "0", {}},
        {"event_loop_count", "65", {}},
        {"event_loop_count", "-1", {}},
        {"event_loop_count", "", {}},
        {"event_loop_count", " 1", {}},
        {"event_loop_count", "1 ", {}},
        {"event_loop_count", "+1", {}},
        {"event_loop_count", "1.0", {}},
        {"event_loop_count", "1e1", {}},
        {"event_loop_count", "0x1", {}},
        {"event_loop_count", "two", {}},
        {"event_loop_count", "9223372036854775808", {}},
        {"scheduler_threads", "0", 0},
        {"router_count", "1", 1},
        {"router_count", "1024", 1024},
        {"router_count", "3", {}},
        {"router_count", "0", {}},
        {"router_count", "2048", {}},
        {"router_count", "-4", {}},
        {"packet_life_s_default", "60", 60},
        {"packet_life_s_default", "59", {}},
        {"packet_life_s_default", "259200", 259200},
        {"packet_life_s_default", "259201", {}},
        {"idempotency_keep_s", "86399", {}},
        {"idempotency_keep_s", "86400", 86400},
        {"share_fen_max", "4MiB", {}},
    };
    for (const NumberCase& c : cases) {
        Settings settings;
        const Setting& setting = *find_setting(c.setting);
        const auto complaint = assign(settings, setting, c.text);
        EXPECT_EQ(!complaint.has_value(), c.number.has_value())
            << c.setting << " = \"" << c.text << "\": " << complaint.value_or("accepted");
        if (c.number) {
            EXPECT_EQ(settings.*std::get<std::int64_t Settings::*>(setting.member), *c.number);
        } else {
            EXPECT_EQ(settings, Settings{}) << "a refused value must change nothing";
        }
    }
}

TEST(Value, SizesTakeABinaryUnit) {
    const std::vector<std::pair<std::string, std::optional<std::int64_t>>> cases{
        {"64GiB", 68'719'476'736},
        {"64 GiB", 68'719'476'736},
        {"16MiB", 16'777'216},
        {"16384KiB", 16'777'216},
        {"16777216B", 16'777'216},
        {"16777216", 16'777'216},
        {"16777217", 16'777'217},
        {"16TiB", 17'592'186'044'416},
        {"16777215", {}},
        {"17TiB", {}},
        {"64GB", {}},
        {"64G", {}},
        {"64gib", {}},
        {"1.5GiB", {}},
        {"GiB", {}},
        {"-64GiB", {}},
        {"64  GiB", {}},
        {"9999999999TiB", {}},
        {"64GiBGiB", {}},
    };
    for (const auto& [text, bytes] : cases) {
        Settings settings;
        const auto complaint = assign(settings, *find_setting("journal_map_bytes"), text);
        EXPECT_EQ(!complaint.has_value(), bytes.has_value()) << text;
        EXPECT_EQ(settings.journal_map_bytes, bytes.value_or(Settings{}.journal_map_bytes)) << text;
    }
}

TEST(Value, SizesAreWrittenInTheLargestUnitThatIsExact) {
    const std::vector<std::pair<std::int64_t, std::string>> cases{
        {1 << 20, "1MiB"}, {1536, "1536"}, {3 << 10, "3KiB"}, {std::int64_t{5} << 40, "5TiB"}};
    for (const auto& [bytes, text] : cases) {
        Settings settings;
        settings.body_bytes_max = bytes;
        EXPECT_EQ(value_text(settings, *find_setting("body_bytes_max")), text);
    }
}

TEST(Value, TheClockIsWallOrManual) {
    Settings settings;
    const Setting& clock = *find_setting("clock");
    EXPECT_EQ(assign(settings, clock, "manual"), std::nullopt);
    EXPECT_EQ(settings.clock, ClockKind::manual);
    EXPECT_EQ(value_text(settings, clock), "manual");
    for (const char* text : {"", "Wall", "utc"}) {
        EXPECT_EQ(assign(settings, clock, text), "it has to be wall or manual") << text;
    }
    EXPECT_EQ(settings.clock, ClockKind::manual);
}

TEST(Value, ASwitchIsOnOrOff) {
    Settings settings;
    const Setting& plain = *find_setting("insecure_plain_http");
    EXPECT_EQ(value_text(settings, plain), "off");
    EXPECT_EQ(assign(settings, plain, "on"), std::nullopt);
    EXPECT_TRUE(settings.insecure_plain_http);
    EXPECT_EQ(value_text(settings, plain), "on");
    for (const char* text : {"", "On", "true", "1"}) {
        EXPECT_EQ(assign(settings, plain, text), "it has to be on or off") << text;
    }
}

TEST(Value, TheDataFolderIsNotEmpty) {
    Settings settings;
    const Setting& data_dir = *find_setting("data_dir");
    EXPECT_EQ(assign(settings, data_dir, "/var/lib/with space"), std::nullopt);
    EXPECT_EQ(settings.data_dir, "/var/lib/with space");
    EXPECT_NE(assign(settings, data_dir, ""), std::nullopt);
    EXPECT_NE(assign(settings, data_dir, std::string_view("a\0b", 3)), std::nullopt);
}

struct ListCase {
    std::string setting;
    std::string text;
    std::optional<std::string> kept; // nothing: refused
};

TEST(Value, NamesOfHostsAndSitesAreLists) {
    const std::vector<ListCase> cases{
        {"allowed_hosts", "", ""},
        {"allowed_hosts", "pay.example.com", "pay.example.com"},
        {"allowed_hosts", " a.example , b:8443,[::1]:80 ", "a.example,b:8443,[::1]:80"},
        {"allowed_hosts", "10.0.0.7", "10.0.0.7"},
        {"allowed_hosts", "https://a.example", {}},
        {"allowed_hosts", "a.example/x", {}},
        {"allowed_hosts", "*.example", {}},
        {"allowed_hosts", "a.example,", {}},
        {"allowed_hosts", ",", {}},
        {"allowed_hosts", "a b", {}},
        {"allowed_hosts", "a:0", {}},
        {"allowed_hosts", "a:65536", {}},
        {"allowed_hosts", "a:", {}},
        {"allowed_hosts", "[::1", {}},
        {"allowed_hosts", "[a]", {}},
        {"allowed_origins", "", ""},
        {"allowed_origins", "https://a.example, http://localhost:3000",
         "https://a.example,http://localhost:3000"},
        {"allowed_origins", "*", {}},
        {"behind_proxy", "10.0.0.0/8, ::1 ,unix,2001:db8::/32,192.0.2.7",
         "10.0.0.0/8,::1,unix,2001:db8::/32,192.0.2.7"},
        {"behind_proxy", "0.0.0.0/0,::/0", "0.0.0.0/0,::/0"},
        {"behind_proxy", "", ""},
        {"behind_proxy", "10.1.2.3/8", {}},
        {"behind_proxy", "10.0.0.0/33", {}},
        {"behind_proxy", "10.0.0.0/", {}},
        {"behind_proxy", "::/129", {}},
        {"behind_proxy", "proxy.example", {}},
        {"behind_proxy", "10.0.0.1:80", {}},
        {"behind_proxy", "[::1]", {}},
        {"behind_proxy", "unix:/run/a", {}},
        {"behind_proxy", "::1,,::2", {}},
        {"allowed_origins", "null", {}},
        {"allowed_origins", "a.example", {}},
        {"allowed_origins", "https://a.example/", {}},
        {"allowed_origins", "https://", {}},
        {"allowed_origins", "https://u@a.example", {}},
        {"allowed_origins", "https://*.example", {}},
        {"allowed_origins", "ftp://a.example", {}},
    };
    for (const ListCase& c : cases) {
        Settings settings;
        const Setting& setting = *find_setting(c.setting);
        const auto complaint = assign(settings, setting, c.text);
        EXPECT_EQ(!complaint.has_value(), c.kept.has_value())
            << c.setting << " = \"" << c.text << "\": " << complaint.value_or("accepted");
        EXPECT_EQ(value_text(settings, setting), c.kept.value_or("")) << c.text;
    }
}

TEST(ListenAddress, IsAnAddressInNumbersAndAPortOrAPath) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"127.0.0.1:8080", ""},
        {"127.255.255.254:0", ""},
        {"[::1]:8080", ""},
        {"localhost:65535", ""},
        {"0.0.0.0:8080", ""},
        {"192.168.1.5:8080", ""},
        {"[::]:8080", ""},
        {"[::ffff:10.0.0.1]:80", ""},
        {"pay.example.com:80", "HOST:PORT"},
        {"127.0.0.1", "HOST:PORT"},
        {"127.0.0.1:", "HOST:PORT"},
        {"127.0.0.1:65536", "HOST:PORT"},
        {"127.0.0.1:-1", "HOST:PORT"},
        {"127.0.0.1:80x", "HOST:PORT"},
        {"127.1:80", "HOST:PORT"},
        {"127.0.0.1.evil.example:80", "HOST:PORT"},
        {"::1:8080", "HOST:PORT"},
        {"[127.0.0.1]:80", "HOST:PORT"},
        {":8080", "HOST:PORT"},
        {"8080", "HOST:PORT"},
        {"", "HOST:PORT"},
        {"unix:/run/hongbao.sock", ""},
        {"unix:/run/a b:80", ""},
        {"unix:run/hongbao.sock", "HOST:PORT"},
        {"unix:/run/", "HOST:PORT"},
        {"unix:", "HOST:PORT"},
        {std::string("unix:/run/a\0b", 13), "HOST:PORT"},
    };
    for (const auto& [text, complaint_part] : cases) {
        Settings settings;
        const auto complaint = assign(settings, *find_setting("listen"), text);
        EXPECT_EQ(complaint.has_value(), !complaint_part.empty()) << text;
        EXPECT_NE(complaint.value_or("").find(complaint_part), std::string::npos) << text;
        EXPECT_EQ(settings.listen, complaint ? Settings{}.listen : text);
    }
}

TEST(ListenAddress, IsReadIntoNumbers) {
    EXPECT_EQ(parse_listen_address("localhost:0"), (ListenAddress{"127.0.0.1", 0, false}));
    EXPECT_EQ(parse_listen_address("[::1]:8080"), (ListenAddress{"::1", 8080, true}));
    EXPECT_EQ(parse_listen_address("10.1.2.3:80"), (ListenAddress{"10.1.2.3", 80, false}));
    EXPECT_FALSE(parse_listen_address("10.1.2.3:80")->is_loopback());
    const auto unix_socket = parse_listen_address("unix:/run/a:80");
    EXPECT_EQ(unix_socket, (ListenAddress{"", 0, false, "/run/a:80"}));
    EXPECT_TRUE(unix_socket->is_unix());
    EXPECT_FALSE(unix_socket->is_loopback());
}

} // namespace
} // namespace hongbao::config
