// Role: the audit: the kept sums are those of the rows, the audit reads none of the rows, and
// whatever adds the rows up notices a difference.
#include "tests/persistence/campaign_story.hpp"
#include "tests/persistence/sale_story.hpp"
#include "tests/persistence/verified_model.hpp"
#include "tests/rig/plain_ledger.hpp"

#include <gtest/gtest.h>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

class AuditTest : public ::testing::TestWithParam<Rows> {};
INSTANTIATE_TEST_SUITE_P(Everywhere, AuditTest, ::testing::ValuesIn(everywhere));

TEST_P(AuditTest, TellsWhatTheAuditorMakesOfEachRecord) {
    for (const auto& records : {story(), campaign_story(), sale_story()}) {
        Followed followed(GetParam());
        PlainLedger ledger;
        for (const domain::Record& record : records) {
            followed.add({record});
            ledger.note(record.event);
            const Audit audit = followed.model->audit();
            EXPECT_TRUE(audit.deposited_fen == ledger.deposited_fen);
            EXPECT_TRUE(audit.withdrawn_fen == ledger.withdrawn_fen);
            EXPECT_TRUE(audit.accounts_fen == PlainLedger::sum(ledger.users)) << record.sequence;
            EXPECT_TRUE(audit.escrow_fen == PlainLedger::sum(ledger.escrow)) << record.sequence;
            EXPECT_TRUE(audit.difference_fen() == 0) << record.sequence;
            EXPECT_EQ(audit.position.last_sequence, record.sequence);
        }
    }
}

class KeptSums : public VerifyModelTest {
  protected:
    std::unique_ptr<ReadModel> open_model() const {
        ReadModelOptions options;
        options.path = model_path();
        options.journal_id = sample_id();
        auto opened = ReadModel::open(options);
        return std::move(std::get<std::unique_ptr<ReadModel>>(opened));
    }
};

TEST_F(KeptSums, AreToldWithoutReadingARow) {
    const Audit before = open_model()->audit();
    {
        RawJournal rows(model_path());
        for (std::uint64_t number = 1; number <= 3; ++number) {
            rows.remove("accounts", key_of(number));
        }
    }
    const auto model = open_model();
    EXPECT_TRUE(model->audit().accounts_fen == before.accounts_fen);
    EXPECT_TRUE(model->audit().difference_fen() == 0);
    EXPECT_TRUE(model->check_now()) << "which notices";
}

TEST_F(KeptSums, AreNoticedWhenTheyAreNotWhatTheRowsHold) {
    const std::string key = "totals";
    const RowBytes good = get("totals", key_of(key));
    EXPECT_FALSE(open_model()->check_now());
    for (const auto member :
         {&HeldSums::accounts_fen, &HeldSums::packets_fen, &HeldSums::campaigns_fen,
          &HeldSums::sales_fen, &HeldSums::suspended_fen}) {
        ModelTotals totals = *decode_totals(good, sample_id());
        totals.held.*member += 1;
        RowBytes bytes;
        encode(totals, sample_id(), bytes);
        put("totals", key_of(key), bytes);
        expect_differs("is not what their rows add up to");
        const auto wrong = open_model()->check_now();
        ASSERT_TRUE(wrong);
        EXPECT_NE(wrong->sentence.find("is not what its totals say"), std::string::npos)
            << wrong->sentence;
        put("totals", key_of(key), good);
    }
    EXPECT_EQ(verdict().state, ModelState::agrees);
}

} // namespace
} // namespace hongbao::persistence
