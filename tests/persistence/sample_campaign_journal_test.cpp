// Role: a journal with campaigns opens for ever. samples/v1-campaigns is made as
// sample_journal_test.cpp says, by this filter:
// HONGBAO_SAMPLE=<new folder> persistence_tests --gtest_filter='SampleCampaignJournal.*Writes'
#include "persistence/chain_hash.hpp"
#include "persistence/verify.hpp"
#include "tests/persistence/campaign_story.hpp"
#include "tests/persistence/same_record.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

constexpr const char* chain_hash =
    "71973e6b35ce37128868cb8b75d55127495ece4f5d68a3176dbf50dafc215dc8";

std::filesystem::path copy_of_sample(const std::filesystem::path& to) {
    std::filesystem::copy_file(std::filesystem::path(HONGBAO_SOURCE_DIR) /
                                   "tests/persistence/samples/v1-campaigns/data.mdb",
                               to / "data.mdb");
    return to;
}

TEST(SampleCampaignJournal, OpensAndHasTheSameRecords) {
    TemporaryFolder folder;
    const auto journal = open_journal(copy_of_sample(folder.path()));
    EXPECT_TRUE(same_records(read_all(*journal), campaign_story()));
    EXPECT_EQ(to_hex(journal->position(0).chain_hash), chain_hash);
}

TEST(SampleCampaignJournal, IsSound) {
    TemporaryFolder folder;
    const auto outcome = verify(copy_of_sample(folder.path()));
    const auto* damaged = std::get_if<DamagedJournal>(&outcome);
    EXPECT_EQ(damaged, nullptr) << damaged->sentence;
}

TEST(SampleCampaignJournal, IsStillWhatThisCodeWrites) {
    TemporaryFolder folder;
    const char* const kept = std::getenv("HONGBAO_SAMPLE");
    const std::filesystem::path path = kept == nullptr ? folder.path() : kept;
    append_in_commits(*open_journal(path), campaign_story(), {4, 5});
    EXPECT_EQ(to_hex(open_journal(path)->position(0).chain_hash), chain_hash);
}

} // namespace
} // namespace hongbao::persistence
