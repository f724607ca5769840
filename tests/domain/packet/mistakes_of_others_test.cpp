// Role: what other red packet systems got wrong about accounts, packets and expiry (the list at the
// end of the rules), each as a story that must end well here.
#include "domain/books/books.hpp"

#include "tests/rig/domain_samples.hpp"
#include "tests/rig/domain_words.hpp"
#include "tests/rig/seeded_random.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace hongbao::domain {
namespace {

using namespace hongbao::testing;

/// Books with some open accounts, used as a server does: decide, then apply what was decided.
class MistakesOfOthers : public ::testing::Test {
  protected:
    MistakesOfOthers() {
        for (const char* user_id : {"alice", "bob", "carol", "dave"}) {
            account(OpenAccount{user_id, user_id, "", AccountType::personal});
            account(Deposit{user_id, 1'000, ""});
        }
    }

    std::string account(const AccountCommand& command) {
        const UserId& owner = owner_of(command);
        const auto found = books.accounts.find(owner);
        const auto decision =
            decide(found == books.accounts.end() ? nullptr : &found->second, command, now, limits);
        if (const auto* event = std::get_if<Event>(&decision)) {
            record(*event);
        }
        return words_of(decision);
    }

    std::string send(std::uint64_t packet_id, SendPacket command) {
        command.packet_id = PacketId{packet_id};
        return account(command);
    }

    OpenShare asks(std::uint64_t packet_id, const char* user_id) const {
        OpenShare command = open_by(user_id);
        command.packet_id = PacketId{packet_id};
        const bool frozen = books.accounts.at(user_id).standing.status == AccountStatus::frozen;
        command.opener = frozen ? UserStanding::frozen : UserStanding::active;
        return command;
    }

    std::string open(std::uint64_t packet_id, const char* user_id) {
        const auto decision = decide_open(packet(packet_id), asks(packet_id, user_id), now, random);
        if (const auto* share = std::get_if<ShareOpened>(&decision)) {
            record(*share);
        }
        return words_of(decision);
    }

    std::string grab(std::uint64_t packet_id, const char* user_id) const {
        return words_of(decide_grab(packet(packet_id), asks(packet_id, user_id), now));
    }

    std::string close(std::uint64_t packet_id) {
        const auto closed = decide_close(packet(packet_id), now);
        if (closed) {
            record(*closed);
        }
        return words_of(closed);
    }

    const Packet& packet(std::uint64_t packet_id) const {
        return books.packets.at(PacketId{packet_id});
    }
    Fen balance_fen(const char* user_id) const {
        return books.accounts.at(user_id).standing.balance_fen;
    }

    void record(Event event) {
        const Record next{books.last_sequence + 1, now, std::move(event), {}};
        ASSERT_EQ(what_is_wrong_with(books, next), "");
        apply(books, next);
        journal.push_back(next);
        const MoneyHeld held = money_held(books);
        ASSERT_EQ(held.accounts_fen + held.escrow_fen, books.deposited_fen - books.withdrawn_fen);
    }

    static constexpr InstantMs day_ms = packet_life_s_default * ms_per_s;
    SendLimits limits;
    InstantMs now = sample_now;
    Books books;
    std::vector<Record> journal;
    SeededRandom random{7};
};

TEST_F(MistakesOfOthers, AUserTakesOneShareHoweverOftenTheyOpen) {
    send(1, send_equal(10, 3));
    EXPECT_EQ(open(1, "bob"), "share_opened 1 bob 10");
    for (int i = 0; i < 5; ++i) {
        now += 1;
        EXPECT_EQ(open(1, "bob"), "repeat 10 at " + std::to_string(sample_now));
    }
    EXPECT_EQ(balance_fen("bob"), 1'010);
    EXPECT_EQ(packet(1).remaining_count, 2);
}

TEST_F(MistakesOfOthers, AWinnerWhoRetriesAfterExhaustionIsNotToldSoldOut) {
    send(1, send_equal(10, 1));
    open(1, "bob");
    EXPECT_EQ(open(1, "carol"), "packet_exhausted");
    EXPECT_EQ(open(1, "bob"), "repeat 10 at " + std::to_string(sample_now));
    EXPECT_EQ(grab(1, "bob"), "openable");
}

TEST_F(MistakesOfOthers, AWinnerWhoRetriesAfterExpiryOrTheRefundIsNotToldTooLate) {
    send(1, send_equal(10, 2));
    open(1, "bob");
    now += day_ms;
    EXPECT_EQ(open(1, "bob"), "repeat 10 at " + std::to_string(sample_now));
    close(1);
    EXPECT_EQ(open(1, "bob"), "repeat 10 at " + std::to_string(sample_now));
    EXPECT_EQ(open(1, "carol"), "packet_expired");
}

TEST_F(MistakesOfOthers, ADuplicateFoundLeaksNoStock) {
    send(1, send_equal(10, 2));
    open(1, "bob");
    open(1, "bob");
    EXPECT_EQ(packet(1).remaining_count, 1);
    EXPECT_EQ(packet(1).remaining_fen, 10);
    EXPECT_EQ(open(1, "carol"), "share_opened 1 carol 10");
}

TEST_F(MistakesOfOthers, AStrangerToAnEmptyDirectedPacketIsNotToldSoldOut) {
    SendPacket command = send_equal(10, 1);
    command.recipients = {"bob"};
    send(1, command);
    open(1, "bob");
    EXPECT_EQ(open(1, "carol"), "not_a_recipient");
    EXPECT_EQ(grab(1, "carol"), "not_a_recipient");
}

TEST_F(MistakesOfOthers, AGrabTakesNothingHoweverOften) {
    send(1, send_equal(10, 1));
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(grab(1, "bob"), "openable");
        EXPECT_EQ(grab(1, "carol"), "openable");
    }
    EXPECT_EQ(open(1, "carol"), "share_opened 1 carol 10");
    EXPECT_EQ(open(1, "bob"), "packet_exhausted") << "grabbed, but empty when opened";
}

TEST_F(MistakesOfOthers, FixedSharesAreNotRoundedUpToMakeTheLastNegative) {
    SendPacket command = send_equal(0, 3);
    command.share_fen.reset();
    command.total_fen = 1'000; // 3.34 each would leave the last 3.32, or worse
    EXPECT_EQ(send(1, command), "invalid_split");
    command.total_fen = 999;
    send(1, command);
    for (const char* user_id : {"bob", "carol", "dave"}) {
        EXPECT_EQ(open(1, user_id), "share_opened 1 " + std::string(user_id) + " 333");
    }
}

TEST_F(MistakesOfOthers, OneFenEachIsNeitherRefusedNorACrash) {
    EXPECT_EQ(send(1, send_lucky(3, 3)), "packet_sent 1 alice lucky 3/3");
    EXPECT_EQ(send(2, send_equal(1, 3)), "packet_sent 2 alice equal 3/3");
    for (const std::uint64_t packet_id : {1ULL, 2ULL}) {
        for (const char* user_id : {"bob", "carol", "dave"}) {
            EXPECT_EQ(open(packet_id, user_id),
                      "share_opened " + std::to_string(packet_id) + " " + user_id + " 1");
        }
    }
}

TEST_F(MistakesOfOthers, ExpiryIsCheckedAtOpenThoughNobodyHasClosedThePacketYet) {
    send(1, send_equal(10, 2));
    now += day_ms - 1;
    EXPECT_EQ(open(1, "bob"), "share_opened 1 bob 10");
    now += 1;
    EXPECT_EQ(open(1, "carol"), "packet_expired");
    EXPECT_EQ(grab(1, "carol"), "packet_expired");
    EXPECT_FALSE(packet(1).closed_at);
}

TEST_F(MistakesOfOthers, UnexpiredPacketsAreNotRefunded) {
    send(1, send_equal(10, 2));
    now += day_ms - 1;
    EXPECT_EQ(close(1), "not_to_be_closed");
    EXPECT_EQ(balance_fen("alice"), 980);
    now += 1;
    EXPECT_EQ(close(1), "packet_closed 1 alice 20 of 9");
    EXPECT_EQ(balance_fen("alice"), 1'000);
}

TEST_F(MistakesOfOthers, RefundAndCloseAreOneRecord) {
    send(1, send_equal(10, 2));
    now += day_ms;
    const std::size_t records = journal.size();
    close(1);
    EXPECT_EQ(journal.size(), records + 1);
    EXPECT_EQ(packet(1).closed_at, now);
    EXPECT_EQ(balance_fen("alice"), 1'000);
    EXPECT_EQ(money_held(books).escrow_fen, 0);
}

TEST_F(MistakesOfOthers, ARefundIsOfWhatIsLeftAtThatTimeAndNotOfAStaleRemainder) {
    send(1, send_equal(10, 2));
    // A refund was worked out in time, but recorded only after one more share had been taken.
    const auto stale = decide_close(packet(1), now + day_ms);
    open(1, "bob");
    EXPECT_EQ(what_is_wrong_with(books, Record{books.last_sequence + 1, now + day_ms, *stale, {}}),
              "the refund is not what is left of the send it names");
    now += day_ms;
    EXPECT_EQ(close(1), "packet_closed 1 alice 10 of 9");
    EXPECT_EQ(balance_fen("alice"), 990);
}

TEST_F(MistakesOfOthers, ARefundIsGivenOnce) {
    send(1, send_equal(10, 2));
    now += day_ms;
    const auto twice = decide_close(packet(1), now);
    EXPECT_EQ(close(1), "packet_closed 1 alice 20 of 9");
    EXPECT_EQ(close(1), "not_to_be_closed");
    EXPECT_EQ(what_is_wrong_with(books, Record{books.last_sequence + 1, now, *twice, {}}),
              "the packet is over already");
    EXPECT_EQ(balance_fen("alice"), 1'000);
}

TEST_F(MistakesOfOthers, ANewPacketDoesNotPayAnOldOnesRemainder) {
    send(1, send_equal(10, 3));
    open(1, "bob");
    now += day_ms / 2;
    send(2, send_equal(50, 2));
    now += day_ms / 2;
    EXPECT_EQ(close(1), "packet_closed 1 alice 20 of 9");
    EXPECT_EQ(close(2), "not_to_be_closed");
    EXPECT_EQ(packet(2).remaining_fen, 100);
    EXPECT_EQ(open(2, "bob"), "share_opened 2 bob 50");
    now += day_ms;
    EXPECT_EQ(close(2), "packet_closed 2 alice 50 of 11");
    EXPECT_EQ(balance_fen("alice"), 1'000 - 10 - 50);
}

TEST_F(MistakesOfOthers, TheStatusOfAnAccountIsNotOnlyStoredButChecked) {
    send(1, send_equal(10, 2));
    send(2, send_equal(10, 2));
    account(ChangeAccountStatus{"alice", AccountStatus::frozen, ""});
    account(ChangeAccountStatus{"bob", AccountStatus::frozen, ""});
    EXPECT_EQ(open(1, "bob"), "account_frozen");
    EXPECT_EQ(grab(1, "bob"), "account_frozen");
    EXPECT_EQ(send(3, send_equal(10, 2)), "account_frozen");
    EXPECT_EQ(account(Withdraw{"bob", 1, ""}), "account_frozen");
    EXPECT_EQ(account(Transfer{"bob", "carol", 1, ""}), "account_frozen");
    account(ChangeAccountStatus{"bob", AccountStatus::active, ""});
    EXPECT_EQ(open(1, "bob"), "share_opened 1 bob 10");
    // What a frozen account is owed reaches it all the same.
    now += day_ms;
    EXPECT_EQ(close(2), "packet_closed 2 alice 20 of 10");
    EXPECT_EQ(balance_fen("alice"), 980);
}

TEST_F(MistakesOfOthers, MoneyHeldByAPacketCountsAgainstTheBalanceAtOnce) {
    EXPECT_EQ(send(1, send_equal(300, 3)), "packet_sent 1 alice equal 900/3");
    EXPECT_EQ(send(2, send_equal(101, 1)), "insufficient_funds");
    EXPECT_EQ(account(Withdraw{"alice", 101, ""}), "insufficient_funds");
    EXPECT_EQ(account(Transfer{"alice", "bob", 101, ""}), "insufficient_funds");
    EXPECT_EQ(account(Withdraw{"alice", 100, ""}), "withdrawn alice 100 ''");
}

TEST_F(MistakesOfOthers, ARefusedSendLeavesNothingThatCouldBeTakenLater) {
    EXPECT_EQ(send(1, send_equal(1'001, 1)), "insufficient_funds");
    EXPECT_EQ(balance_fen("alice"), 1'000);
    EXPECT_EQ(books.accounts.at("alice").standing.sends_on_day, 0);
    EXPECT_FALSE(books.packets.contains(PacketId{1}));
    account(Deposit{"alice", 1, ""}); // now it could be paid, but nobody asks again
    EXPECT_EQ(what_is_wrong_with(
                  books,
                  Record{books.last_sequence + 1, now, ShareOpened{PacketId{1}, "bob", 1'001}, {}}),
              "packet 1 was never sent");
    EXPECT_EQ(balance_fen("alice"), 1'001);
}

TEST_F(MistakesOfOthers, ARestartGivesBackWhatWasTakenAndRememberedAndNothingElse) {
    send(1, send_lucky(100, 3));
    open(1, "bob");
    open(1, "carol");
    Books restarted;
    for (const Record& past : journal) {
        ASSERT_EQ(what_is_wrong_with(restarted, past), "");
        apply(restarted, past);
    }
    const Fen bob_fen = packet(1).claims.at("bob").amount_fen;
    const Packet& again = restarted.packets.at(PacketId{1});
    EXPECT_EQ(again.remaining_count, 1);
    EXPECT_EQ(again.remaining_fen, packet(1).remaining_fen);
    EXPECT_EQ(words_of(decide_open(again, asks(1, "bob"), now, random)),
              "repeat " + std::to_string(bob_fen) + " at " + std::to_string(sample_now));
    EXPECT_EQ(restarted.accounts.at("bob").standing.balance_fen, 1'000 + bob_fen);
    EXPECT_EQ(restarted.accounts.at("alice").standing.balance_fen, 900);
    EXPECT_EQ(restarted.accounts.at("alice").standing.sends_on_day, 1);
}

TEST_F(MistakesOfOthers, ACapOnTheShareIsKeptByThePacketThoughTheSettingChanges) {
    limits.share_fen_max = 40;
    send(1, send_lucky(90, 3));
    limits.share_fen_max = 20'000;
    for (const char* user_id : {"bob", "carol", "dave"}) {
        open(1, user_id);
        EXPECT_LE(packet(1).claims.at(user_id).amount_fen, 40);
    }
    EXPECT_TRUE(packet(1).exhausted());
}

} // namespace
} // namespace hongbao::domain
