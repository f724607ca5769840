// Role: campaigns in the books and in the read model: summed up, woken, verified, wherever their
// rows are; records of campaigns that do not follow are refused.
#include "persistence/inspect/verify.hpp"
#include "tests/persistence/campaign_story.hpp"
#include "tests/persistence/followed.hpp"
#include "tests/persistence/read_model/rows/row_keys.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

std::string words_of(const CampaignSummary& campaign) {
    return std::to_string(campaign.spent_fen) + " spent, " + std::to_string(campaign.win_count) +
           " of " + std::to_string(campaign.shake_count) + " won" +
           (campaign.closed_at ? ", refund " + std::to_string(campaign.refund_fen) : "");
}

TEST(CampaignsInTheReadModel, AreSummedUpWhereverTheirRowsAre) {
    for (const Rows rows : everywhere) {
        Followed followed(rows);
        followed.add(campaign_story());
        const ReadModel& model = *followed.model;
        EXPECT_EQ(words_of(*model.campaign_summary({91})), "200 spent, 3 of 5 won, refund 300");
        EXPECT_EQ(words_of(*model.campaign_summary({92})), "50 spent, 1 of 1 won");
        EXPECT_EQ(words_of(*model.campaign_summary({93})), "30 spent, 1 of 1 won");
        EXPECT_FALSE(model.campaign_summary({94}));
        EXPECT_EQ(model.campaign_summary({91})->terms.name, "Rain 红包雨");
        EXPECT_EQ(model.audit().difference_fen(), 0);
        EXPECT_EQ(model.audit().escrow_fen, 60);
        const auto lines = model.entries("shop", {}, {}).items;
        ASSERT_EQ(lines.size(), 5U);
        EXPECT_EQ(lines[0].type, EntryType::refund);
        EXPECT_EQ(lines[0].amount_fen, 300);
        EXPECT_EQ(lines[0].balance_after_fen, 360);
        EXPECT_EQ(lines[0].counterparty, "campaign:91");
        const auto wins = model.entries("bob", EntryType::shake_win, {}).items;
        ASSERT_EQ(wins.size(), 3U);
        EXPECT_EQ(wins[0].amount_fen, 90);
        EXPECT_EQ(wins[0].counterparty, "shop");
        EXPECT_EQ(wins[0].campaign_id, domain::CampaignId{91});
    }
}

