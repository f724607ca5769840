// Role: the secrets of tokens: their file's text, what a rotation leaves of those before, and in
// which order it is done.
#include "http/api/tokens/token_board.hpp"
#include "http/api/tokens/token_secrets.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

using namespace hongbao;
using namespace hongbao::http;

namespace {

constexpr domain::InstantMs now_ms = 1'800'000'000'000;

TokenSecret named(char name, domain::InstantMs until = 0) {
    return {std::string(16, name), std::string(32, name), until};
}

std::string names_of(const TokenSecrets& secrets) {
    std::string names;
    for (const TokenSecret& secret : secrets.secrets) {
        names += secret.kid.front();
    }
    return names;
}

TokenSecrets parsed(const std::string& text) {
    auto outcome = parse_token_secrets(text);
    const auto* fault = std::get_if<std::string>(&outcome);
    EXPECT_EQ(fault, nullptr) << *fault;
    return fault != nullptr ? TokenSecrets{} : std::get<TokenSecrets>(outcome);
}

TEST(TokenSecrets, AreReadAsTheyWereWritten) {
    const TokenSecrets written{{named('a'), named('b', now_ms), named('c', now_ms + 1)},
                               TokenRotation{named('d'), now_ms + 2}};
    const TokenSecrets read = parsed(render_token_secrets(written));
    ASSERT_EQ(read.secrets.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(read.secrets[i].kid, written.secrets[i].kid);
        EXPECT_EQ(read.secrets[i].bytes, written.secrets[i].bytes);
        EXPECT_EQ(read.secrets[i].valid_until, written.secrets[i].valid_until);
    }
    ASSERT_TRUE(read.prepared.has_value());
    EXPECT_EQ(read.prepared->next.bytes, std::string(32, 'd'));
    EXPECT_EQ(read.prepared->formers_until, now_ms + 2);
}

TEST(TokenSecrets, NewOnesDiffer) {
    const TokenSecret one = make_token_secret(), other = make_token_secret();
    EXPECT_EQ(one.bytes.size(), 32U);
    EXPECT_NE(one.bytes, other.bytes);
    EXPECT_NE(one.kid, other.kid);
}

TEST(TokenSecrets, AFormerOneIsFoundWhileItIsGood) {
    const TokenSecrets secrets{{named('a'), named('b', now_ms + 10)}};
    EXPECT_NE(secrets.find(std::string(16, 'a'), now_ms + 1'000'000), nullptr);
    EXPECT_NE(secrets.find(std::string(16, 'b'), now_ms + 9), nullptr);
    EXPECT_EQ(secrets.find(std::string(16, 'b'), now_ms + 10), nullptr);
    EXPECT_EQ(secrets.find(std::string(16, 'c'), now_ms), nullptr);
    EXPECT_EQ(secrets.find("", now_ms), nullptr);
}

TEST(TokenSecrets, ARotationGivesNoFormerOneMoreTime) {
    TokenSecrets secrets{
        {named('a'), named('b', now_ms + 10), named('c', now_ms + 1'000), named('d', now_ms)},
        TokenRotation{named('e'), now_ms + 100}};
    const TokenSecrets after = completed(secrets, now_ms);
    EXPECT_EQ(names_of(after), "eabc") << "that whose time is over is gone";
    EXPECT_EQ(after.secrets[0].valid_until, 0);
    EXPECT_EQ(after.secrets[1].valid_until, now_ms + 100);
    EXPECT_EQ(after.secrets[2].valid_until, now_ms + 10);
    EXPECT_EQ(after.secrets[3].valid_until, now_ms + 100);
    EXPECT_FALSE(after.prepared.has_value());
    secrets.prepared->formers_until = now_ms;
    EXPECT_EQ(names_of(completed(secrets, now_ms)), "e") << "without overlap none is left";
    EXPECT_EQ(names_of(completed(after, now_ms)), "eabc") << "nothing is prepared";
}

struct Step {
    std::string names;
    bool is_prepared;
    bool operator==(const Step&) const = default;
};

TEST(TokenSecrets, AreInTheFileBeforeTheyAreUsed) {
    std::vector<Step> saved;
    bool is_broken = false;
    int calls = 0;
    TokenBoard board({{named('a')}}, [&](const TokenSecrets& secrets) {
        saved.push_back({names_of(secrets), secrets.prepared.has_value()});
        return is_broken ? std::optional<std::string>("the disk is full") : std::nullopt;
    });
    board.watch([&] { ++calls; });
    const auto version = board.version();

    ASSERT_TRUE(board.begin());
    EXPECT_FALSE(board.begin()) << "one at a time";
    is_broken = true;
    EXPECT_EQ(board.prepare({named('b'), now_ms + 100}), "the disk is full");
    EXPECT_EQ(names_of(*board.secrets()), "a");
    is_broken = false;
    EXPECT_EQ(board.prepare({named('b'), now_ms + 100}), std::nullopt);
    EXPECT_EQ(board.secrets()->current().kid, std::string(16, 'a')) << "not yet";
    board.forget();
    EXPECT_EQ(names_of(*board.secrets()), "a");
    EXPECT_EQ(board.prepare({named('c'), now_ms + 100}), std::nullopt);
    EXPECT_EQ(calls, 0);
    board.complete(now_ms);
    board.end();
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(names_of(*board.secrets()), "ca");
    EXPECT_GT(board.version(), version);
    EXPECT_EQ(saved, (std::vector<Step>{
                         {"a", true}, {"a", true}, {"a", false}, {"a", true}, {"ca", false}}));
    EXPECT_TRUE(board.begin());
}

TEST(TokenSecrets, TheirFileIsReadStrictly) {
    const std::string good =
        R"({"kid":"0011223344556677","secret":")" + std::string(43, 'A') + "\"";
    ASSERT_EQ(parsed(R"({"secrets":[)" + good + "}]}").secrets.size(), 1U);
    const auto of = [](const std::string& secret) { return R"({"secrets":[)" + secret + "]}"; };
    const std::string former = R"({"kid":"8899aabbccddeeff","secret":")" + std::string(43, 'A') +
                               R"(","valid_until":"2026-11-21T05:53:14.123Z"})";
    ASSERT_EQ(parsed(of(good + "}," + former)).secrets.size(), 2U);
    const std::vector<std::string> texts{
        "",
        "[]",
        "{}",
        of(""),
        of(good),
        of(good + "}") + " x",
        of(good + R"(,"valid_until":"2026-11-21T05:53:14.123Z"})"), // the one to sign with
        of(good + "}," + good + R"(,"valid_until":"2026-11-21T05:53:14.123Z"})"), // the same twice
        of(good + R"(},{"kid":"8899aabbccddeeff","secret":")" + std::string(43, 'A') + "\"}"),
        of(R"({"kid":"0011223344556677","secret":")" + std::string(42, 'A') + "\"}"), // 31 bytes
        of(R"({"kid":"0011223344556677","secret":")" + std::string(43, 'B') + "\"}"),
        of(R"({"kid":"0011223344556677","secret":")" + std::string(1'368, 'A') + "\"}"),
        of(R"({"kid":"0011223344556677","secret":7})"),
        of(R"({"kid":"0011223344556677"})"),
        of(R"({"secret":")" + std::string(43, 'A') + "\"}"),
        of(R"({"kid":"../../etc/passwd","secret":")" + std::string(43, 'A') + "\"}"),
        R"({"secrets":[)" + good + R"(}],"prepared":{}})",
        R"({"secrets":[)" + good + R"(}],"surprise":1})",
    };
    for (const std::string& text : texts) {
        const auto outcome = parse_token_secrets(text);
        const auto* fault = std::get_if<std::string>(&outcome);
        ASSERT_NE(fault, nullptr) << text;
        EXPECT_EQ(fault->find("AAAA"), fault->npos) << *fault;
    }
}

} // namespace
