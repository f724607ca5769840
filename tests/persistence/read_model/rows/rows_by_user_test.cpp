// Role: one claim or shake among any number is found by its user, wherever the rows are; a packet
// or campaign that is over is woken without them.
#include "persistence/read_model/rows/tables.hpp"
#include "tests/persistence/campaign_story.hpp"
#include "tests/persistence/followed.hpp"
#include "tests/persistence/verified_model.hpp"

#include <gtest/gtest.h>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

class RowsByUser : public ::testing::TestWithParam<Rows> {};

INSTANTIATE_TEST_SUITE_P(Everywhere, RowsByUser, ::testing::ValuesIn(everywhere));

TEST_P(RowsByUser, LeadToEachClaim) {
    Followed followed(GetParam());
    followed.add(story());
    const ReadModel& model = *followed.model;
    const auto amount_of = [&](std::uint64_t packet_id, const char* user) {
        const auto claim = model.claim_of({packet_id}, user);
        return claim ? claim->amount_fen : 0;
    };
    for (int twice = 0; twice < 2; ++twice) { // what was looked up once is found again
        EXPECT_EQ(amount_of(77, "bob"), 300);
        EXPECT_EQ(amount_of(77, "ann"), 200);
        EXPECT_EQ(amount_of(77, "carol"), 500);
        EXPECT_EQ(amount_of(78, "bob"), 100);
        EXPECT_EQ(amount_of(78, "ann"), 0);
        EXPECT_EQ(amount_of(77, "nobody"), 0);
        EXPECT_EQ(amount_of(79, "ann"), 0);
    }
    EXPECT_EQ(model.claim_of({77}, "ann").value().opened_at, story_begins + 6'000);
}

TEST_P(RowsByUser, LeadToEachShake) {
    Followed followed(GetParam());
    const std::vector<domain::Record> records = campaign_story();
    followed.add(records);
    std::size_t shakes = 0;
    for (const domain::Record& record : records) {
        const auto* drawn = std::get_if<domain::ShakeDrawn>(&record.event);
        if (drawn == nullptr) {
            continue;
        }
        shakes += 1;
        const auto found =
            followed.model->shake_of(drawn->campaign_id, drawn->user_id, drawn->shake_key);
        ASSERT_TRUE(found);
        EXPECT_EQ(found->amount_fen, drawn->amount_fen);
        EXPECT_EQ(found->round, drawn->round);
        EXPECT_EQ(found->drawn_at, record.at);
        EXPECT_FALSE(followed.model->shake_of(drawn->campaign_id, drawn->user_id, "never"));
        EXPECT_FALSE(followed.model->shake_of({1}, drawn->user_id, drawn->shake_key));
    }
    EXPECT_GT(shakes, 3U);
}

TEST_P(RowsByUser, AClosedPacketIsWokenWithoutItsClaimsAndSaysTheSame) {
    Followed followed(GetParam());
    followed.add(story());
    for (const std::uint64_t packet_id : {77U, 78U}) {
        SleepingPacket with = followed.model->packet({packet_id}).value();
        SleepingPacket without = with;
        ASSERT_TRUE(with.is_over(story_begins));
        ASSERT_TRUE(followed.model->wake_further(with, with.claim_count));
        followed.model->wake_without_rows(without);
        EXPECT_TRUE(without.packet.claims.empty());
        EXPECT_EQ(without.packet.remaining_count, with.packet.remaining_count);
        EXPECT_EQ(without.packet.remaining_fen, with.packet.remaining_fen);
        EXPECT_EQ(without.packet.refund_fen, with.packet.refund_fen);
        EXPECT_EQ(without.packet.closed_at, with.packet.closed_at);
        if (with.packet.exhausted()) {
            EXPECT_EQ(without.packet.luckiest_user_id, with.packet.luckiest_user_id);
            EXPECT_EQ(without.packet.luckiest_fen, with.packet.luckiest_fen);
            EXPECT_EQ(without.packet.last_opened_at, with.packet.last_opened_at);
        }
    }
}

TEST_F(VerifyModelTest, TheRowThatLeadsToAClaimIsHeldAgainstTheJournal) {
    const auto key = claim_of_user_key({77}, 2);
    RowBytes bytes;
    encode(NumberRow{3}, as_text(key), bytes);
    put("claims_by_user", key, bytes);
    expect_differs("table claims_by_user, key 77/2, as of record 6: claim no is 3, by the journal "
                   "it is 1");
    encode(NumberRow{1}, as_text(key), bytes);
    put("claims_by_user", key, bytes);
    const auto surplus = claim_of_user_key({78}, 1);
    encode(NumberRow{1}, as_text(surplus), bytes);
    put("claims_by_user", surplus, bytes);
    expect_differs("table claims_by_user, key 78/1, as of record 14: no record of the journal has");
}

} // namespace
} // namespace hongbao::persistence
