// Role: what the read model knows of keys and references, wherever its rows are.
#include "persistence/inspect/verify.hpp"
#include "persistence/record/digests.hpp"
#include "tests/persistence/followed.hpp"
#include "tests/persistence/key_story.hpp"
#include "tests/persistence/same_record.hpp"

#include <gtest/gtest.h>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

class KeysInTheReadModel : public ::testing::TestWithParam<Rows> {};
INSTANTIATE_TEST_SUITE_P(Everywhere, KeysInTheReadModel, ::testing::ValuesIn(everywhere));

TEST_P(KeysInTheReadModel, AreOfAnyKindOfRecordAndFoundByTheirDigests) {
    Followed followed(GetParam());
    const auto records = key_story();
    followed.add(records);
    std::vector<KeyRow> found;
    EXPECT_FALSE(followed.model->each_kept_key(
        [&](const KeyRow& row, std::int64_t) { found.push_back(row); }));
    auto row = found.begin();
    for (const domain::Record& record : records) {
        if (!record.idempotency) {
            continue;
        }
        ASSERT_NE(row, found.end());
        EXPECT_EQ(row->sequence, record.sequence);
        EXPECT_EQ(row->digest, digest_of_key(record.idempotency->key));
        EXPECT_EQ(row->fingerprint, record.idempotency->fingerprint);
        EXPECT_TRUE(same_record(followed.model->settled_record(record.sequence)->record, record));
        ++row;
    }
    EXPECT_EQ(row, found.end());
}

TEST_P(KeysInTheReadModel, AReferenceStandsForTheFirstDepositOfItsAccount) {
    Followed followed(GetParam());
    followed.add(key_story());
    const auto found = followed.model->deposit_of_reference("ann", "bank 7");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->sequence, 4U);
    EXPECT_EQ(found->amount_fen, 5'000);
    EXPECT_FALSE(followed.model->deposit_of_reference("bob", "bank 7"));
    EXPECT_FALSE(followed.model->deposit_of_reference("ann", "bank"));
    EXPECT_FALSE(followed.model->deposit_of_reference("", "annbank 7"));
    EXPECT_FALSE(followed.model->deposit_of_reference("nobody", "bank 7"));
}

TEST_P(KeysInTheReadModel, AnAnswerOfMegabytesComesBackAsItWas) {
    Followed followed(GetParam());
    auto records = key_story();
    std::get<domain::AnswerKept>(records[10].event).body =
        std::string(3'000'000, 'x') + "the end of it";
    followed.add(records);
    EXPECT_TRUE(same_record(followed.model->settled_record(11)->record, records[10]));
    followed.model.reset();
    followed.journal.reset();
    const auto outcome = verify(followed.folder.path() / "journal");
    EXPECT_TRUE(std::holds_alternative<SoundJournal>(outcome));
}

} // namespace
} // namespace hongbao::persistence
