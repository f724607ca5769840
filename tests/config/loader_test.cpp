// Role: which source wins, what the file may hold, and what people are told about their mistakes.
#include "config/loader.hpp"
#include "config/render.hpp"
#include "support.hpp"
#include "temporary_file.hpp"

#include <cstdlib>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace hongbao::config {
namespace {

using testing::joined;
using testing::one_holds;
using testing::source_of;
using testing::TemporaryFile;

Loaded load_file(const std::string& text) {
    const TemporaryFile file(text);
    return load({{}, {}, file.path()});
}

TEST(Loader, WithoutSourcesGivesTheDefaults) {
    const Loaded loaded = load({});
    EXPECT_TRUE(loaded.errors.empty()) << joined(loaded.errors);
    EXPECT_EQ(loaded.settings, Settings{});
    EXPECT_EQ(source_of(loaded, "listen"), Source::defaults);
}

TEST(Loader, FlagsWinOverEnvironmentOverFile) {
    const TemporaryFile file("router_count = 8\nevent_loop_count = 2\nidle_timeout_s = 61\n");
    Inputs inputs;
    inputs.config_file = file.path();
    inputs.environment = {{"HONGBAO_ROUTER_COUNT", "16"}, {"HONGBAO_EVENT_LOOP_COUNT", "3"}};
    inputs.flags = {{"router_count", "32"}};
    const Loaded loaded = load(inputs);
    ASSERT_TRUE(loaded.errors.empty()) << joined(loaded.errors);
    EXPECT_EQ(loaded.settings.router_count, 32);
    EXPECT_EQ(source_of(loaded, "router_count"), Source::flag);
    EXPECT_EQ(loaded.settings.event_loop_count, 3);
    EXPECT_EQ(source_of(loaded, "event_loop_count"), Source::environment);
    EXPECT_EQ(loaded.settings.idle_timeout_s, 61);
    EXPECT_EQ(source_of(loaded, "idle_timeout_s"), Source::file);
    EXPECT_EQ(source_of(loaded, "listen"), Source::defaults);
}

TEST(Loader, TheFlagForTheFileWinsOverItsVariable) {
    const TemporaryFile by_flag("router_count = 8\n");
    const TemporaryFile by_variable("router_count = 16\n");
    Inputs inputs;
    inputs.environment = {{"HONGBAO_CONFIG", by_variable.path()}};
    EXPECT_EQ(load(inputs).settings.router_count, 16);
    inputs.config_file = by_flag.path();
    EXPECT_EQ(load(inputs).settings.router_count, 8);
}

TEST(Loader, AnEmptyVariableIsNotSet) {
    const Loaded loaded = load({{}, {{"HONGBAO_LISTEN", ""}, {"HONGBAO_CONFIG", ""}}, ""});
    EXPECT_TRUE(loaded.errors.empty()) << joined(loaded.errors);
    EXPECT_EQ(source_of(loaded, "listen"), Source::defaults);
}

TEST(Loader, SizesInTheFileAreIntegersOrStrings) {
    const Loaded loaded = load_file("journal_map_bytes = \"1GiB\"\nbody_bytes_max = 2048\n");
    ASSERT_TRUE(loaded.errors.empty()) << joined(loaded.errors);
    EXPECT_EQ(loaded.settings.journal_map_bytes, std::int64_t{1} << 30);
    EXPECT_EQ(loaded.settings.body_bytes_max, 2048);
}

TEST(Loader, TlsTakesCertificateAndKeyAndIsNotNeededOnAUnixSocket) {
    const auto fault = [](const TextMap& flags) {
        Inputs inputs;
        inputs.flags = flags;
        return joined(load(inputs).errors);
    };
    EXPECT_EQ(fault({{"tls_certificate_file", "/c"}, {"tls_key_file", "/k"}}), "");
    const std::string no_key = fault({{"tls_certificate_file", "/c"}});
    EXPECT_NE(
        no_key.find("tls_certificate_file = /c (flag --tls-certificate-file) does not go with "
                    "tls_key_file = \"\" (default): TLS takes both"),
        std::string::npos)
        << no_key;
    const std::string no_certificate = fault({{"tls_key_file", "/k"}});
    EXPECT_NE(no_certificate.find("tls_key_file = /k (flag --tls-key-file) does not go with "
                                  "tls_certificate_file"),
              std::string::npos)
        << no_certificate;
    Inputs on_unix;
    on_unix.flags = {{"tls_certificate_file", "/c"}, {"tls_key_file", "/k"}, {"listen", "unix:/s"}};
    const Loaded loaded = load(on_unix);
    EXPECT_EQ(joined(loaded.errors), "");
    EXPECT_TRUE(one_holds(loaded.notices, {"no effect", "listen = unix:/s", "without TLS"}));
}

TEST(Loader, AllMistakesAreToldAtOnceWithSettingValueSourceAndRemedy) {
    const TemporaryFile file("router_count = 3\nlistn = \"127.0.0.1:1\"\n");
    Inputs inputs;
    inputs.config_file = file.path();
    inputs.environment = {{"HONGBAO_CLOCK", "sun"}};
    inputs.flags = {{"listen", "pay.example.com:80"}, {"idle_timeout", "5"}};
    const Loaded loaded = load(inputs);
    EXPECT_EQ(loaded.errors.size(), 5U) << joined(loaded.errors);
    const std::vector<std::vector<std::string_view>> expected{
        {"router_count = \"3\"", file.path(), "a power of two from 1 to 1024"},
        {"\"listn\"", "line 2", "did you mean listen?"},
        {"clock = \"sun\"", "variable HONGBAO_CLOCK", "wall or manual"},
        {"listen = \"pay.example.com:80\"", "flag --listen", "HOST:PORT", "in numbers"},
        {"\"idle_timeout\"", "did you mean idle_timeout_s?"},
    };
    for (const auto& parts : expected) {
        EXPECT_TRUE(one_holds(loaded.errors, parts)) << parts[0] << "\n" << joined(loaded.errors);
    }
}

TEST(Loader, AMistakeIsToldEvenWhereAStrongerSourceOverridesIt) {
    const Loaded loaded = load({{{"router_count", "8"}}, {{"HONGBAO_ROUTER_COUNT", "x"}}, ""});
    EXPECT_TRUE(one_holds(loaded.errors, {"router_count = \"x\"", "HONGBAO_ROUTER_COUNT"}));
}

TEST(Loader, TypesInTheFileAreChecked) {
    const std::vector<std::pair<std::string, std::string_view>> cases{
        {"router_count = \"4\"", "a string"},
        {"router_count = 4.0", "a number with a point"},
        {"router_count = true", "true or false"},
        {"router_count = [4]", "an array"},
        {"router_count = 2026-01-01", "a date"},
        {"listen = 8080", "an integer"},
        {"body_bytes_max = 1e6", "a number with a point"},
        {"allowed_hosts = [\"a.example\", 7]", "an array"},
        {"listen = [\"127.0.0.1:8080\"]", "an array"},
    };
    for (const auto& [line, words] : cases) {
        const Loaded loaded = load_file(line + "\n");
        EXPECT_EQ(loaded.errors.size(), 1U) << line;
        EXPECT_TRUE(one_holds(loaded.errors, {words, "line 1", "it has to be"}))
            << line << "\n"
            << joined(loaded.errors);
    }
}

TEST(Loader, AListInTheFileIsAStringOrAnArray) {
    for (const char* line : {"allowed_hosts = [\"a.example\", \"b.example:81\"]",
                             "allowed_hosts = \"a.example, b.example:81\""}) {
        const Loaded loaded = load_file(std::string(line) + "\n");
        EXPECT_TRUE(loaded.errors.empty()) << joined(loaded.errors);
        EXPECT_EQ(loaded.settings.allowed_hosts, "a.example,b.example:81") << line;
    }
    EXPECT_EQ(load_file("allowed_hosts = []\n").settings.allowed_hosts, "");
    EXPECT_EQ(load_file("allowed_hosts = [\"\"]\n").settings.allowed_hosts, "");
}

TEST(Loader, AFileThatIsNoTomlIsRefusedWithItsLine) {
    for (const char* text :
         {"listen = \"a\"\nlisten = \"b\"\n", "clock = \"wall\"\nrouter_count =\n"}) {
        const Loaded loaded = load_file(text);
        EXPECT_EQ(loaded.errors.size(), 1U) << text;
        EXPECT_TRUE(one_holds(loaded.errors, {"not TOML", "line 2"})) << joined(loaded.errors);
    }
}

TEST(Loader, AFileThatIsNotUtf8IsRefused) {
    const Loaded loaded = load_file("data_dir = \"\xff\"\n");
    EXPECT_TRUE(one_holds(loaded.errors, {"not TOML", "utf-8"})) << joined(loaded.errors);
}

TEST(Loader, TablesInTheFileAreRefused) {
    const Loaded loaded = load_file("[server]\nlisten = \"127.0.0.1:1\"\n");
    EXPECT_TRUE(one_holds(loaded.errors, {"\"server\"", "no tables"})) << joined(loaded.errors);
}

TEST(Loader, AFileThatCannotBeReadIsRefused) {
    for (const char* path : {"/nonexistent/hongbao.toml", "/"}) {
        const Loaded loaded = load({{}, {}, path});
        EXPECT_TRUE(one_holds(loaded.errors, {path, "cannot be read"})) << joined(loaded.errors);
    }
}

TEST(Loader, ValuesThatDoNotGoTogetherAreRefused) {
    const Loaded bodies = load({{{"body_bytes_max", "8MiB"}}, {}, ""});
    EXPECT_TRUE(one_holds(bodies.errors, {"batch_body_bytes_max = 4MiB (default)",
                                          "body_bytes_max = 8MiB (flag --body-bytes-max)"}))
        << joined(bodies.errors);
    const Loaded batch =
        load({{{"journal_map_bytes", "16MiB"}, {"commit_batch_bytes_max", "5MiB"}}, {}, ""});
    EXPECT_TRUE(one_holds(batch.errors, {"commit_batch_bytes_max = 5MiB", "quarter"}))
        << joined(batch.errors);
    EXPECT_TRUE(load({{{"journal_map_bytes", "16MiB"}}, {}, ""}).errors.empty());
}

TEST(Loader, ConnectionsAreSharedSoThatEachLoopCanServe) {
    const Loaded few = load({{{"connections_max", "3"}, {"event_loop_count", "2"}}, {}, ""});
    EXPECT_TRUE(one_holds(few.errors, {"connections_max = 3 (flag --connections-max)",
                                       "event_loop_count = 2", "at least 4"}))
        << joined(few.errors);
    const Loaded streams = load({{{"connections_max", "1000"}, {"streams_max", "751"}}, {}, ""});
    EXPECT_TRUE(one_holds(streams.errors, {"streams_max = 751", "connections_max = 1000",
                                           "kept for requests", "at most 750"}))
        << joined(streams.errors);
    EXPECT_EQ(load({{{"connections_max", "1000"}}, {}, ""}).settings.streams_max, 750);
    EXPECT_EQ(load({{{"connections_max", "4"}}, {}, ""}).settings.streams_max, 3);
    const Loaded bytes =
        load({{{"buffered_bytes_max", "15MiB"}, {"event_loop_count", "2"}}, {}, ""});
    EXPECT_TRUE(one_holds(bytes.errors,
                          {"buffered_bytes_max = 15MiB", "batch_body_bytes_max = 4MiB (default)",
                           "2 event loops", "at least 16777216"}))
        << joined(bytes.errors);
    const Loaded fits = load({{{"connections_max", "16"},
                               {"streams_max", "12"},
                               {"event_loop_count", "2"},
                               {"buffered_bytes_max", "16MiB"}},
                              {},
                              ""});
    EXPECT_TRUE(fits.errors.empty()) << joined(fits.errors);
}

TEST(Loader, SlipsInVariablesAreNoticedAndStrangersLeftAlone) {
    const Loaded loaded =
        load({{}, {{"HONGBAO_LISTN", "x"}, {"HONGBAO_BINARY", "y"}, {"HONGBAO_CONFIGS", ""}}, ""});
    EXPECT_TRUE(loaded.errors.empty()) << joined(loaded.errors);
    EXPECT_EQ(loaded.notices.size(), 2U) << joined(loaded.notices);
    EXPECT_TRUE(one_holds(loaded.notices, {"HONGBAO_LISTN", "did you mean HONGBAO_LISTEN?"}));
}

TEST(Loader, ReadsTheVariablesOfTheProcess) {
    // NOLINTBEGIN(concurrency-mt-unsafe): there is one thread
    ASSERT_EQ(::setenv("HONGBAO_ROUTER_COUNT", "64", 1), 0);
    const TextMap variables = environment_of_process();
    ASSERT_EQ(::unsetenv("HONGBAO_ROUTER_COUNT"), 0);
    // NOLINTEND(concurrency-mt-unsafe)
    ASSERT_TRUE(variables.contains("HONGBAO_ROUTER_COUNT"));
    EXPECT_EQ(load({{}, variables, ""}).settings.router_count, 64);
    EXPECT_FALSE(variables.contains("PATH"));
}

TEST(Print, CanBeReadBackAsASettingsFile) {
    Inputs inputs;
    inputs.flags = {{"data_dir", "a \"b\"\\\n\x7f\u7ea2"}, {"body_bytes_max", "1025"}};
    inputs.environment = {{"HONGBAO_CLOCK", "manual"}};
    const Loaded first = load(inputs);
    ASSERT_TRUE(first.errors.empty()) << joined(first.errors);
    const Loaded second = load_file(print_settings(first));
    EXPECT_TRUE(second.errors.empty()) << joined(second.errors);
    EXPECT_EQ(first.settings, second.settings);
    for (const Source source : second.sources) {
        EXPECT_EQ(source, Source::file);
    }
}

TEST(Print, TellsWhereEachValueCameFrom) {
    const TemporaryFile file("idle_timeout_s = 61\n");
    const std::string text =
        print_settings(load({{{"data_dir", "/x"}}, {{"HONGBAO_CLOCK", "manual"}}, file.path()}));
    for (const std::string& part :
         {std::string("# flag --data\n"), std::string("# env HONGBAO_CLOCK\n"),
          "# file \"" + file.path() + "\"\n", std::string("# default\n")}) {
        EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
    }
}

TEST(ShippedFile, WithEveryLineUncommentedIsTheDefaults) {
    std::string text = shipped_file();
    std::string uncommented;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        const bool is_value = text[at] == '#' && text[at + 1] != ' ';
        uncommented += text.substr(at + (is_value ? 1 : 0), end - at + 1 - (is_value ? 1 : 0));
        at = end + 1;
    }
    const Loaded loaded = load_file(uncommented);
    EXPECT_TRUE(loaded.errors.empty()) << joined(loaded.errors);
    EXPECT_EQ(loaded.settings, Settings{});
    for (const Source source : loaded.sources) {
        EXPECT_EQ(source, Source::file);
    }
}

} // namespace
} // namespace hongbao::config
