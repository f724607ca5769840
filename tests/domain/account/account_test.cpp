// Role: what an account may do in each state (rules 1–4), and what events do to it. Sending packets
// is in account_send_test.cpp.
#include "domain/account/account.hpp"

#include "tests/rig/domain_samples.hpp"
#include "tests/rig/domain_words.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <iterator>
#include <optional>
#include <string>

namespace hongbao::domain {
namespace {

using namespace hongbao::testing;

const SendLimits limits;

std::string decided(const std::optional<Account>& account, const AccountCommand& command) {
    return words_of(decide(account ? &*account : nullptr, command, sample_now, limits));
}

TEST(Account, EachCommandInEachStateIsDecidedAsTheTableSays) {
    constexpr auto frozen = AccountStatus::frozen;
    struct State {
        const char* words;
        std::optional<Account> account;
    };
    const State states[] = {
        {"missing", std::nullopt},
        {"empty", account_with(0)},
        {"poor by one fen", account_with(99)},
        {"with exactly enough", account_with(100)},
        {"rich", account_with(1'000'000)},
        {"frozen and rich", account_with(1'000'000, frozen)},
        {"frozen and empty", account_with(0, frozen)},
    };
    const OpenAccount same{"alice", "Alice", "", AccountType::personal};
    OpenAccount renamed = same;
    renamed.username = "alice";
    OpenAccount pictured = same;
    pictured.avatar_url = "http://x/y.png";
    OpenAccount retyped = same;
    retyped.account_type = AccountType::merchant;

    const std::string none = "account_not_found";
    const std::string exists = "account_exists";
    const std::string reserved = "user_id_reserved";
    const std::string nothing = "nothing_to_do";
    const std::string stopped = "account_frozen";
    const std::string poor = "insufficient_funds";
    const std::string self = "same_account";
    const std::string froze = "account_status_changed alice frozen 'stolen phone'";
    const std::string thawed = "account_status_changed alice active 'found it'";
    const std::string in = "deposited alice 100 'bank 1'";
    const std::string out = "withdrawn alice 100 'bank 2'";
    const std::string renames = "account_profile_changed alice 'Alicia' ''";
    const std::string pictures = "account_profile_changed alice 'Alice' '/a.png'";
    const std::string moved = "transferred alice bob 100 'lunch'";
    const std::string equal = "packet_sent 77 alice equal 100/4";
    const std::string lucky = "packet_sent 77 alice lucky 100/4";

    struct Case {
        const char* words;
        AccountCommand command;
        // missing, empty, poor, enough, rich, frozen and rich, frozen and empty
        std::string outcomes[7];
    };
    const Case cases[] = {
        {"open",
         same,
         {"account_opened alice 'Alice' '' personal", nothing, nothing, nothing, nothing, nothing,
          nothing}},
        {"open with another name",
         renamed,
         {"account_opened alice 'alice' '' personal", exists, exists, exists, exists, exists,
          exists}},
        {"open with another picture",
         pictured,
         {"account_opened alice 'Alice' 'http://x/y.png' personal", exists, exists, exists, exists,
          exists, exists}},
        {"open as another type",
         retyped,
         {"account_opened alice 'Alice' '' merchant", exists, exists, exists, exists, exists,
          exists}},
        // Only the state without an account matters: only old journals have accounts of such names.
        {"open with an id of the system's",
         OpenAccount{"outside", "Alice", "", AccountType::personal},
         {reserved, nothing, nothing, nothing, nothing, nothing, nothing}},
        {"open with an id of the system's and another name",
         OpenAccount{"..", "Alicia", "", AccountType::personal},
         {reserved, exists, exists, exists, exists, exists, exists}},
        {"freeze",
         ChangeAccountStatus{"alice", frozen, "stolen phone"},
         {none, froze, froze, froze, froze, nothing, nothing}},
        {"thaw",
         ChangeAccountStatus{"alice", AccountStatus::active, "found it"},
         {none, nothing, nothing, nothing, nothing, thawed, thawed}},
        {"rename",
         ChangeAccountProfile{"alice", "Alicia", std::nullopt},
         {none, renames, renames, renames, renames, renames, renames}},
        {"give a picture",
         ChangeAccountProfile{"alice", std::nullopt, "/a.png"},
         {none, pictures, pictures, pictures, pictures, pictures, pictures}},
        {"take away a picture that there is not",
         ChangeAccountProfile{"alice", std::nullopt, ""},
         {none, nothing, nothing, nothing, nothing, nothing, nothing}},
        {"rename to the same name",
         ChangeAccountProfile{"alice", "Alice", ""},
         {none, nothing, nothing, nothing, nothing, nothing, nothing}},
        {"deposit", Deposit{"alice", 100, "bank 1"}, {none, in, in, in, in, in, in}},
        {"withdraw",
         Withdraw{"alice", 100, "bank 2"},
         {none, poor, poor, out, out, stopped, stopped}},
        {"transfer",
         Transfer{"alice", "bob", 100, "lunch"},
         {none, poor, poor, moved, moved, stopped, stopped}},
        {"transfer to itself",
         Transfer{"alice", "alice", 100, "lunch"},
         {none, self, self, self, self, self, self}},
        {"send equal", send_equal(25, 4), {none, poor, poor, equal, equal, stopped, stopped}},
        {"send lucky", send_lucky(100, 4), {none, poor, poor, lucky, lucky, stopped, stopped}},
    };
    for (const Case& c : cases) {
        for (std::size_t i = 0; i < std::size(states); ++i) {
            SCOPED_TRACE(std::string(c.words) + ", account " + states[i].words);
            EXPECT_EQ(decided(states[i].account, c.command), c.outcomes[i]);
        }
    }
}

TEST(Account, ABalanceNeverGrowsPastWhatJsonHoldsExactly) {
    EXPECT_EQ(decided(account_with(balance_fen_max - 100), Deposit{"alice", 100, ""}),
              "deposited alice 100 ''");
    EXPECT_EQ(decided(account_with(balance_fen_max - 99), Deposit{"alice", 100, ""}),
              "balance_too_large");
    EXPECT_EQ(decided(account_with(balance_fen_max), Deposit{"alice", 1, ""}), "balance_too_large");
}

TEST(Account, AnOpenedAccountIsActiveEmptyAndKeepsWhatItWasOpenedWith) {
    const Account account = opened_account(
        AccountOpened{"bob", "Bob", "http://x/b.png", AccountType::merchant}, sample_now);
    EXPECT_EQ(account.profile.user_id, "bob");
    EXPECT_EQ(account.profile.username, "Bob");
    EXPECT_EQ(account.profile.avatar_url, "http://x/b.png");
    EXPECT_EQ(account.profile.type, AccountType::merchant);
    EXPECT_EQ(account.profile.created_at, sample_now);
    EXPECT_EQ(account.standing.status, AccountStatus::active);
    EXPECT_EQ(account.standing.balance_fen, 0);
    EXPECT_EQ(account.standing.sends_on_day, 0);
    EXPECT_EQ(account.standing.sent_on_day_fen, 0);
}

TEST(Account, AChangedNameAndPictureAreWhatItIsComparedWithFromThenOn) {
    Account account = account_with(100);
    apply(account, AccountProfileChanged{"bob", "Robert", "/r.png"}, sample_now);
    EXPECT_EQ(account.profile.username, "Alice") << "another's";
    apply(account, AccountProfileChanged{"alice", "Alicia", "/a.png"}, sample_now);
    EXPECT_EQ(account.profile.username, "Alicia");
    EXPECT_EQ(account.profile.avatar_url, "/a.png");
    EXPECT_EQ(account.standing.balance_fen, 100);
    EXPECT_EQ(decided(account, OpenAccount{"alice", "Alice", "", AccountType::personal}),
              "account_exists");
    EXPECT_EQ(decided(account, OpenAccount{"alice", "Alicia", "/a.png", AccountType::personal}),
              "nothing_to_do");
    EXPECT_EQ(decided(account, ChangeAccountProfile{"alice", "Alice", std::nullopt}),
              "account_profile_changed alice 'Alice' '/a.png'");
    EXPECT_EQ(decided(account, ChangeAccountProfile{"alice", std::nullopt, ""}),
              "account_profile_changed alice 'Alicia' ''");
}

TEST(Account, ItKeepsWhenAndWhyItsStatusWasLastChanged) {
    Account account = account_with(100);
    EXPECT_EQ(account.standing.status_change, nullptr);
    apply(account, AccountStatusChanged{"bob", AccountStatus::frozen, "another"}, sample_now);
    EXPECT_EQ(account.standing.status_change, nullptr);
    apply(account, AccountStatusChanged{"alice", AccountStatus::frozen, "stolen"}, sample_now);
    const Account copy = account;
    apply(account, AccountStatusChanged{"alice", AccountStatus::active, ""}, sample_now + 1);
    apply(account, Deposited{"alice", 1, ""}, sample_now + 2);
    ASSERT_NE(account.standing.status_change, nullptr);
    EXPECT_EQ(account.standing.status_change->at, sample_now + 1);
    EXPECT_EQ(account.standing.status_change->reason, "");
    EXPECT_EQ(copy.standing.status_change->at, sample_now);
    EXPECT_EQ(copy.standing.status_change->reason, "stolen");
}

TEST(Account, EachEventTouchesTheStandingOfThoseItNamesAndOfNobodyElse) {
    PacketSent sent;
    sent.packet_id = PacketId{1};
    sent.sender = "alice";
    sent.total_fen = 40;
    sent.count = 4;
    struct Case {
        const char* words;
        Event event;
        Fen alice_fen, bob_fen, carol_fen; // from 100 each
        bool bob_frozen;
    };
    const Case cases[] = {
        {"opened", AccountOpened{"bob", "Bob", "", AccountType::personal}, 100, 100, 100, false},
        {"deposited", Deposited{"bob", 30, ""}, 100, 130, 100, false},
        {"withdrawn", Withdrawn{"bob", 30, ""}, 100, 70, 100, false},
        {"withdrawn to the last fen", Withdrawn{"bob", 100, ""}, 100, 0, 100, false},
        {"transferred", Transferred{"alice", "bob", 30, ""}, 70, 130, 100, false},
        {"transferred to itself", Transferred{"bob", "bob", 30, ""}, 100, 100, 100, false},
        {"sent", sent, 60, 100, 100, false},
        {"opened a share", ShareOpened{PacketId{1}, "bob", 9}, 100, 109, 100, false},
        {"closed", PacketClosed{PacketId{1}, "alice", 31, 1}, 131, 100, 100, false},
        {"frozen", AccountStatusChanged{"bob", AccountStatus::frozen, ""}, 100, 100, 100, true},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.words);
        const auto standing_of = [&](const char* user_id) {
            AccountStanding standing = account_with(100).standing;
            apply(standing, user_id, c.event, sample_now);
            return standing;
        };
        EXPECT_EQ(standing_of("alice").balance_fen, c.alice_fen);
        EXPECT_EQ(standing_of("bob").balance_fen, c.bob_fen);
        EXPECT_EQ(standing_of("carol").balance_fen, c.carol_fen);
        EXPECT_EQ(standing_of("alice").status, AccountStatus::active);
        EXPECT_EQ(standing_of("bob").status == AccountStatus::frozen, c.bob_frozen);
        EXPECT_EQ(standing_of("carol").status, AccountStatus::active);
    }
}

TEST(Account, AFrozenAccountThawsAndFreezesByItsEvents) {
    AccountStanding standing = account_with(5, AccountStatus::frozen).standing;
    apply(standing, "alice", AccountStatusChanged{"alice", AccountStatus::active, ""}, sample_now);
    EXPECT_EQ(standing.status, AccountStatus::active);
    apply(standing, "alice", AccountStatusChanged{"alice", AccountStatus::frozen, ""}, sample_now);
    EXPECT_EQ(standing.status, AccountStatus::frozen);
    EXPECT_EQ(standing.balance_fen, 5);
}

TEST(Account, AFrozenAccountStillReceivesWhatIsOwedToIt) {
    AccountStanding standing = account_with(0, AccountStatus::frozen).standing;
    apply(standing, "alice", PacketClosed{PacketId{1}, "alice", 10, 1}, sample_now);
    apply(standing, "alice", ShareOpened{PacketId{2}, "alice", 5}, sample_now);
    apply(standing, "alice", Transferred{"bob", "alice", 1, ""}, sample_now);
    EXPECT_EQ(standing.balance_fen, 16);
    EXPECT_EQ(standing.status, AccountStatus::frozen);
}

TEST(AccountDeathTest, ADebitBelowZeroEndsTheProcess) {
    AccountStanding standing = account_with(99).standing;
    EXPECT_DEATH(apply(standing, "alice", Event{Withdrawn{"alice", 100, ""}}, sample_now),
                 "broken invariant: no balance is negative");
}

} // namespace
} // namespace hongbao::domain
