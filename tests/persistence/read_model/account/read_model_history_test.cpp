// Role: long random histories against a plain list that shares no code with the model.
#include "tests/persistence/read_model/account/random_statements.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

class ReadModelHistory : public ::testing::TestWithParam<Rows> {};
INSTANTIATE_TEST_SUITE_P(Everywhere, ReadModelHistory, ::testing::ValuesIn(everywhere));

/// Follows cursors to the end and returns all items, oldest first.
template <typename Ask>
auto all_pages(std::uint32_t limit, const Ask& ask) {
    decltype(ask(PageRequest{}).items) items;
    PageRequest page{limit, {}};
    do {
        auto answer = ask(page);
        EXPECT_LE(answer.items.size(), limit);
        items.insert(items.end(), answer.items.begin(), answer.items.end());
        page.cursor = answer.next_cursor;
    } while (page.cursor);
    std::reverse(items.begin(), items.end());
    return items;
}

TEST_P(ReadModelHistory, AgreesWithAPlainListOverRandomHistories) {
    Followed followed(GetParam());
    RandomStatements history(20261123, Times::of_any_order);
    SeededRandom random(8);
    domain::Sequence last = 0;
    while (last < 3'000) {
        std::vector<domain::Record> commit;
        for (std::uint64_t left = 1 + random.below(60); left > 0; --left) {
            commit.push_back(history.next());
        }
        last = commit.back().sequence;
        followed.add(commit);
        ASSERT_TRUE(followed.model->audit().difference_fen() == 0);
    }
    const ReadModel& model = *followed.model;
    for (const auto& [user, lines] : history.statements) {
        const auto entries = all_pages(
            7, [&, id = user](const PageRequest& page) { return model.entries(id, {}, page); });
        ASSERT_EQ(entries.size(), lines.size());
        const domain::Account account = model.account(user)->account;
        ASSERT_EQ(account.profile.username, history.names[user]);
        const auto& change = account.standing.status_change;
        ASSERT_EQ(change ? change->reason : "", history.reasons[user]);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            ASSERT_EQ(entries[i].line_no, i + 1);
            ASSERT_EQ(entries[i].sequence, lines[i].sequence);
            ASSERT_EQ(entries[i].amount_fen, lines[i].amount_fen);
            ASSERT_EQ(entries[i].balance_after_fen, lines[i].balance_fen);
        }
        const auto sent = all_pages(
            3, [&, id = user](const PageRequest& page) { return model.packets_sent(id, page); });
        ASSERT_EQ(sent.size(), history.sent[user].size());
        for (std::size_t i = 0; i < sent.size(); ++i) {
            ASSERT_EQ(sent[i].packet_id.value, history.sent[user][i]);
            const auto& claims = history.claims[sent[i].packet_id.value];
            const bool own = std::ranges::find(claims, user, &PlainClaim::user_id) != claims.end();
            ASSERT_EQ(sent[i].own_share_fen.has_value(), own);
        }
        const auto received = all_pages(200, [&, id = user](const PageRequest& page) {
            return model.packets_received(id, page);
        });
        ASSERT_EQ(received.size(), history.received[user].size());
        for (std::size_t i = 0; i < received.size(); ++i) {
            ASSERT_EQ(received[i].packet_id.value, history.received[user][i]);
        }
    }
    ASSERT_GT(history.claims.size(), 10U);
    for (const auto& [packet, openers] : history.claims) {
        const auto claims = all_pages(
            4, [&, id = packet](const PageRequest& page) { return model.claims({id}, page); });
        ASSERT_EQ(claims.size(), openers.size());
        for (std::size_t i = 0; i < claims.size(); ++i) {
            ASSERT_EQ(claims[i].user_id, openers[i].user_id);
            ASSERT_EQ(claims[i].username, history.names[openers[i].user_id]);
        }
    }
}

} // namespace
} // namespace hongbao::persistence
