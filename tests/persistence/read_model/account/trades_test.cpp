// Role: movements of money by their number: both sides of each of the story's records.
#include "tests/persistence/followed.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

class Trades : public ::testing::TestWithParam<Rows> {};
INSTANTIATE_TEST_SUITE_P(Everywhere, Trades, ::testing::ValuesIn(everywhere));

TEST_P(Trades, HaveBothTheirSides) {
    Followed followed(GetParam());
    followed.add(story());
    const auto words = [&](domain::Sequence sequence) {
        const auto trade = followed.model->trade(sequence);
        return trade ? "#" + std::to_string(trade->sequence) + " " + trade->from + " -> " +
                           trade->to + " " + std::to_string(trade->amount_fen) + " '" +
                           trade->memo + "'"
                     : "none";
    };
    for (domain::Sequence sequence = 0; sequence <= 15; ++sequence) {
        // A statement says of a record just what the record itself says.
        for (const char* user : {"ann", "bob", "carol"}) {
            for (const Entry& entry : followed.model->entries(user, {}, {200, {}}).items) {
                if (entry.sequence == sequence) {
                    const auto trade = followed.model->trade(sequence);
                    ASSERT_TRUE(trade) << sequence;
                    EXPECT_EQ(entry.amount_fen < 0 ? trade->from : trade->to, user) << sequence;
                    EXPECT_EQ(std::abs(entry.amount_fen), trade->amount_fen) << sequence;
                    EXPECT_EQ(entry.type, trade->type) << sequence;
                    EXPECT_EQ(entry.memo, trade->memo) << sequence;
                    EXPECT_EQ(entry.at, trade->at) << sequence;
                    EXPECT_EQ(entry.packet_id, trade->packet_id) << sequence;
                }
            }
        }
    }
    EXPECT_EQ(words(0), "none");
    EXPECT_EQ(words(1), "none") << "an account is opened";
    EXPECT_EQ(words(4), "#4 outside -> ann 5000 'cash'");
    EXPECT_EQ(words(5), "#5 ann -> packet:77 1000 'Good luck!'");
    EXPECT_EQ(words(6), "#6 packet:77 -> bob 300 ''");
    EXPECT_EQ(words(11), "#11 packet:78 -> ann 200 ''");
    EXPECT_EQ(words(15), "none");
    EXPECT_EQ(words(UINT64_MAX), "none");
}

} // namespace
} // namespace hongbao::persistence
