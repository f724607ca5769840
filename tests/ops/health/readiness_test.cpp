// Role: which answers to GET /readyz count as ready, and what is said of the others.
#include "ops/health/readiness.hpp"

#include <gtest/gtest.h>
#include <string>

namespace hongbao::ops::health {
namespace {

using Outcome = std::variant<ServerAnswer, NoServer>;

Outcome answered(int status, const std::string& text) {
    return ServerAnswer{status, nlohmann::json::parse(text, nullptr, false), text};
}

struct Case {
    const char* what;
    Outcome outcome;
    bool is_ready;
    std::string sentence;
};

const Case cases[] = {
    {"all is well", answered(200, R"({"status":"ready","switched_off":[],"shedding":[]})"), true,
     "ready"},
    {"parts are switched off and shed",
     answered(200, R"({"status":"ready","switched_off":["sales","sending"],"shedding":["looks"]})"),
     true, "ready; switched off: sales, sending; refused for now: looks"},
    {"an answer of a version that says less", answered(200, R"({"status":"ready"})"), true,
     "ready"},
    {"lists that are none", answered(200, R"({"status":"ready","shedding":"x"})"), true, "ready"},
    {"a replay", answered(503, R"({"code":"not_ready","detail":"The journal is being replayed."})"),
     false, "the server on X is not ready (not_ready): The journal is being replayed."},
    {"a refusal without detail", answered(503, R"({"code":"draining"})"), false,
     "the server on X is not ready (draining)"},
    {"a page that is there for everything", answered(200, "<html>Welcome</html>"), false,
     "what answers on X is no hongbao server: it said 200 to GET /readyz"},
    {"another program's health", answered(200, R"({"status":"UP"})"), false,
     "what answers on X is no hongbao server: it said 200 to GET /readyz"},
    {"a status that is no text", answered(200, R"({"status":1,"code":[]})"), false,
     "what answers on X is no hongbao server: it said 200 to GET /readyz"},
    {"an array", answered(200, R"(["ready"])"), false,
     "what answers on X is no hongbao server: it said 200 to GET /readyz"},
    {"ready, but in a refusal", answered(503, R"({"status":"ready"})"), false,
     "what answers on X is no hongbao server: it said 503 to GET /readyz"},
    {"nobody", NoServer{"the server does not answer: Connection"}, false,
     "X: the server does not answer: Connection"},
};

TEST(Readiness, IsWhatAServerThatServesEverybodySaysOfItself) {
    for (const Case& one : cases) {
        SCOPED_TRACE(one.what);
        const Readiness judged = judge("X", one.outcome);
        EXPECT_EQ(judged.is_ready, one.is_ready);
        EXPECT_EQ(judged.sentence, one.sentence);
        EXPECT_EQ(judged.shown.at("ready"), one.is_ready);
    }
}

TEST(Readiness, TellsProgramsTheCodeAndTheReason) {
    const auto shown = judge("X", cases[4].outcome).shown;
    EXPECT_EQ(shown.at("code"), "not_ready");
    EXPECT_EQ(shown.at("reason"), cases[4].sentence);
    EXPECT_TRUE(not_ready("why").shown.at("code").is_null());
    EXPECT_EQ(judge("X", cases[1].outcome).shown.at("switched_off").size(), 2U);
}

} // namespace
} // namespace hongbao::ops::health
