// Role: histories as users see them: the story's lines word for word.
#include "tests/persistence/followed.hpp"
#include "tests/persistence/same_record.hpp"

#include <gtest/gtest.h>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

class ReadModel : public ::testing::TestWithParam<Rows> {};
INSTANTIATE_TEST_SUITE_P(Everywhere, ReadModel, ::testing::ValuesIn(everywhere));
class ReadModelDeathTest : public ReadModel {};
INSTANTIATE_TEST_SUITE_P(Everywhere, ReadModelDeathTest, ::testing::Values(Rows::in_memory));

std::string words_of(const Entry& entry) {
    const char* types[] = {"deposit",     "withdrawal", "transfer",
                           "packet_send", "share_open", "refund"};
    return std::to_string(entry.line_no) + " #" + std::to_string(entry.sequence) + " " +
           types[static_cast<int>(entry.type)] + " " + std::to_string(entry.amount_fen) + " = " +
           std::to_string(entry.balance_after_fen) + " " + entry.counterparty + " '" + entry.memo +
           "' " + (entry.packet_id ? std::to_string(entry.packet_id->value) : "-") + " at " +
           std::to_string((entry.at - story_begins) / 1'000);
}

std::vector<std::string> words_of(const Page<Entry>& page) {
    std::vector<std::string> words;
    for (const Entry& entry : page.items) {
        words.push_back(words_of(entry));
    }
    return words;
}

TEST_P(ReadModel, TellsTheStatementsOfTheStory) {
    Followed followed(GetParam());
    followed.add(story());
    EXPECT_EQ(words_of(followed.model->entries("ann", {}, {})),
              (std::vector<std::string>{
                  "6 #12 transfer -700 = 3400 carol 'rent' - at 11",
                  "5 #11 refund 200 = 4100 packet:78 '' 78 at 10",
                  "4 #8 packet_send -300 = 3900 packet:78 '' 78 at 7",
                  "3 #7 share_open 200 = 4200 ann '' 77 at 6",
                  "2 #5 packet_send -1000 = 4000 packet:77 'Good luck!' 77 at 4",
                  "1 #4 deposit 5000 = 5000 outside 'cash' - at 3",
              }));
    EXPECT_EQ(words_of(followed.model->entries("bob", {}, {})),
              (std::vector<std::string>{
                  "3 #13 withdrawal -330 = 70 outside 'to the bank' - at 12",
                  "2 #9 share_open 100 = 400 ann '' 78 at 8",
                  "1 #6 share_open 300 = 300 ann '' 77 at 5",
              }));
    EXPECT_EQ(words_of(followed.model->entries("carol", {}, {})),
              (std::vector<std::string>{
                  "2 #12 transfer 700 = 1200 ann 'rent' - at 11",
                  "1 #10 share_open 500 = 500 ann '' 77 at 9",
              }));
    EXPECT_TRUE(followed.model->entries("nobody", {}, {}).items.empty());
}

TEST_P(ReadModel, FiltersEntriesByTimeAndType) {
    Followed followed(GetParam());
    followed.add(story());
    const auto second = [](int s) { return story_begins + s * 1'000; };
    using When = std::optional<domain::InstantMs>;
    const auto lines = [&](When from, When to, std::optional<EntryType> type) {
        PageRequest page;
        page.from = from;
        page.to = to;
        std::vector<std::uint64_t> line_nos;
        for (const Entry& entry : followed.model->entries("ann", type, page).items) {
            line_nos.push_back(entry.line_no);
        }
        return line_nos;
    };
    using Lines = std::vector<std::uint64_t>;
    EXPECT_EQ(lines(second(7), {}, {}), (Lines{6, 5, 4})) << "from is inclusive";
    EXPECT_EQ(lines({}, second(7), {}), (Lines{3, 2, 1})) << "to is exclusive";
    EXPECT_EQ(lines(second(4), second(8), {}), (Lines{4, 3, 2}));
    EXPECT_EQ(lines({}, {}, EntryType::packet_send), (Lines{4, 2}));
    EXPECT_EQ(lines(second(5), {}, EntryType::packet_send), (Lines{4}));
    EXPECT_EQ(lines({}, {}, EntryType::withdrawal), Lines{});
}

TEST_P(ReadModel, AFilteredPageEndsWithACursorOnlyIfMoreWillMatch) {
    Followed followed(GetParam());
    followed.add(story());
    const EntryType sends = EntryType::packet_send;
    const auto first = followed.model->entries("ann", sends, {1, {}});
    ASSERT_EQ(first.items.size(), 1U);
    ASSERT_TRUE(first.next_cursor);
    const auto second = followed.model->entries("ann", sends, {1, first.next_cursor});
    ASSERT_EQ(second.items.size(), 1U);
    EXPECT_EQ(second.items[0].line_no, 2U);
    EXPECT_FALSE(second.next_cursor);
}

TEST_P(ReadModel, ACursorStaysWhereItWasWhileLinesAreAdded) {
    Followed followed(GetParam());
    followed.add(story());
    const auto first = followed.model->entries("ann", {}, {2, {}});
    followed.add(records_of({domain::Deposited{"ann", 1, ""}}, 15));
    const auto second = followed.model->entries("ann", {}, {2, first.next_cursor});
    EXPECT_EQ(first.items.back().line_no, 5U);
    ASSERT_EQ(second.items.size(), 2U);
    EXPECT_EQ(second.items.front().line_no, 4U);
}

/// Ann's line numbers before that time, and the number of pages that tell them.
std::pair<std::vector<std::uint64_t>, std::size_t> lines_before(const Followed& followed,
                                                                domain::InstantMs to) {
    std::vector<std::uint64_t> line_nos;
    std::size_t pages = 0;
    PageRequest page;
    page.to = to;
    do {
        const auto part = followed.model->entries("ann", {}, page);
        for (const Entry& entry : part.items) {
            line_nos.push_back(entry.line_no);
        }
        page.cursor = part.next_cursor;
        pages += 1;
    } while (page.cursor);
    return {line_nos, pages};
}

TEST_P(ReadModel, TimesAreFoundWithoutReadingAllLinesUnlessAClockWasSetBack) {
    using Lines = std::vector<std::uint64_t>;
    Followed followed(GetParam());
    followed.add(story());
    const domain::InstantMs to = story_begins + 7'000; // three lines are older
    const std::vector<domain::Event> events(4'500, domain::Deposited{"ann", 1, ""});
    const auto records = records_of(events, 15);
    followed.add(records);
    EXPECT_EQ(lines_before(followed, to), std::pair(Lines{3, 2, 1}, std::size_t{1}));
    auto early = records_of({domain::Deposited{"ann", 1, ""}}, records.back().sequence + 1);
    early.front().at = story_begins;
    followed.add(early);
    EXPECT_EQ(lines_before(followed, to), std::pair(Lines{4'507, 3, 2, 1}, std::size_t{3}))
        << "at most 2,000 lines are looked at for one page";
}

TEST_P(ReadModel, TellsThePacketsClaimsNewestFirst) {
    Followed followed(GetParam());
    followed.add(story());
    const auto page = followed.model->claims({77}, {2, {}});
    ASSERT_EQ(page.items.size(), 2U);
    EXPECT_EQ(page.items[0].user_id, "carol");
    EXPECT_EQ(page.items[1].user_id, "ann");
    EXPECT_EQ(page.items[1].username, "Ann 安");
    EXPECT_EQ(page.items[1].avatar_url, "https://example.org/a.png");
    EXPECT_EQ(page.items[1].amount_fen, 200);
    EXPECT_EQ(page.items[1].opened_at, story_begins + 6'000);
    const auto rest = followed.model->claims({77}, {2, page.next_cursor});
    ASSERT_EQ(rest.items.size(), 1U);
    EXPECT_EQ(rest.items[0].user_id, "bob");
    EXPECT_FALSE(rest.next_cursor);
    EXPECT_TRUE(followed.model->claims({99}, {}).items.empty());
    EXPECT_EQ(followed.model->claims({99}, {}).as_of, 0U);
    EXPECT_EQ(followed.model->timeline({99}, {}).as_of, 0U);
}

TEST_P(ReadModel, TellsWhatHappenedToAPacketInItsOrder) {
    Followed followed(GetParam());
    followed.add(story());
    const auto words = [&](domain::PacketId packet_id, PageRequest page) {
        page.order = ListOrder::asc;
        std::string all;
        const auto part = followed.model->timeline(packet_id, page);
        for (const PacketFact& fact : part.items) {
            const char* types[] = {"sent", "opened", "closed"};
            all += "#" + std::to_string(fact.sequence) + " " + types[static_cast<int>(fact.type)] +
                   " " + fact.user_id + " " + std::to_string(fact.amount_fen) + " at " +
                   std::to_string((fact.at - story_begins) / 1'000) + "; ";
        }
        return all + (part.next_cursor ? "more from " + std::to_string(*part.next_cursor) : "");
    };
    EXPECT_EQ(words({77}, {}), "#5 sent ann 1000 at 4; #6 opened bob 300 at 5; "
                               "#7 opened ann 200 at 6; #10 opened carol 500 at 9; ");
    EXPECT_EQ(words({78}, {2, {}}), "#8 sent ann 300 at 7; #9 opened bob 100 at 8; more from 3");
    EXPECT_EQ(words({78}, {2, 3}), "#11 closed ann 200 at 10; ");
    EXPECT_EQ(words({99}, {}), "");
}

std::string words_of(const PacketNews& news) {
    std::string all = news.knows_start ? "" : "unknown start; ";
    for (const auto& claim : news.claims) {
        all += "#" + std::to_string(claim.sequence) + " " + claim.line.user_id + " " +
               std::to_string(claim.line.amount_fen) + ", left " +
               std::to_string(claim.remaining_fen) + " in " +
               std::to_string(claim.remaining_count) + "; ";
    }
    if (news.exhausted) {
        all += "#" + std::to_string(news.exhausted->sequence) + " gone in " +
               std::to_string(news.exhausted->exhausted_in_ms) + ", luckiest " +
               news.exhausted->luckiest_user_id + " " +
               std::to_string(news.exhausted->luckiest_fen) + "; ";
    }
    if (news.closed) {
        all += "#" + std::to_string(news.closed->sequence) + " back " +
               std::to_string(news.closed->refund_fen) + "; ";
    }
    return all + (news.is_over ? "over" : "");
}

TEST_P(ReadModel, TellsWhatCameAfterARecordOfAPacket) {
    Followed followed(GetParam());
    followed.add(story());
    const std::string bob = "#6 bob 300, left 700 in 2; ";
    const std::string ann = "#7 ann 200, left 500 in 1; ";
    const std::string carol = "#10 carol 500, left 0 in 0; ";
    const std::string gone = "#10 gone in 5000, luckiest carol 500; ";
    struct Asked {
        std::uint64_t packet;
        domain::Sequence after;
        std::size_t claims_max;
        std::string words;
    };
    for (const Asked& asked : {
             Asked{77, 0, 9, bob + ann + carol + gone + "over"},
             Asked{77, 0, 3, bob + ann + carol + gone + "over"},
             Asked{77, 0, 2, bob + ann + "over"},
             Asked{77, 5, 1, bob + "over"},
             Asked{77, 6, 9, ann + carol + gone + "over"},
             Asked{77, 7, 9, carol + gone + "over"},
             Asked{77, 8, 9, "unknown start; " + carol + gone + "over"},
             Asked{77, 10, 9, gone + "over"},
             Asked{77, 11, 9, "unknown start; " + gone + "over"},
             Asked{78, 0, 9, "#9 bob 100, left 200 in 2; #11 back 200; over"},
             Asked{78, 9, 9, "#11 back 200; over"},
             Asked{78, 11, 9, "over"},
             Asked{78, 12, 9, "unknown start; over"},
         }) {
        const auto news =
            followed.model->news(domain::PacketId{asked.packet}, asked.after, asked.claims_max);
        ASSERT_TRUE(news.has_value());
        EXPECT_EQ(words_of(*news), asked.words) << asked.packet << " after " << asked.after;
    }
    EXPECT_FALSE(followed.model->news(domain::PacketId{99}, 0, 9));
}

TEST_P(ReadModel, TellsWhatCameAfterEachOfManyClaims) {
    Followed followed(GetParam());
    std::vector<domain::Event> events{domain::AccountOpened{"ann", "Ann", "", {}},
                                      domain::Deposited{"ann", 100, ""}};
    constexpr std::int64_t count = 23;
    for (std::int64_t n = 0; n < count; ++n) {
        events.push_back(domain::AccountOpened{"u" + std::to_string(n), "U", "", {}});
    }
    events.push_back(domain::PacketSent{
        {7}, "ann", domain::PacketKind::equal, count, count, "", {}, {}, true, 20'000, 1'000'000});
    for (std::int64_t n = 0; n < count; ++n) { // another record between any two
        events.push_back(domain::ShareOpened{{7}, "u" + std::to_string(n), 1});
        events.push_back(domain::Deposited{"ann", 1, ""});
    }
    followed.add(records_of(events, 1));
    const domain::Sequence sent = 2 + count + 1;
    for (std::int64_t n = 0; n < count; ++n) {
        const domain::Sequence opened = sent + 1 + 2 * static_cast<std::uint64_t>(n);
        const auto news = followed.model->news(domain::PacketId{7}, opened, 1);
        ASSERT_TRUE(news && news->knows_start);
        EXPECT_FALSE(followed.model->news(domain::PacketId{7}, opened + 1, 1)->knows_start);
        if (n + 1 < count) {
            ASSERT_EQ(news->claims.size(), 1U);
            EXPECT_EQ(news->claims[0].sequence, opened + 2);
            EXPECT_EQ(news->claims[0].remaining_fen, count - n - 2);
        } else {
            EXPECT_TRUE(news->claims.empty());
            EXPECT_EQ(news->exhausted.value().luckiest_user_id, "u0") << "the earliest on a tie";
        }
    }
}

TEST_P(ReadModel, TellsPacketsSentAndReceivedWithOnesOwnShare) {
    Followed followed(GetParam());
    followed.add(story());
    const auto sent = followed.model->packets_sent("ann", {}).items;
    ASSERT_EQ(sent.size(), 2U);
    EXPECT_EQ(sent[0].packet_id.value, 78U);
    EXPECT_FALSE(sent[0].own_share_fen);
    EXPECT_EQ(sent[1].packet_id.value, 77U);
    EXPECT_EQ(sent[1].own_share_fen, 200);
    EXPECT_EQ(sent[1].own_opened_at, story_begins + 6'000);
    const auto received = followed.model->packets_received("bob", {}).items;
    ASSERT_EQ(received.size(), 2U);
    EXPECT_EQ(received[0].packet_id.value, 78U);
    EXPECT_EQ(received[0].own_share_fen, 100);
    EXPECT_EQ(received[1].packet_id.value, 77U);
    EXPECT_TRUE(followed.model->packets_sent("bob", {}).items.empty());
    EXPECT_TRUE(followed.model->packets_received("nobody", {}).items.empty());
}

TEST_P(ReadModel, AddsUpTheAuditAnew) {
    Followed followed(GetParam());
    const Audit empty = followed.model->audit();
    EXPECT_EQ(empty.position.chain_hash, followed.journal->position(0).chain_hash);
    followed.add(story());
    const Audit audit = followed.model->audit();
    EXPECT_TRUE(audit.deposited_fen == 5'000);
    EXPECT_TRUE(audit.withdrawn_fen == 330);
    EXPECT_TRUE(audit.accounts_fen == 3'400 + 70 + 1'200);
    EXPECT_TRUE(audit.escrow_fen == 0);
    EXPECT_TRUE(audit.difference_fen() == 0);
    EXPECT_EQ(audit.position.last_sequence, 14U);
    EXPECT_EQ(audit.position.chain_hash, followed.journal->position(0).chain_hash);
}

TEST_P(ReadModel, ReturnsARecordAsItWasAnswered) {
    Followed followed(GetParam());
    followed.add(story());
    followed.add(records_of({domain::Deposited{"ann", 9, ""}}, 15));
    const auto deposit = followed.model->settled_record(4);
    ASSERT_TRUE(deposit);
    EXPECT_TRUE(same_record(deposit->record, story()[3]));
    EXPECT_EQ(deposit->owner_balance_fen, 5'000) << "the balance then, not now";
    EXPECT_EQ(followed.model->settled_record(13)->owner_balance_fen, 70);
    EXPECT_EQ(followed.model->settled_record(12)->owner_balance_fen, 3'400) << "the payer's";
    EXPECT_TRUE(followed.model->settled_record(1));
    EXPECT_FALSE(followed.model->settled_record(0));
    EXPECT_FALSE(followed.model->settled_record(16));
}

TEST_P(ReadModelDeathTest, RecordsOutOfOrderAreABrokenInvariant) {
    Followed followed(GetParam());
    EXPECT_DEATH(followed.model->apply(std::make_shared<const Commit>(
                     Commit{records_of({domain::Deposited{"ann", 1, ""}}, 2), {}})),
                 "in journal order");
}

TEST_P(ReadModel, CountsTimeThatHasPassedAndNotTheDisorderOfStamps) {
    struct Stamped {
        const char* what;
        std::vector<std::int64_t> seconds;
        std::int64_t elapsed_s;
    };
    constexpr std::int64_t hour_s = 3'600;
    for (const Stamped& sample : {
             Stamped{"in order", {0, 5, 10}, 10},
             Stamped{
                 "batches of two deciders, one after the other", {0, 5, 0, 5, 5, 10, 5, 10}, 10},
             Stamped{"the clock set back an hour", {hour_s, hour_s + 5, 0, 5}, 10},
             Stamped{"the clock set on a year", {0, 365 * 24 * hour_s}, hour_s},
         }) {
        Followed followed(GetParam());
        std::vector<domain::Record> records =
            records_of({domain::AccountOpened{"ann", "Ann", "", {}}}, 1);
        records.front().at = story_begins + sample.seconds.front() * 1'000;
        for (std::size_t i = 1; i < sample.seconds.size(); ++i) {
            auto next = records_of({domain::Deposited{"ann", 1, ""}}, records.size() + 1);
            next.front().at = story_begins + sample.seconds[i] * 1'000;
            records.push_back(next.front());
        }
        followed.add(records);
        EXPECT_EQ(followed.model->totals().elapsed_ms, sample.elapsed_s * 1'000) << sample.what;
    }
}

/// Claims, the luckiest, and whether all shares are gone are of one moment, which is told with
/// them.
TEST_P(ReadModel, ClaimsSayAsOfWhichRecordAndWhoWasLuckiestThen) {
    Followed followed(GetParam());
    for (const domain::Record& record : story()) {
        followed.add({record});
        const auto claims = followed.model->claims({77}, {});
        const auto timeline = followed.model->timeline({77}, {});
        if (record.sequence < 5) {
            EXPECT_EQ(claims.as_of, 0U) << "not sent yet";
            continue;
        }
        EXPECT_EQ(claims.as_of, record.sequence);
        EXPECT_EQ(timeline.as_of, record.sequence);
        std::vector<std::string> luckiest;
        for (const ClaimLine& claim : claims.items) {
            if (claim.is_luckiest) {
                luckiest.push_back(claim.user_id);
            }
        }
        const bool all_gone = claims.items.size() == 3;
        EXPECT_EQ(luckiest,
                  all_gone ? std::vector<std::string>{"carol"} : std::vector<std::string>{})
            << record.sequence;
    }
}

} // namespace
} // namespace hongbao::persistence
