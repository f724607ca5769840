// Role: who has which allowance, and what is told when it is used up.
#include "http/api/limits/limiter.hpp"

#include "http/api/limits/action_load.hpp"

#include <gtest/gtest.h>

#include <string>

using namespace hongbao;
using namespace hongbao::http;
using domain::Action;
using domain::Scope;

namespace {

std::int64_t limiter_now_ms = 0;
std::int64_t limiter_clock() {
    return limiter_now_ms;
}

http::Client network_client(ClientAddress group) {
    http::Client client;
    client.group = group;
    client.is_this_machine = false;
    return client;
}

domain::Principal named(Scope scope, const std::string& name) {
    return {scope, name, {}, 0};
}

/// How many of the same go before one is refused.
template <typename Ask>
int count_until_refused(Ask ask) {
    for (int i = 0; i < 100'000; ++i) {
        if (ask()) {
            return i;
        }
    }
    return -1;
}

class Allowances : public testing::Test {
  protected:
    void SetUp() override { limiter_now_ms = 1'000'000; }

    RequestLimits limits_{10, 20, 100, 2, 6, 0};
};

TEST_F(Allowances, EachUserKeyAndAddressHasItsOwn) {
    Limiter limiter(limits_, limiter_clock);
    const auto user = [&](const std::string& name) {
        return count_until_refused(
            [&] { return limiter.admit(named(Scope::user, name), Action::open_share); });
    };
    EXPECT_EQ(user("user:ann"), 20);
    EXPECT_EQ(user("user:bob"), 20);
    EXPECT_EQ(user("user:ann"), 0);
    for (const Scope scope :
         {Scope::merchant, Scope::gateway, Scope::service, Scope::reader, Scope::operations}) {
        const auto key = named(scope, "key:" + std::string(word_of(scope)));
        EXPECT_EQ(count_until_refused([&] { return limiter.admit(key, Action::look); }), 40);
    }
    for (const ClientAddress address : {7U, 8U}) {
        const auto client = network_client(address);
        EXPECT_EQ(count_until_refused([&] { return limiter.admit_address(client, Action::look); }),
                  200);
    }
    limiter_now_ms += 100;
    EXPECT_EQ(user("user:ann"), 1) << "a tenth of a second is one request";
}

TEST_F(Allowances, TheMachineItselfAndNobodyHaveNone) {
    Limiter limiter(limits_, limiter_clock);
    const http::Client here;
    const auto nobody = named(Scope::nobody, "nobody");
    for (int i = 0; i < 1'000; ++i) {
        limiter.count_failed_attempt(here);
        ASSERT_FALSE(limiter.admit_address(here, Action::read_audit));
        ASSERT_FALSE(limiter.admit_attempt(here));
        ASSERT_FALSE(limiter.admit(domain::local_operator(), Action::read_audit));
        ASSERT_FALSE(limiter.admit(nobody, Action::see_pages));
    }
}

TEST_F(Allowances, ZeroIsNoLimitAndTakesNoMemory) {
    Limiter limiter(RequestLimits{}, limiter_clock);
    EXPECT_EQ(limiter.bytes(), 0U);
    const auto client = network_client(7);
    for (int i = 0; i < 1'000; ++i) {
        limiter.count_failed_attempt(client);
        limiter.charge(client, named(Scope::user, "user:ann"), Action::open_share, 100);
        ASSERT_FALSE(limiter.admit_address(client, Action::read_audit));
        ASSERT_FALSE(limiter.admit_attempt(client));
        ASSERT_FALSE(limiter.admit(named(Scope::user, "user:ann"), Action::read_audit));
    }
    EXPECT_LT(Limiter({1, 1, 1, 1, 1, 0}, limiter_clock).bytes(), std::size_t{4} << 20);
}

TEST_F(Allowances, DearActionsCostMoreAndBatchesByTheirItems) {
    Limiter limiter(limits_, limiter_clock);
    const auto ann = named(Scope::user, "user:ann"), bob = named(Scope::user, "user:bob");
    EXPECT_EQ(count_until_refused([&] { return limiter.admit(ann, Action::read_history); }), 4);
    EXPECT_EQ(count_until_refused([&] { return limiter.admit(bob, Action::read_audit); }), 1);
    const auto carol = named(Scope::user, "user:carol");
    EXPECT_FALSE(limiter.admit(carol, Action::open_share));
    limiter.charge(network_client(9), carol, Action::open_share, 49);
    const auto refused = limiter.admit(carol, Action::open_share);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->retry_after_s, 4) << "31 units above, 3.1 s at 10 a second";
    limiter_now_ms += 3'100;
    EXPECT_FALSE(limiter.admit(carol, Action::open_share));
}

TEST_F(Allowances, ARefusalSaysWhenToComeAgain) {
    Limiter limiter(limits_, limiter_clock);
    const auto ann = named(Scope::user, "user:ann");
    count_until_refused([&] { return limiter.admit(ann, Action::open_share); });
    const auto problem = limiter.admit(ann, Action::read_audit);
    ASSERT_TRUE(problem);
    EXPECT_EQ(problem->code, "rate_limited");
    EXPECT_EQ(problem->retry_after_s, 2);
    EXPECT_EQ(problem->lines,
              "RateLimit-Limit: 20\r\nRateLimit-Remaining: 0\r\nRateLimit-Reset: 2\r\n");
    EXPECT_EQ(kind_of(problem->code).status, 429);
}

TEST_F(Allowances, WrongCredentialsAreCountedByAddressAndOnlyTimeGivesThemBack) {
    Limiter limiter(limits_, limiter_clock);
    const auto client = network_client(7);
    for (int i = 0; i < 6; ++i) {
        ASSERT_FALSE(limiter.admit_attempt(client)) << i;
        ASSERT_FALSE(limiter.admit_attempt(client)) << "looking costs nothing";
        ASSERT_FALSE(limiter.count_failed_attempt(client));
    }
    const auto problem = limiter.count_failed_attempt(client);
    ASSERT_TRUE(problem);
    EXPECT_EQ(problem->code, "too_many_attempts");
    EXPECT_EQ(problem->retry_after_s, 10);
    for (int i = 0; i < 100; ++i) { // which do not make it longer
        EXPECT_TRUE(limiter.count_failed_attempt(client));
    }
    EXPECT_TRUE(limiter.admit_attempt(client));
    EXPECT_FALSE(limiter.admit_attempt(network_client(8)));
    EXPECT_EQ(count_until_refused([&] { return limiter.admit_address(client, Action::look); }), 140)
        << "each has also cost ten of the address's requests";
    limiter_now_ms += 9'999;
    EXPECT_TRUE(limiter.admit_attempt(client));
    limiter_now_ms += 1;
    EXPECT_FALSE(limiter.admit_attempt(client)) << "ten seconds after the last one, not longer";
}

TEST(ActionLoad, PayingCancellingAndGatewayMoneyAreNeverShed) {
    for (const Action action :
         {Action::open_share, Action::grab_share, Action::shake, Action::reserve, Action::wait,
          Action::pay_order, Action::cancel_order, Action::deposit, Action::take_external_payment,
          Action::withdraw, Action::decide_suspended, Action::change_switch, Action::change_keys,
          Action::issue_token, Action::see_pages}) {
        EXPECT_EQ(load_of(action).load_class, LoadClass::kept) << static_cast<int>(action);
    }
    for (const ActionLoad& load : action_loads) {
        EXPECT_GE(load.cost, 1);
        EXPECT_LE(load.cost, 20);
    }
}

} // namespace
