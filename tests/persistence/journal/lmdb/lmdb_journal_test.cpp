// Role: what the journal promises its writer and its readers.
#include "persistence/journal/chain_hash.hpp"
#include "tests/persistence/journals.hpp"
#include "tests/persistence/same_record.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

std::vector<domain::Record> deposits(std::size_t count, domain::Sequence first = 1) {
    std::vector<domain::Event> events(
        count, domain::Deposited{"ann", 1, "a reference that takes some room in the file"});
    return records_of(std::move(events), first);
}

TEST(Journal, AnEmptyOneEndsAtZeroAndHasNothingToRead) {
    TemporaryFolder folder;
    const auto journal = open_journal(folder.path() / "made" / "on" / "the" / "way");
    EXPECT_EQ(journal->position(0).last_sequence, 0U);
    EXPECT_EQ(journal->position(0).chain_hash, first_chain_hash(sample_id()));
    EXPECT_TRUE(read_all(*journal).empty());
    EXPECT_TRUE(read_all(*journal, 5).empty());
}

TEST(Journal, TwoNewJournalsHaveDifferentIdsAndChains) {
    TemporaryFolder folder;
    auto options = options_for(folder.path() / "a");
    options.new_id.reset();
    const auto a = open_journal(options);
    options.path = folder.path() / "b";
    const auto b = open_journal(options);
    EXPECT_NE(a->id(), b->id());
    EXPECT_NE(a->position(0).chain_hash, b->position(0).chain_hash);
}

TEST(Journal, EverythingIsThereAfterItWasClosed) {
    TemporaryFolder folder;
    write_story(folder.path());
    const auto journal = open_journal(folder.path());
    EXPECT_TRUE(same_records(read_all(*journal), story()));
    EXPECT_EQ(journal->position(0).last_sequence, 14U);
    EXPECT_EQ(journal->id(), sample_id());
}

TEST(Journal, TheAnswerToAnAppendIsWhereTheJournalThenEnds) {
    TemporaryFolder folder;
    const auto journal = open_journal(folder.path());
    const Epoch epoch = acquire(*journal);
    const ChainHash before = journal->position(0).chain_hash;
    const auto result = journal->append(0, epoch, 0, story());
    ASSERT_EQ(result.outcome, AppendOutcome::ok);
    EXPECT_EQ(result.chain_hash, journal->position(0).chain_hash);
    EXPECT_NE(result.chain_hash, before);
}

TEST(Journal, TheChainDependsOnWhereCommitsEnd) {
    TemporaryFolder folder;
    const auto one = open_journal(folder.path() / "one");
    append_in_commits(*one, story());
    const auto two = open_journal(folder.path() / "two");
    append_in_commits(*two, story(), {7});
    EXPECT_NE(one->position(0).chain_hash, two->position(0).chain_hash);
}

TEST(Journal, ReadingStartsAnywhereAlsoInsideACommitAndStopsWhenAsked) {
    TemporaryFolder folder;
    write_story(folder.path());
    const auto journal = open_journal(folder.path());
    for (domain::Sequence from = 0; from <= 16; ++from) {
        const auto records = read_all(*journal, from);
        const domain::Sequence first = std::max<domain::Sequence>(from, 1);
        ASSERT_EQ(records.size(), first > 14 ? 0 : 15 - first);
        ASSERT_TRUE(records.empty() || records.front().sequence == first);
    }
    int seen = 0;
    EXPECT_FALSE(journal->read(
        0, 3, [&](const domain::Record&) { return ++seen == 4 ? Visit::stop : Visit::next; }));
    EXPECT_EQ(seen, 4);
}

TEST(Journal, SingleRecordsAreReadInTheOrderAsked) {
    TemporaryFolder folder;
    write_story(folder.path());
    const auto journal = open_journal(folder.path());
    const std::vector<domain::Sequence> asked = {14, 1, 9, 9, 2};
    for (const bool by_default : {false, true}) {
        std::vector<domain::Sequence> seen;
        const auto visit = [&](const domain::Record& record) {
            seen.push_back(record.sequence);
            return record.sequence == 2 ? Visit::stop : Visit::next;
        };
        const auto failure = by_default ? journal->Journal::read_each(0, asked, visit)
                                        : journal->read_each(0, asked, visit);
        EXPECT_FALSE(failure) << failure->sentence;
        EXPECT_EQ(seen, asked);
    }
}

