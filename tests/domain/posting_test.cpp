// Role: each event moves the amount that it names between the accounts that it names, and no money
// is made or lost (promise 2).
#include "domain/posting.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace hongbao::domain {
namespace {

PacketSent sent_with(Fen total_fen) {
    PacketSent event;
    event.packet_id = PacketId{9'007'199'254'740'993};
    event.sender = "alice";
    event.total_fen = total_fen;
    event.count = 1;
    return event;
}

ExternalPaymentTaken external_payment(ExternalPaymentOutcome outcome) {
    return {SaleId{91}, OrderId{1}, "bob", "ref", 300, outcome};
}

ExternalPaymentTaken suspended_payment() {
    ExternalPaymentTaken taken = external_payment(ExternalPaymentOutcome::too_late);
    taken.is_suspended = true;
    return taken;
}

SuspendedPaymentDecided decided(SuspensionEnd decision) {
    return {SaleId{91}, OrderId{1}, "bob", "ref", 300, decision, "looked into"};
}

TEST(Postings, OfEachEventMoveItsMoneyAndSumToZero) {
    constexpr PacketId packet_id{9'007'199'254'740'993};
    struct Case {
        const char* words;
        Event event;
        std::string from, to;
        Fen amount_fen;
    };
    const Case cases[] = {
        {"deposited", Deposited{"bob", 500, ""}, "outside", "user:bob", 500},
        {"withdrawn", Withdrawn{"bob", 7, ""}, "user:bob", "outside", 7},
        {"transferred", Transferred{"alice", "bob", 1, ""}, "user:alice", "user:bob", 1},
        {"packet sent", sent_with(1'000), "user:alice", "escrow:9007199254740993", 1'000},
        {"share opened", ShareOpened{packet_id, "bob", 3}, "escrow:9007199254740993", "user:bob",
         3},
        {"packet closed", PacketClosed{packet_id, "alice", 997, 4}, "escrow:9007199254740993",
         "user:alice", 997},
        {"campaign funded", CampaignFunded{CampaignId{81}, "shop", "Rain", 50, 1, {}}, "user:shop",
         "escrow:81", 50},
        {"shake won", ShakeDrawn{CampaignId{81}, "bob", "r", 1, 20}, "escrow:81", "user:bob", 20},
        {"campaign closed", CampaignClosed{CampaignId{81}, "shop", 30, 4}, "escrow:81", "user:shop",
         30},
        {"order paid",
         OrderPaid{.sale_id = {91}, .order_id = {1}, .user_id = "bob", .amount_fen = 300},
         "user:bob", "escrow:91", 300},
        {"order refunded", OrderRefunded{SaleId{91}, OrderId{1}, "bob", 300}, "escrow:91",
         "user:bob", 300},
        {"order paid outside", external_payment(ExternalPaymentOutcome::order_paid), "outside",
         "escrow:91", 300},
        {"paid outside too late", external_payment(ExternalPaymentOutcome::too_late), "outside",
         "user:bob", 300},
        {"paid outside for nothing", external_payment(ExternalPaymentOutcome::order_final),
         "outside", "user:bob", 300},
        {"paid outside wrongly", external_payment(ExternalPaymentOutcome::wrong_amount), "outside",
         "user:bob", 300},
        {"paid outside, and frozen", external_payment(ExternalPaymentOutcome::account_frozen),
         "outside", "user:bob", 300},
        {"paid outside and suspended", suspended_payment(), "outside", "suspended", 300},
        {"suspended, and released", decided(SuspensionEnd::released), "suspended", "user:bob", 300},
        {"suspended, and returned", decided(SuspensionEnd::returned), "suspended", "outside", 300},
        {"sale closed", SaleClosed{SaleId{91}, "shop", 600, 4}, "escrow:91", "user:shop", 600},
        {"the largest amount", Deposited{"bob", std::numeric_limits<Fen>::max(), ""}, "outside",
         "user:bob", std::numeric_limits<Fen>::max()},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.words);
        const Postings postings = postings_of(c.event);
        ASSERT_EQ(postings.size(), 2U);
        ASSERT_EQ(postings.end() - postings.begin(), 2);
        const Posting& first = postings.begin()[0];
        const Posting& second = postings.begin()[1];
        EXPECT_EQ(first.account_name(), c.from);
        EXPECT_EQ(second.account_name(), c.to);
        EXPECT_EQ(first.amount_fen, -c.amount_fen);
        EXPECT_EQ(second.amount_fen, c.amount_fen);
        EXPECT_EQ(first.amount_fen + second.amount_fen, 0);
    }
}

TEST(Postings, SayWhatComesInFromOutsideAndWhatGoesOut) {
    EXPECT_EQ(brought_in_fen(Deposited{"bob", 500, ""}), 500);
    EXPECT_EQ(brought_in_fen(Withdrawn{"bob", 7, ""}), -7);
    EXPECT_EQ(brought_in_fen(external_payment(ExternalPaymentOutcome::order_paid)), 300);
    EXPECT_EQ(brought_in_fen(external_payment(ExternalPaymentOutcome::too_late)), 300);
    EXPECT_EQ(brought_in_fen(suspended_payment()), 300);
    EXPECT_EQ(brought_in_fen(decided(SuspensionEnd::released)), 0);
    EXPECT_EQ(brought_in_fen(decided(SuspensionEnd::returned)), -300);
    EXPECT_EQ(brought_in_fen(Transferred{"alice", "bob", 1, ""}), 0);
    EXPECT_EQ(brought_in_fen(sent_with(1'000)), 0);
    EXPECT_EQ(brought_in_fen(AccountOpened{"bob", "Bob", "", AccountType::personal}), 0);
}

TEST(Postings, OfEventsWithoutMoneyAreNone) {
    const Event events[] = {AccountOpened{"bob", "Bob", "", AccountType::personal},
                            AccountStatusChanged{"bob", AccountStatus::frozen, ""},
                            AccountProfileChanged{"bob", "Robert", ""},
                            ShakeDrawn{CampaignId{81}, "bob", "r", 1, 0},
                            SaleOpened{},
                            OrderReserved{SaleId{91}, OrderId{1}, "bob", 2, 60, false},
                            OrderCancelled{SaleId{91}, OrderId{1}, "bob"},
                            OrderTimedOut{SaleId{91}, OrderId{1}, "bob"},
                            WaitlistJoined{SaleId{91}, "bob", 1},
                            AnswerKept{200, "{}"},
                            WaiterPassedOver{SaleId{91}, "bob"},
                            WaitlistLeft{SaleId{91}, "bob", 1},
                            SaleClosed{SaleId{91}, "shop", 0, 4},
                            AccessKeyCreated{},
                            SwitchChanged{},
                            InvitationAccepted{"00000000000000aa", "bob"}};
    for (const Event& event : events) {
        const Postings postings = postings_of(event);
        EXPECT_EQ(postings.size(), 0U);
        EXPECT_EQ(postings.begin(), postings.end());
    }
}

TEST(PostingsDeathTest, AMovementOfNothingOrLessEndsTheProcess) {
    EXPECT_DEATH(postings_of(Event{Deposited{"bob", 0, ""}}), "a posting moves a positive amount");
    EXPECT_DEATH(postings_of(Event{Withdrawn{"bob", -1, ""}}), "a posting moves a positive amount");
    EXPECT_DEATH(postings_of(Event{PacketClosed{PacketId{1}, "bob", 0, 1}}),
                 "a posting moves a positive amount");
    EXPECT_DEATH(postings_of(Event{SaleClosed{SaleId{91}, "shop", -1, 1}}),
                 "a posting moves a positive amount");
}

} // namespace
} // namespace hongbao::domain
