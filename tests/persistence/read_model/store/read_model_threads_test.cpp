// Role: questions from other threads while records are taken: each is answered as if it came alone.
// What is checked does not depend on timing; ThreadSanitizer watches the rest.
#include "tests/persistence/followed.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

constexpr std::uint64_t shares = 3'000;
constexpr std::uint64_t commit_records = 200; // longer than what is taken in one go

std::vector<domain::Event> many_opens() {
    std::vector<domain::Event> events{
        domain::AccountOpened{"ann", "Ann", "", domain::AccountType::merchant},
        domain::Deposited{"ann", 1'000'000, ""}};
    domain::PacketSent sent;
    sent.packet_id = {77};
    sent.sender = "ann";
    sent.kind = domain::PacketKind::equal;
    sent.total_fen = sent.count = shares;
    sent.share_fen_max = 20'000;
    sent.expires_at = story_begins + domain::ms_per_day;
    events.emplace_back(sent);
    for (std::uint64_t n = 0; n < shares; ++n) {
        const std::string user = "u" + std::to_string(n);
        events.emplace_back(domain::AccountOpened{user, "", "", domain::AccountType::personal});
        events.emplace_back(domain::ShareOpened{{77}, user, 1});
        events.emplace_back(domain::Transferred{user, "ann", 1, ""});
    }
    return events;
}

/// Each line follows from the one before, down to the first or to where the page ends.
void expect_whole(const Page<Entry>& page) {
    for (std::size_t i = 0; i + 1 < page.items.size(); ++i) {
        const Entry& line = page.items[i];
        const Entry& before = page.items[i + 1];
        ASSERT_EQ(line.line_no, before.line_no + 1);
        ASSERT_EQ(line.balance_after_fen, before.balance_after_fen + line.amount_fen);
    }
    ASSERT_TRUE(page.next_cursor || page.items.empty() || page.items.back().line_no == 1);
}

TEST(ReadModelThreads, AQuestionSeesWholeRecordsWhileOthersAreTaken) {
    Followed followed(Rows::written_by_its_thread);
    const ReadModel& model = *followed.model;
    std::atomic<bool> done{false};
    std::vector<std::thread> askers;
    for (int asker = 0; asker < 2; ++asker) {
        askers.emplace_back([&] {
            while (!done) {
                expect_whole(model.entries("ann", {}, {200, {}}));
                const auto claims = model.claims({77}, {200, {}});
                for (const ClaimLine& claim : claims.items) {
                    ASSERT_EQ(claim.amount_fen, 1);
                }
                ASSERT_LE(claims.as_of, model.reached());
                const Audit audit = model.audit();
                ASSERT_TRUE(audit.difference_fen() == 0);
                const auto timeline = model.timeline({77}, {shares, {}, ListOrder::asc});
                ASSERT_TRUE(timeline.items.empty() ||
                            timeline.items.back().sequence <= timeline.as_of);
                for (std::size_t i = 0; i + 1 < timeline.items.size(); ++i) {
                    ASSERT_LT(timeline.items[i].sequence, timeline.items[i + 1].sequence);
                }
                ASSERT_LE(audit.position.last_sequence, model.reached());
            }
        });
    }
    const auto records = records_of(many_opens());
    for (std::size_t begin = 0; begin < records.size(); begin += commit_records) {
        const auto end = std::min(records.size(), begin + commit_records);
        followed.add({records.data() + begin, records.data() + end});
    }
    done = true;
    for (std::thread& asker : askers) {
        asker.join();
    }
    const auto last = model.claims({77}, {1, {}});
    ASSERT_EQ(last.items.size(), 1U);
    EXPECT_EQ(last.items[0].user_id, "u" + std::to_string(shares - 1));
    EXPECT_TRUE(model.audit().difference_fen() == 0);
}

} // namespace
} // namespace hongbao::persistence
