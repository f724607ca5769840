// Role: journals of every format version ever used open for ever. samples/v1 holds the story of
// journals.hpp in commits of 4, 1, 5 and 4 records, written by write_story with sample_id().
// To make the sample of a new version: HONGBAO_SAMPLE=<new folder> persistence_tests
// --gtest_filter='SampleJournal.*', and keep data.mdb of what it leaves there.
#include "persistence/chain_hash.hpp"
#include "persistence/verify.hpp"
#include "tests/persistence/journals.hpp"
#include "tests/persistence/same_record.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

constexpr const char* v1_chain_hash =
    "5b316d576d6d4482bd4d980b4e2671a287d6dfa7fd42231ea9a8b5f9de3dfdf1";

/// A copy, since opening a journal writes its table of readers beside it.
std::filesystem::path copy_of_sample(const char* version, const std::filesystem::path& to) {
    std::filesystem::copy_file(std::filesystem::path(HONGBAO_SOURCE_DIR) /
                                   "tests/persistence/samples" / version / "data.mdb",
                               to / "data.mdb");
    return to;
}

TEST(SampleJournal, OfVersion1OpensAndTellsTheStory) {
    TemporaryFolder folder;
    const auto journal = open_journal(copy_of_sample("v1", folder.path()));
    EXPECT_TRUE(same_records(read_all(*journal), story()));
    EXPECT_EQ(journal->id(), sample_id());
    EXPECT_EQ(to_hex(journal->position(0).chain_hash), v1_chain_hash);
}

TEST(SampleJournal, OfVersion1IsSoundAndCanBeContinued) {
    TemporaryFolder folder;
    const auto path = copy_of_sample("v1", folder.path());
    EXPECT_TRUE(std::holds_alternative<SoundJournal>(verify(path)));
    const auto journal = open_journal(path);
    const auto more = records_of({domain::Deposited{"ann", 1, ""}}, 15);
    EXPECT_EQ(journal->append(0, acquire(*journal), 14, more).outcome, AppendOutcome::ok);
}

TEST(SampleJournal, OfVersion1IsStillWhatThisCodeWrites) {
    TemporaryFolder folder;
    const char* const kept = std::getenv("HONGBAO_SAMPLE");
    const std::filesystem::path path = kept == nullptr ? folder.path() : kept;
    write_story(path);
    EXPECT_EQ(to_hex(open_journal(path)->position(0).chain_hash), v1_chain_hash);
}

} // namespace
} // namespace hongbao::persistence