TEST(CampaignsInTheReadModel, WakeWithAllTheirShakesInPartsOfAnySize) {
    for (const Rows rows : everywhere) {
        Followed followed(rows);
        followed.add(campaign_story());
        for (const std::uint64_t part : {1U, 2U, 100U}) {
            auto sleeping = followed.model->campaign({91});
            ASSERT_TRUE(sleeping);
            EXPECT_FALSE(sleeping->is_open());
            int parts = 1;
            while (!followed.model->wake_further(*sleeping, part)) {
                parts += 1;
            }
            EXPECT_EQ(parts, part == 1 ? 5 : part == 2 ? 3 : 1);
            const domain::Campaign& campaign = sleeping->campaign;
            EXPECT_EQ(campaign.shakes.size(), 5U);
            EXPECT_EQ(campaign.shakes.find("bob", "r3")->amount_fen, 90);
            EXPECT_EQ(campaign.shakes.counts_of("bob", 1).wins, 2);
            EXPECT_EQ(campaign.refund_fen, 300);
            EXPECT_EQ(sleeping->as_of, 15U);
        }
        EXPECT_TRUE(followed.model->campaign({93})->is_open());
        const auto open = std::get<OpenEntities>(followed.model->open_entities()).campaigns;
        ASSERT_EQ(open.size(), 1U);
        EXPECT_EQ(open[0].id.value, 93U);
        EXPECT_EQ(open[0].due_at, story_begins + 90'000);
    }
}

/// "win <sequence> <user> <amount>, <rest> left; …", and the end.
std::string words_of(const CampaignNews& news) {
    std::string words;
    for (const auto& win : news.wins) {
        words += std::to_string(win.sequence) + " " + win.user_id + " " +
                 std::to_string(win.amount_fen) + ", " + std::to_string(win.remaining_fen) +
                 " left; ";
    }
    words += news.spent ? "spent as of " + std::to_string(*news.spent) : "";
    words += news.closed ? "refund " + std::to_string(news.closed->refund_fen) : "";
    return words;
}

TEST(CampaignsInTheReadModel, TellTheirPrizesAfterAnyRecordWhereverTheRowsAre) {
    for (const Rows rows : everywhere) {
        Followed followed(rows);
        followed.add(campaign_story());
        const auto told = [&](std::uint64_t id, domain::Sequence after, std::size_t wins_max = 9) {
            return words_of(*followed.model->news(domain::CampaignId{id}, after, wins_max));
        };
        const std::string all =
            "6 bob 100, 400 left; 9 carol 10, 390 left; 13 bob 90, 300 left; refund 300";
        EXPECT_EQ(told(91, 0), all);
        EXPECT_EQ(told(91, 5), all) << "after its funding";
        EXPECT_EQ(told(91, 6), all.substr(all.find("9 carol")));
        EXPECT_EQ(told(91, 8), all.substr(all.find("9 carol"))) << "after a blank";
        EXPECT_EQ(told(91, 13), "refund 300");
        EXPECT_EQ(told(91, 15), "");
        EXPECT_EQ(told(91, 0, 1), "6 bob 100, 400 left; ") << "a page of one";
        EXPECT_EQ(told(91, 9, 1), "13 bob 90, 300 left; refund 300");
        EXPECT_EQ(told(92, 0), "11 bob 50, 0 left; spent as of 11");
        EXPECT_EQ(told(92, 11), "spent as of 11");
        EXPECT_EQ(told(93, 14), "");
        EXPECT_FALSE(followed.model->news(domain::CampaignId{94}, 0, 9));
        const auto knows = [&](std::uint64_t id, domain::Sequence after) {
            return followed.model->news(domain::CampaignId{id}, after, 9)->knows_start;
        };
        EXPECT_TRUE(knows(91, 0) && knows(91, 5) && knows(91, 6) && knows(91, 15));
        EXPECT_FALSE(knows(91, 10)) << "a record of another campaign";
        EXPECT_FALSE(knows(92, 12));
        EXPECT_TRUE(followed.model->news(domain::CampaignId{92}, 0, 9)->is_over);
        EXPECT_FALSE(followed.model->news(domain::CampaignId{93}, 0, 9)->is_over);
    }
}

TEST(CampaignsInTheReadModel, AreHeldAgainstTheJournalRowByRow) {
    Followed followed(Rows::in_the_file);
    followed.add(campaign_story());
    followed.model.reset();
    followed.journal.reset();
    const auto path = followed.folder.path();
    const auto verdict = [&] {
        return std::get<SoundJournal>(verify(path / "journal", {}, path / "model")).model;
    };
    ASSERT_EQ(verdict().state, ModelState::agrees) << verdict().sentence;
    const auto end = campaign_end_key({{93}, story_begins + 90'000});
    const auto shake = shake_key({91}, 4);
    const std::uint64_t id = 92;
    struct OneRow {
        const char* table;
        std::span<const std::byte> key;
        const char* words;
    };
    for (const OneRow& row :
         {OneRow{"campaigns", std::as_bytes(std::span(&id, 1)), "table campaigns, key 92"},
          OneRow{"shakes", shake, "table shakes, key 91/4"},
          OneRow{"campaign_ends", end, "table campaign_ends, key 93"}}) {
        RawJournal raw(path / "model");
        const auto good = raw.get(row.table, row.key);
        raw.remove(row.table, row.key);
        EXPECT_EQ(verdict().state, ModelState::differs) << row.table;
        EXPECT_TRUE(verdict().sentence.starts_with(row.words)) << verdict().sentence;
        auto bad = good;
        bad[bad.size() / 2] ^= std::byte{1};
        raw.put(row.table, row.key, bad);
        EXPECT_EQ(verdict().state, ModelState::differs) << row.table << " damaged";
        raw.put(row.table, row.key, good);
    }
    EXPECT_EQ(verdict().state, ModelState::agrees);
    RowBytes surplus;
    encode(ShakeRow{1, "r9", 1, 0, 0, 3}, shake_key({93}, 2), surplus);
    RawJournal(path / "model").put("shakes", shake_key({93}, 2), surplus);
    EXPECT_TRUE(verdict().sentence.starts_with("table shakes, key 93/2")) << verdict().sentence;
}

TEST(CampaignsInTheBooks, RecordsThatDoNotFollowAreNamed) {
    using namespace domain;
    struct Case {
        const char* name;
        std::function<void(std::vector<Record>&)> damage;
        const char* words;
    };
    const auto shake = [](Record& record) -> ShakeDrawn& {
        return std::get<ShakeDrawn>(record.event);
    };
    const Case cases[] = {
        {"unknown campaign", [&](auto& r) { shake(r[5]).campaign_id = {7}; }, "was never funded"},
        {"unknown user", [&](auto& r) { shake(r[6]).user_id = "eve"; }, "was never opened"},
        {"another round", [&](auto& r) { shake(r[5]).round = 2; }, "is not running at its time"},
        {"between rounds", [&](auto& r) { r[8].at = story_begins + 11'000; },
         "is not running at its time"},
        {"a second result", [&](auto& r) { shake(r[7]).shake_key = "r1"; },
         "has a result for this request already"},
        {"a prize too large", [&](auto& r) { shake(r[5]).amount_fen = 101; },
         "not one of its round"},
        {"a prize too small", [&](auto& r) { shake(r[8]).amount_fen = 9; }, "not one of its round"},
        {"one win too many",
         [&](auto& r) {
             shake(r[7]).amount_fen = 10;
             shake(r[8]) = {{91}, "bob", "r9", 1, 10};
         },
         "has won as often as the terms allow"},
        {"overdrawn",
         [&](auto& r) {
             r[13].event = ShakeDrawn{{92}, "carol", "x", 1, 50};
         },
         "more than is left of the budget"},
        {"closed before its end", [&](auto& r) { r[14].at = story_begins + 19'999; },
         "last round is not over"},
        {"a refund a fen too large",
         [&](auto& r) { std::get<CampaignClosed>(r[14].event).refund_fen = 301; },
         "not what is left of the budget"},
        {"a refund to somebody else",
         [&](auto& r) { std::get<CampaignClosed>(r[14].event).merchant = "bob"; },
         "not what is left of the budget"},
        {"a refund of what is spent",
         [&](auto& r) {
             r[14].event = CampaignClosed{{92}, "shop", 1, 10};
         },
         "over already"},
        {"funded twice", [&](auto& r) { std::get<CampaignFunded>(r[9].event).campaign_id = {91}; },
         "was funded already"},
        {"funded with more than there is",
         [&](auto& r) { std::get<CampaignFunded>(r[4].event).budget_fen = 701; },
         "does not hold 701 fen"},
    };
    for (const Case& one : cases) {
        auto records = campaign_story();
        one.damage(records);
        Books books;
        std::string complaint;
        for (const Record& record : records) {
            complaint = what_is_wrong_with(books, record);
            if (!complaint.empty()) {
                break;
            }
            apply(books, record);
        }
        EXPECT_NE(complaint.find(one.words), std::string::npos) << one.name << ": " << complaint;
    }
}

} // namespace
} // namespace hongbao::persistence
