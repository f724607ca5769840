// Role: what an authenticator remembers of tokens, and when it no longer does.
#include "http/api/access/authenticator.hpp"

#include "actors/environment/clock.hpp"
#include "tests/http/api/access/requests.hpp"

#include <string>

using namespace hongbao;
using namespace hongbao::http;

namespace {

constexpr domain::InstantMs start_ms = actors::clock_ms_min;

class AuthenticatingTokens : public testing::Test {
  protected:
    std::string token_of(const std::string& user, std::int64_t life_ms = 60'000) {
        return sign_token({user, clock_.now(), clock_.now() + life_ms, 0},
                          tokens_.secrets()->current());
    }
    /// The user, or the problem's code.
    std::string ask(const std::string& token) {
        const FramedRequest request = FramedRequest::with(token);
        auto outcome = authenticator_.authenticate(request.framer(), Client{});
        if (const auto* problem = std::get_if<Problem>(&outcome)) {
            return std::string(problem->code);
        }
        last_ = std::get<CredentialPtr>(outcome);
        return last_->principal.user_id;
    }
    void rotate(std::int64_t overlap_ms) {
        ASSERT_EQ(tokens_.prepare({make_token_secret(), clock_.now() + overlap_ms}), std::nullopt);
        tokens_.complete(clock_.now());
    }

    actors::ManualClock clock_{start_ms};
    AccessBoard board_;
    TokenBoard tokens_{{{make_token_secret()}}, [](const TokenSecrets&) { return std::nullopt; }};
    Authenticator authenticator_{board_, {&tokens_, nullptr, 64}, clock_};
    CredentialPtr last_;
};

TEST_F(AuthenticatingTokens, ATokenIsVerifiedOnceAndGoodUntilItExpires) {
    const std::string token = token_of("alice");
    EXPECT_EQ(ask(token), "alice");
    const CredentialPtr first = last_;
    EXPECT_EQ(ask(token), "alice");
    EXPECT_EQ(last_, first) << "the same credential again";
    clock_.advance(59'999);
    EXPECT_EQ(ask(token), "alice");
    clock_.advance(1);
    EXPECT_EQ(ask(token), "credential_expired");
    EXPECT_EQ(ask(token), "credential_expired");
}

TEST_F(AuthenticatingTokens, WhatIsRememberedHasItsBound) {
    std::vector<std::string> all;
    for (int i = 0; i < 1'000; ++i) {
        all.push_back(token_of("user-" + std::to_string(i)));
    }
    for (int turn = 0; turn < 2; ++turn) {
        for (int i = 0; i < 1'000; ++i) {
            EXPECT_EQ(ask(all[static_cast<std::size_t>(i)]), "user-" + std::to_string(i));
        }
    }
}

TEST_F(AuthenticatingTokens, NothingIsRememberedAfterARotation) {
    const std::string token = token_of("alice");
    EXPECT_EQ(ask(token), "alice");
    rotate(30'000);
    EXPECT_EQ(ask(token), "alice");
    EXPECT_EQ(last_->expires_at, start_ms + 30'000);
    clock_.advance(30'000);
    EXPECT_EQ(ask(token), "credential_invalid") << "its secret is none of the server's";
    const std::string next = token_of("bob");
    EXPECT_EQ(ask(next), "bob");
    rotate(0);
    EXPECT_EQ(ask(next), "credential_invalid");
}

TEST_F(AuthenticatingTokens, AWrongOneIsNeverRemembered) {
    const std::string token = token_of("alice");
    std::string altered = token;
    altered[altered.size() - 20] = altered[altered.size() - 20] == 'A' ? 'B' : 'A';
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(ask(altered), "credential_invalid");
        EXPECT_EQ(ask(token), "alice");
    }
}

TEST(CredentialCaches, HaveRoomForWhatTheyWereMadeFor) {
    for (const auto& [asked, most] : std::vector<std::pair<std::size_t, std::size_t>>{
             {0, 4}, {1, 4}, {4, 4}, {7, 4}, {8, 8}, {1'000, 512}, {65'536, 65'536}}) {
        EXPECT_EQ(CredentialCache(asked).size_max(), most) << asked;
    }
    CredentialCache cache(1'024);
    domain::Principal principal;
    const auto credential =
        std::make_shared<const Credential>(Credential{principal, start_ms + 1'000});
    for (int i = 0; i < 10'000; ++i) {
        cache.put("token " + std::to_string(i), credential, start_ms);
    }
    std::size_t found = 0;
    for (int i = 0; i < 10'000; ++i) {
        found += cache.find("token " + std::to_string(i), start_ms) != nullptr ? 1U : 0U;
    }
    EXPECT_LE(found, 1'024U);
    EXPECT_GE(found, 1'000U);
    EXPECT_LE(static_cast<std::size_t>(credential.use_count()), found + 1);
    cache.clear();
    EXPECT_EQ(credential.use_count(), 1);
    EXPECT_EQ(cache.find("token 9999", start_ms), nullptr);
}

} // namespace
