// Role: marks of statements that are missing, altered, or too many are noticed by verify and by the
// check of a start.
#include "persistence/read_model/self_check.hpp"
#include "tests/persistence/verified_model.hpp"

#include <gtest/gtest.h>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

/// The story, and then deposits: ann has 136 lines, six of them from the story, and two marks. The
/// first is of line 64, the 58th deposit.
std::vector<domain::Record> story_with_many_lines() {
    std::vector<domain::Record> records = story();
    const std::vector<domain::Event> deposits(130, domain::Deposited{"ann", 1, ""});
    const auto more = records_of(deposits, 15);
    records.insert(records.end(), more.begin(), more.end());
    return records;
}

class VerifyLineMarks : public VerifyModelTest {
  protected:
    VerifyLineMarks() : VerifyModelTest(story_with_many_lines()) {}

    std::string complaint_of_a_start() {
        const auto opened = ModelStore::open(model_path(), sample_id());
        const std::atomic<bool> stopping{false};
        const auto failure =
            check_model(*std::get<std::unique_ptr<ModelStore>>(opened), stopping, 0);
        return failure ? failure->sentence : "";
    }
};

const LineMarks::Key first_mark{1, 1};

TEST_F(VerifyLineMarks, EachFieldIsHeldAgainstTheJournal) {
    ASSERT_EQ(verdict().state, ModelState::agrees) << verdict().sentence;
    expect_each_differs<LineMarks>(
        first_mark, "table line_marks, key 1/1, as of record 72: ",
        {{"sequence is 71, by the journal it is 72", [](LineMarkRow& row) { row.sequence = 71; }},
         {"at is ", [](LineMarkRow& row) { row.at += 1; }},
         {"last_line_of_type is 71, by the journal it is 72",
          [](LineMarkRow& row) { row.last_line_of_type[0] = 71; }},
         {"last_line_of_type is 0, by the journal it is 11",
          [](LineMarkRow& row) { row.last_line_of_type[5] = 0; }}});
    EXPECT_EQ(verdict().state, ModelState::agrees);
}

TEST_F(VerifyLineMarks, AMarkThatIsLostOrTooManyIsNoticed) {
    ASSERT_EQ(complaint_of_a_start(), "");
    const RowBytes good = get(LineMarks::name, first_mark.bytes());
    RawJournal(model_path()).remove(LineMarks::name, first_mark.bytes());
    expect_differs("table line_marks, key 1/1, as of record 72: the row is missing");
    EXPECT_EQ(complaint_of_a_start(), "the read model has 1 marks of statements instead of 2");
    put(LineMarks::name, first_mark.bytes(), good);
    const LineMarks::Key third{1, 3};
    RowBytes bytes;
    encode(LineMarkRow{144, 1, {}}, third, bytes);
    put(LineMarks::name, third.bytes(), bytes);
    expect_differs("table line_marks, key 1/3, as of record 144: no record of the journal has made "
                   "this row");
    EXPECT_EQ(complaint_of_a_start(), "the read model has 3 marks of statements instead of 2");
    RawJournal(model_path()).remove(LineMarks::name, third.bytes());
    RowBytes bad = good;
    bad[1] ^= std::byte{1};
    put(LineMarks::name, first_mark.bytes(), bad);
    expect_differs("table line_marks, key 1/1");
    EXPECT_EQ(complaint_of_a_start(),
              "the read model has a damaged row among its marks of statements");
}

/// Rather than answer with a list that lacks lines.
TEST_F(VerifyLineMarks, WithoutAMarkAListThatNeedsItEndsTheProcess) {
    RawJournal(model_path()).remove(LineMarks::name, first_mark.bytes());
    const auto open_model = [&] {
        ReadModelOptions options;
        options.path = model_path();
        options.journal_id = sample_id();
        return std::move(std::get<std::unique_ptr<ReadModel>>(ReadModel::open(options)));
    };
    EXPECT_EQ(open_model()->entries("ann", {}, {200, {}}).items.size(), 136U) << "newest first";
    EXPECT_DEATH(open_model()->entries("ann", {}, {200, {}, ListOrder::asc}),
                 "lacks a row that an earlier record made; start again");
}

} // namespace
} // namespace hongbao::persistence