TEST(Journal, AskingForARecordThatIsNotThereIsAFailureThatNamesIt) {
    TemporaryFolder folder;
    write_story(folder.path());
    const auto journal = open_journal(folder.path());
    for (const domain::Sequence sequence : {domain::Sequence{0}, domain::Sequence{15}}) {
        const auto visit = [](const domain::Record&) { return Visit::next; };
        const auto failure = journal->read_each(0, std::span(&sequence, 1), visit);
        ASSERT_TRUE(failure);
        EXPECT_EQ(failure->first_bad_sequence, sequence);
        EXPECT_TRUE(journal->Journal::read_each(0, std::span(&sequence, 1), visit));
    }
}

TEST(Journal, MoreRecordsThanOneReadTransactionSeesAreReadInOrder) {
    TemporaryFolder folder;
    const auto journal = open_journal(folder.path());
    append_in_commits(*journal, deposits(25'000), {9'999, 1, 5'000, 9'000});
    EXPECT_TRUE(same_records(read_all(*journal), deposits(25'000)));
}

TEST(Journal, AnAppendWithAnOlderEpochIsFencedAndWritesNothing) {
    TemporaryFolder folder;
    const auto journal = open_journal(folder.path());
    const Epoch stale = acquire(*journal);
    const Epoch fresh = acquire(*journal);
    EXPECT_GT(fresh, stale);
    const auto fenced = journal->append(0, stale, 0, story());
    EXPECT_EQ(fenced.outcome, AppendOutcome::fenced);
    EXPECT_NE(fenced.description.find("epoch 1 is over"), std::string::npos);
    EXPECT_EQ(journal->position(0).last_sequence, 0U);
    EXPECT_EQ(journal->append(0, fresh, 0, story()).outcome, AppendOutcome::ok);
}

TEST(Journal, AnEpochOutlivesTheProcess) {
    TemporaryFolder folder;
    const Epoch stale = acquire(*open_journal(folder.path()));
    const auto journal = open_journal(folder.path());
    EXPECT_GT(acquire(*journal), stale);
    EXPECT_EQ(journal->append(0, stale, 0, story()).outcome, AppendOutcome::fenced);
}

TEST(Journal, AnAppendThatExpectsAnotherEndIsRefusedAndWritesNothing) {
    TemporaryFolder folder;
    const auto journal = open_journal(folder.path());
    append_in_commits(*journal, story());
    const Epoch epoch = acquire(*journal);
    EXPECT_EQ(journal->append(0, epoch, 13, deposits(1, 14)).outcome,
              AppendOutcome::wrong_sequence);
    EXPECT_EQ(journal->append(0, epoch, 15, deposits(1, 16)).outcome,
              AppendOutcome::wrong_sequence);
    EXPECT_EQ(journal->position(0).last_sequence, 14U);
    EXPECT_EQ(journal->append(0, epoch, 14, deposits(1, 15)).outcome, AppendOutcome::ok);
}

TEST(Journal, AFullMapIsUnknownForEverAndTheLastGoodStateIsThereAfterwards) {
    TemporaryFolder folder;
    auto options = options_for(folder.path());
    options.map_bytes = 1U << 20U; // LMDB's own minimum
    domain::Sequence last = 0;
    ChainHash hash{};
    {
        const auto journal = open_journal(options);
        const Epoch epoch = acquire(*journal);
        AppendResult result;
        do {
            result = journal->append(0, epoch, last, deposits(100, last + 1));
            last += result.outcome == AppendOutcome::ok ? 100 : 0;
            hash = result.outcome == AppendOutcome::ok ? result.chain_hash : hash;
        } while (result.outcome == AppendOutcome::ok && last < 1'000'000);
        EXPECT_EQ(result.outcome, AppendOutcome::unknown);
        EXPECT_NE(result.description.find("MDB_MAP_FULL"), std::string::npos) << result.description;
        const auto again = journal->append(0, epoch, last, deposits(1, last + 1));
        EXPECT_EQ(again.outcome, AppendOutcome::unknown) << "a smaller one would fit";
        EXPECT_EQ(again.description, result.description);
    }
    ASSERT_GT(last, 100U);
    options.map_bytes = 4U << 20U;
    const auto journal = open_journal(options);
    EXPECT_EQ(journal->position(0).last_sequence, last);
    EXPECT_EQ(journal->position(0).chain_hash, hash);
    EXPECT_TRUE(same_records(read_all(*journal), deposits(last)));
    EXPECT_EQ(journal->append(0, acquire(*journal), last, deposits(100, last + 1)).outcome,
              AppendOutcome::ok)
        << "a larger setting makes room";
}

TEST(Journal, TheSpaceShrinksWithWhatIsWrittenAndGrowsWithTheSetting) {
    TemporaryFolder folder;
    auto options = options_for(folder.path());
    options.map_bytes = 8U << 20U;
    JournalSpace later;
    {
        const auto journal = open_journal(options);
        const JournalSpace before = journal->space();
        append_in_commits(*journal, deposits(10'000));
        later = journal->space();
        EXPECT_GT(later.used_bytes, before.used_bytes + 1'000'000);
        EXPECT_LT(later.left_bytes, before.left_bytes - 1'000'000);
        EXPECT_LE(before.left_bytes, options.map_bytes);
    }
    options.map_bytes = 1U << 20U; // less than the file was made for: ignored
    EXPECT_EQ(open_journal(options)->space().left_bytes, later.left_bytes);
    options.map_bytes = 0;
    EXPECT_EQ(open_journal(options)->space().left_bytes, later.left_bytes);
    options.map_bytes = 16U << 20U;
    EXPECT_EQ(open_journal(options)->space().left_bytes, later.left_bytes + (8U << 20U));
}

TEST(Journal, ReadersSeeOnlyWholeCommitsWhileAnotherThreadAppends) {
    TemporaryFolder folder;
    const auto journal = open_journal(folder.path());
    constexpr domain::Sequence commit_size = 50;
    constexpr domain::Sequence total = 60 * commit_size;
    const Epoch epoch = acquire(*journal);
    std::thread writer([&] {
        for (domain::Sequence last = 0; last < total; last += commit_size) {
            const auto result = journal->append(0, epoch, last, deposits(commit_size, last + 1));
            ASSERT_EQ(result.outcome, AppendOutcome::ok) << result.description;
        }
    });
    domain::Sequence seen = 0;
    while (seen < total) {
        const domain::Sequence promised = journal->position(0).last_sequence;
        seen = read_all(*journal).size();
        EXPECT_EQ(seen % commit_size, 0U);
        EXPECT_GE(seen, promised);
    }
    writer.join();
}

TEST(Journal, AReaderOfAnotherProcessNeedsNoLockAndChangesNothing) {
    TemporaryFolder folder;
    write_story(folder.path());
    auto options = options_for(folder.path());
    options.read_only = true;
    EXPECT_TRUE(same_records(read_all(*open_journal(options)), story()));
    options.path = folder.path() / "missing";
    const auto opened = LmdbJournal::open(options);
    ASSERT_TRUE(std::holds_alternative<Failure>(opened));
    EXPECT_NE(std::get<Failure>(opened).sentence.find("missing"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(options.path));
}

TEST(JournalDeathTest, SequencesWithAGapAreNeverWritten) {
    TemporaryFolder folder;
    const auto journal = open_journal(folder.path());
    const Epoch epoch = acquire(*journal);
    auto records = story();
    records[5].sequence = 7;
    EXPECT_DEATH(journal->append(0, epoch, 0, records), "without a gap");
}

} // namespace
} // namespace hongbao::persistence
