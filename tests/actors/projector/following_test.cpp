// Role: when followers are told, and that each question is answered once.
#include "tests/actors/engine_rig.hpp"

#include <chrono>
#include <random>

namespace hongbao::testing {
namespace {

using std::chrono::milliseconds;

class FollowingTest : public ::testing::Test {
  protected:
    FollowingTest() {
        rig.open_accounts({"ann"}, 10'000);
        rig.open_accounts(users(20), 0);
    }
    domain::PacketId sent_packet(std::uint32_t n, std::int64_t count) {
        const auto packet_id = packet_number(n);
        EXPECT_TRUE(rig.told(send(packet_id, "ann", count, count, domain::PacketKind::equal))
                        .starts_with("packet open"));
        return packet_id;
    }
    EngineRig::Token follow(domain::PacketId packet_id, domain::Sequence after,
                            std::size_t items_max = 64) {
        const auto token = rig.log.expect();
        number =
            rig.engine().follow({actors::topic_of(packet_id), after, items_max}, rig.log.to(token));
        rig.run();
        return token;
    }
    /// The users who opened shares, by the news in the answer; "waiting" before there is one.
    std::string told(EngineRig::Token token) const {
        if (!rig.log.is_answered(token)) {
            return "waiting";
        }
        const auto* news = rig.log.get<actors::NewsPtr>(token);
        if (news == nullptr) {
            return "no news";
        }
        const auto& packet = std::get<persistence::PacketNews>(**news);
        std::string words;
        for (const auto& claim : packet.claims) {
            words += claim.line.user_id + " ";
        }
        words += packet.exhausted ? "gone " : "";
        return words + (packet.closed ? "closed " : "");
    }
    domain::Sequence last() const { return rig.journal.position(0).last_sequence; }
    void pass(milliseconds time) {
        rig.clock.advance(time.count());
        rig.pass(time);
        rig.run();
    }

    EngineRig rig;
    std::uint64_t number = 0; // of the last question
};

TEST_F(FollowingTest, AFollowerIsToldOnceTheRecordIsDurableAndNotBefore) {
    const auto packet_id = sent_packet(1, 5);
    const auto token = follow(packet_id, last());
    rig.ask(open(packet_id, "u0"));
    rig.run();
    EXPECT_EQ(told(token), "waiting");
    rig.settle();
    EXPECT_EQ(told(token), "u0 ");
}

TEST_F(FollowingTest, WhatIsThereIsToldAtOnce) {
    const auto packet_id = sent_packet(1, 3);
    const auto sent = last();
    rig.told(open(packet_id, "u0"));
    const auto first = last();
    EXPECT_EQ(told(follow(packet_id, sent)), "u0 ");
    pass(milliseconds(100));
    rig.told(open(packet_id, "u1"));
    rig.told(open(packet_id, "u2"));
    EXPECT_EQ(told(follow(packet_id, sent, 2)), "u0 u1 ");
    EXPECT_EQ(told(follow(packet_id, first)), "u1 u2 gone ");
    EXPECT_EQ(told(follow(packet_id, last())), "gone ");
}

TEST_F(FollowingTest, WhileMuchHappensFollowersAreToldInBunches) {
    const auto packet_id = sent_packet(1, 9);
    auto token = follow(packet_id, last());
    rig.told(open(packet_id, "u0"));
    EXPECT_EQ(told(token), "u0 ");
    const auto after = last();
    token = follow(packet_id, after);
    rig.told(open(packet_id, "u1"));
    const auto other = follow(packet_id, after);
    rig.told(open(packet_id, "u2"));
    EXPECT_EQ(told(token), "waiting");
    EXPECT_EQ(told(other), "waiting");
    pass(milliseconds(100));
    EXPECT_EQ(told(token), "u1 u2 ");
    EXPECT_EQ(told(other), "u1 u2 ");
    EXPECT_EQ(*rig.log.get<actors::NewsPtr>(token), *rig.log.get<actors::NewsPtr>(other))
        << "one look-up for all who are at the same place";
    token = follow(packet_id, last());
    pass(milliseconds(100)); // a quiet time
    rig.told(open(packet_id, "u3"));
    EXPECT_EQ(told(token), "u3 ") << "the first after a quiet time comes at once";
}

TEST_F(FollowingTest, OnlyFollowersOfTheSamePacketAreTold) {
    const auto first = sent_packet(1, 5);
    const auto second = sent_packet(2, 5);
    const auto of_first = follow(first, last());
    const auto of_second = follow(second, last());
    rig.told(open(second, "u0"));
    EXPECT_EQ(told(of_first), "waiting");
    EXPECT_EQ(told(of_second), "u0 ");
}

TEST_F(FollowingTest, TheRefundIsTold) {
    const auto packet_id = sent_packet(1, 5);
    const auto token = follow(packet_id, last());
    rig.clock.advance(packet_life_ms);
    rig.tick_and_settle();
    EXPECT_EQ(told(token), "closed ");
}

TEST_F(FollowingTest, WhoHearsNothingForLongIsToldSo) {
    const auto packet_id = sent_packet(1, 5);
    const auto first = follow(packet_id, last());
    pass(milliseconds(8'000));
    const auto second = follow(packet_id, last());
    pass(milliseconds(6'999));
    EXPECT_EQ(told(first), "waiting");
    pass(milliseconds(1'001));
    EXPECT_EQ(told(first), "no news");
    EXPECT_EQ(told(second), "waiting");
    rig.told(open(packet_id, "u0"));
    EXPECT_EQ(told(second), "u0 ");
}

TEST_F(FollowingTest, AQuestionTakenBackIsAnsweredAtOnceAndOnce) {
    const auto packet_id = sent_packet(1, 5);
    const auto token = follow(packet_id, last());
    const auto other = follow(packet_id, last());
    rig.engine().unfollow(number - 1);
    rig.run();
    EXPECT_EQ(told(token), "no news");
    rig.told(open(packet_id, "u0"));
    EXPECT_EQ(told(other), "u0 ");
    rig.engine().unfollow(number); // too late: the log objects to a second answer
    rig.engine().unfollow(number + 7);
    rig.settle();
}

TEST_F(FollowingTest, AnEndAnswersWhoStillWaits) {
    const auto token = follow(sent_packet(1, 5), last());
    rig.engine().stop();
    EXPECT_EQ(told(token), "no news");
}

TEST_F(FollowingTest, EveryClaimIsToldOnceInOrderWhateverTheScheduleIs) {
    for (std::uint32_t seed = 1; seed <= 30; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 choice(seed);
        const auto packet_id = sent_packet(seed, 20);
        domain::Sequence after = 0;
        std::string all;
        std::optional<EngineRig::Token> asked;
        const auto ask_on = [&] {
            asked = rig.log.expect();
            rig.engine().follow({actors::topic_of(packet_id), after, 3}, rig.log.to(*asked));
        };
        ask_on();
        int idle = 0;
        for (std::size_t opened = 0; asked;) {
            if (opened < 20 && choice() % 3 == 0) {
                rig.ask(open(packet_id, "u" + std::to_string(opened++)));
            }
            if (!rig.step(choice)) {
                ASSERT_LT(++idle, 1'000) << "a follower is never told";
                rig.pass(milliseconds(100));
            }
            if (rig.log.is_answered(*asked)) {
                all += told(*asked);
                const auto* news = rig.log.get<actors::NewsPtr>(*asked);
                ASSERT_NE(news, nullptr);
                const auto& packet = std::get<persistence::PacketNews>(**news);
                after = packet.claims.empty() ? after : packet.claims.back().sequence;
                asked.reset();
                if (!packet.exhausted) {
                    ask_on();
                }
            }
        }
        const auto claims = rig.read_model().claims(packet_id, {200, {}}).items;
        std::string expected;
        for (auto claim = claims.rbegin(); claim != claims.rend(); ++claim) {
            expected += claim->user_id + " ";
        }
        EXPECT_EQ(all, expected + "gone ");
    }
}

} // namespace
} // namespace hongbao::testing
