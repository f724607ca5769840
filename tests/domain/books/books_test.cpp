// Role: the books take every record that follows from those before, and name each kind of misfit.
#include "domain/books/books.hpp"

#include "tests/rig/domain_samples.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace hongbao::domain {
namespace {

using namespace hongbao::testing;

PacketSent packet_by(const char* sender, std::uint64_t packet_id, Fen total_fen,
                     std::int64_t count) {
    PacketSent sent = packet_terms(PacketKind::lucky, total_fen, count);
    sent.packet_id = PacketId{packet_id};
    sent.sender = sender;
    return sent;
}

void add(Books& books, Event event) {
    const Record record{books.last_sequence + 1, sample_now, std::move(event), {}};
    ASSERT_EQ(what_is_wrong_with(books, record), "");
    apply(books, record);
}

/// alice 500 fen, bob 0. Packet 1: 14 fen for 2 shares left. Packet 2: 1 share of 6 left. Packet 3:
/// exhausted. Packet 4: closed. 12 records.
Books sample_books() {
    Books books;
    add(books, AccountOpened{"alice", "Alice", "", AccountType::personal});
    add(books, AccountOpened{"bob", "Bob", "", AccountType::personal});
    add(books, Deposited{"alice", 547, ""});
    add(books, packet_by("alice", 1, 20, 3));
    add(books, packet_by("alice", 2, 11, 2));
    add(books, packet_by("alice", 3, 5, 1));
    add(books, packet_by("alice", 4, 9, 1));
    add(books, ShareOpened{PacketId{1}, "bob", 6});
    add(books, ShareOpened{PacketId{2}, "bob", 5});
    add(books, ShareOpened{PacketId{3}, "alice", 5});
    add(books, PacketClosed{PacketId{4}, "alice", 9, 7});
    add(books, Withdrawn{"bob", 11, ""});
    return books;
}

TEST(Books, AreTheSumOfTheirRecords) {
    const Books books = sample_books();
    EXPECT_EQ(books.last_sequence, 12U);
    EXPECT_EQ(books.accounts.at("alice").standing.balance_fen, 547 - 20 - 11 - 5 - 9 + 5 + 9);
    EXPECT_EQ(books.accounts.at("bob").standing.balance_fen, 0);
    EXPECT_EQ(books.deposited_fen, 547);
    EXPECT_EQ(books.withdrawn_fen, 11);
    EXPECT_EQ(books.largest_id, 4U);
    EXPECT_EQ(books.packets.at(PacketId{1}).remaining_fen, 14);
    EXPECT_EQ(books.packets.at(PacketId{1}).remaining_count, 2);
    EXPECT_EQ(books.packets.at(PacketId{4}).sent_sequence, 7U);
    EXPECT_TRUE(books.packets.at(PacketId{4}).closed_at);
    const MoneyHeld held = money_held(books);
    EXPECT_EQ(held.accounts_fen, 516);
    EXPECT_EQ(held.escrow_fen, 14 + 6) << "a closed packet holds nothing";
}

TEST(Books, RememberTheLargestPacketIdWhateverTheOrder) {
    Books books;
    add(books, AccountOpened{"alice", "Alice", "", AccountType::personal});
    add(books, Deposited{"alice", 30, ""});
    add(books, packet_by("alice", 9, 10, 1));
    add(books, packet_by("alice", 3, 10, 1));
    EXPECT_EQ(books.largest_id, 9U);
}

TEST(Books, KeepStatusAndProfile) {
    Books books = sample_books();
    add(books, AccountStatusChanged{"bob", AccountStatus::frozen, "why"});
    EXPECT_EQ(books.accounts.at("bob").standing.status, AccountStatus::frozen);
    EXPECT_EQ(books.accounts.at("alice").standing.status, AccountStatus::active);
    EXPECT_EQ(books.accounts.at("bob").profile.username, "Bob");
    EXPECT_EQ(books.accounts.at("bob").profile.created_at, sample_now);
    add(books, AccountProfileChanged{"bob", "Robert", "/r.png"});
    EXPECT_EQ(books.accounts.at("bob").profile.username, "Robert");
    EXPECT_EQ(books.accounts.at("bob").profile.avatar_url, "/r.png");
    EXPECT_EQ(books.accounts.at("bob").profile.created_at, sample_now);
}

TEST(Books, WhatFollowsIsAccepted) {
    const Event events[] = {
        AccountOpened{"carol", "Carol", "", AccountType::merchant},
        AccountStatusChanged{"bob", AccountStatus::frozen, ""},
        AccountProfileChanged{"bob", "Robert", ""},
        Deposited{"bob", 1, ""},
        Withdrawn{"alice", 516, ""},
        Transferred{"alice", "bob", 516, ""},
        packet_by("alice", 5, 516, 516),
        ShareOpened{PacketId{1}, "alice", 1},
        ShareOpened{PacketId{1}, "alice", 13},
        ShareOpened{PacketId{2}, "alice", 6},
        PacketClosed{PacketId{1}, "alice", 14, 4},
        PacketClosed{PacketId{2}, "alice", 6, 5},
    };
    const Books books = sample_books();
    for (const Event& event : events) {
        SCOPED_TRACE(event.index());
        EXPECT_EQ(what_is_wrong_with(books, Record{13, sample_now, event, {}}), "");
    }
}

TEST(Books, EachKindOfRecordThatDoesNotFollowIsNamed) {
    constexpr Fen smallest = std::numeric_limits<Fen>::min();
    constexpr Fen largest = std::numeric_limits<Fen>::max();
    struct Case {
        const char* words;
        Event event;
        const char* complaint;
    };
    const char* const not_positive = "the amount is not positive";
    const char* const no_carol = "account carol was never opened";
    const char* const misfit = "the share does not fit what is left of the packet";
    const char* const misfund = "the refund is not what is left of the send it names";
    const char* const no_packet = "packet 99 was never sent";
    const Case cases[] = {
        {"an account twice", AccountOpened{"bob", "Bob", "", AccountType::personal},
         "account bob is open already"},
        {"status of a stranger", AccountStatusChanged{"carol", AccountStatus::frozen, ""},
         no_carol},
        {"a stranger's new name", AccountProfileChanged{"carol", "Carol", ""}, no_carol},
        {"a deposit to a stranger", Deposited{"carol", 1, ""}, no_carol},
        {"a deposit of nothing", Deposited{"bob", 0, ""}, not_positive},
        {"a deposit below nothing", Deposited{"bob", -1, ""}, not_positive},
        {"a withdrawal by a stranger", Withdrawn{"carol", 1, ""}, no_carol},
        {"a withdrawal of nothing", Withdrawn{"alice", 0, ""}, not_positive},
        {"a withdrawal below nothing", Withdrawn{"alice", smallest, ""}, not_positive},
        {"a withdrawal of one fen too much", Withdrawn{"alice", 517, ""},
         "account alice does not hold 517 fen"},
        {"a withdrawal from nothing", Withdrawn{"bob", 1, ""}, "account bob does not hold 1 fen"},
        {"a transfer from a stranger", Transferred{"carol", "bob", 1, ""}, no_carol},
        {"a transfer to a stranger", Transferred{"alice", "carol", 1, ""}, no_carol},
        {"a transfer of nothing", Transferred{"alice", "bob", 0, ""}, not_positive},
        {"a transfer of one fen too much", Transferred{"alice", "bob", 517, ""},
         "account alice does not hold 517 fen"},
        {"a packet twice", packet_by("alice", 1, 20, 3), "packet 1 was sent already"},
        {"a packet by a stranger", packet_by("carol", 5, 20, 3), no_carol},
        {"a packet of one fen too much", packet_by("alice", 5, 517, 3),
         "account alice does not hold 517 fen"},
        {"a packet without shares", packet_by("alice", 5, 20, 0),
         "the packet has less than a fen for each share"},
        {"a packet of less than a fen each", packet_by("alice", 5, 2, 3),
         "the packet has less than a fen for each share"},
        {"a share of an unknown packet", ShareOpened{PacketId{99}, "alice", 1}, no_packet},
        {"a share of an exhausted packet", ShareOpened{PacketId{3}, "bob", 1},
         "the packet has no share left"},
        {"a share of a closed packet", ShareOpened{PacketId{4}, "bob", 9},
         "the packet has no share left"},
        {"a second share", ShareOpened{PacketId{1}, "bob", 6},
         "user bob has a share of this packet already"},
        {"a share of nothing", ShareOpened{PacketId{1}, "alice", 0}, misfit},
        {"a share below nothing", ShareOpened{PacketId{1}, "alice", smallest}, misfit},
        {"a share that leaves nothing for the last", ShareOpened{PacketId{1}, "alice", 14}, misfit},
        {"a share larger than what is left", ShareOpened{PacketId{1}, "alice", 15}, misfit},
        {"a share larger than anything", ShareOpened{PacketId{1}, "alice", largest}, misfit},
        {"a last share that leaves something", ShareOpened{PacketId{2}, "alice", 5}, misfit},
        {"a last share of too much", ShareOpened{PacketId{2}, "alice", 7}, misfit},
        {"a share by a stranger", ShareOpened{PacketId{1}, "carol", 1}, no_carol},
        {"a close of an unknown packet", PacketClosed{PacketId{99}, "alice", 1, 1}, no_packet},
        {"a close of an exhausted packet", PacketClosed{PacketId{3}, "alice", 1, 6},
         "the packet is over already"},
        {"a second close", PacketClosed{PacketId{4}, "alice", 9, 7}, "the packet is over already"},
        {"a refund of too little", PacketClosed{PacketId{1}, "alice", 13, 4}, misfund},
        {"a refund of too much", PacketClosed{PacketId{1}, "alice", 15, 4}, misfund},
        {"a refund to somebody else", PacketClosed{PacketId{1}, "bob", 14, 4}, misfund},
        {"a refund of another send", PacketClosed{PacketId{1}, "alice", 14, 5}, misfund},
    };
    const Books books = sample_books();
    for (const Case& c : cases) {
        SCOPED_TRACE(c.words);
        EXPECT_EQ(what_is_wrong_with(books, Record{13, sample_now, c.event, {}}), c.complaint);
    }
}

TEST(Books, ACreditThatNoBalanceCanHoldIsNamedBeforeItIsApplied) {
    constexpr Fen largest = std::numeric_limits<Fen>::max();
    Books books = sample_books();
    add(books, Deposited{"bob", largest, ""});
    add(books, packet_by("alice", 5, 3, 1));
    for (const Event& event :
         {Event{Deposited{"bob", 3, ""}}, Event{Transferred{"alice", "bob", 3, ""}},
          Event{ShareOpened{PacketId{5}, "bob", 3}}}) {
        EXPECT_EQ(what_is_wrong_with(books, {15, sample_now, event, {}}),
                  "account bob cannot hold 3 fen more");
    }
    EXPECT_EQ(what_is_wrong_with(books, {15, sample_now, Transferred{"bob", "alice", 1, ""}, {}}),
              "");
}

TEST(Books, ACampaignIsFundedByAMerchantAlone) {
    Books books;
    add(books, AccountOpened{"bo", "Bo", "", AccountType::personal});
    add(books, AccountOpened{"shop", "Shop", "", AccountType::merchant});
    add(books, AccountOpened{"bank", "Bank", "", AccountType::system});
    CampaignFunded funded{
        CampaignId{81}, "", "Rain", 50, 1, {{sample_now, sample_now + 1, 1'000, 1, 2, 1}}};
    for (const char* const user : {"bo", "shop", "bank"}) {
        add(books, Deposited{user, 50, ""});
        funded.merchant = user;
        EXPECT_EQ(what_is_wrong_with(books, {books.last_sequence + 1, sample_now, funded, {}}),
                  std::string(user) == "shop"
                      ? ""
                      : "account " + std::string(user) + " is not a merchant's");
    }
    funded.merchant = "nobody";
    EXPECT_EQ(what_is_wrong_with(books, {books.last_sequence + 1, sample_now, funded, {}}),
              "account nobody was never opened");
}

TEST(Books, ARecordOutOfItsPlaceIsNamed) {
    const Books books = sample_books();
    for (const Sequence sequence : {Sequence{0}, Sequence{1}, Sequence{12}, Sequence{14}}) {
        SCOPED_TRACE(sequence);
        EXPECT_EQ(
            what_is_wrong_with(books, Record{sequence, sample_now, Deposited{"bob", 1, ""}, {}}),
            "it should be record 13");
    }
    EXPECT_EQ(what_is_wrong_with(Books{}, Record{0, sample_now, Deposited{"bob", 1, ""}, {}}),
              "it should be record 1");
}

} // namespace
} // namespace hongbao::domain
