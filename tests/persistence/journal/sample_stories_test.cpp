// Role: journals with campaigns, with sales, with keys of any request, with everything that
// people are shown, with a waiting list that users leave, and with what operators do open for ever.
// Each sample is made as sample_journal_test.cpp says, by this filter: HONGBAO_SAMPLE=<new folder>
// persistence_tests
// --gtest_filter='*SampleStory.*Writes/<name>'
#include "persistence/inspect/verify.hpp"
#include "persistence/journal/chain_hash.hpp"
#include "tests/persistence/administration_story.hpp"
#include "tests/persistence/campaign_story.hpp"
#include "tests/persistence/key_story.hpp"
#include "tests/persistence/left_story.hpp"
#include "tests/persistence/sale_story.hpp"
#include "tests/persistence/same_record.hpp"
#include "tests/persistence/shown_story.hpp"
#include "tests/persistence/webhook_story.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

struct Story {
    const char* name; // of its folder under samples, behind "v1-"
    std::vector<domain::Record> (*records)();
    std::vector<std::size_t> commits; // records in each
    const char* chain_hash;
};

class SampleStory : public ::testing::TestWithParam<Story> {
  protected:
    std::filesystem::path copy_of_sample() const {
        const std::string file = std::string("v1-") + GetParam().name + "/data.mdb";
        std::filesystem::copy_file(std::filesystem::path(HONGBAO_SOURCE_DIR) /
                                       "tests/persistence/samples" / file,
                                   folder_.path() / "data.mdb");
        return folder_.path();
    }

    TemporaryFolder folder_;
};

TEST_P(SampleStory, OpensAndHasTheSameRecords) {
    const auto journal = open_journal(copy_of_sample());
    EXPECT_TRUE(same_records(read_all(*journal), GetParam().records()));
    EXPECT_EQ(to_hex(journal->position(0).chain_hash), GetParam().chain_hash);
}

TEST_P(SampleStory, IsSound) {
    const auto outcome = verify(copy_of_sample());
    const auto* damaged = std::get_if<DamagedJournal>(&outcome);
    EXPECT_EQ(damaged, nullptr) << damaged->sentence;
}

TEST_P(SampleStory, IsStillWhatThisCodeWrites) {
    const char* const kept = std::getenv("HONGBAO_SAMPLE");
    const std::filesystem::path path = kept == nullptr ? folder_.path() : kept;
    append_in_commits(*open_journal(path), GetParam().records(), GetParam().commits);
    EXPECT_EQ(to_hex(open_journal(path)->position(0).chain_hash), GetParam().chain_hash);
}

INSTANTIATE_TEST_SUITE_P(
    Samples, SampleStory,
    ::testing::Values(Story{"campaigns",
                            campaign_story,
                            {4, 5},
                            "71973e6b35ce37128868cb8b75d55127495ece4f5d68a3176dbf50dafc215dc8"},
                      Story{"sales",
                            sale_story,
                            {7, 1, 14, 8},
                            "5175ea34f91651d68a1640e7efa2958ba64080cf22ed809a294320e30f62cb6e"},
                      Story{"keys",
                            key_story,
                            {},
                            "c37d47e38a4a4b30e93858dafe645036fe568242eb4e7dcddbdbbd512aaf03ec"},
                      Story{"shown",
                            shown_story,
                            {6, 5},
                            "15d3deacc1403806d4d30a18942eb19556830f59eda2358f3374a2e201609bac"},
                      Story{"left",
                            left_story,
                            {11, 5},
                            "fab4d3097a7312234a4fbe0313da0549fe400372188cbb3f5e36f13e68f18ed8"},
                      Story{"administration",
                            administration_story,
                            {5, 8},
                            "ec40ea7684cb2f0586bb77a67adb75994302db68d209e7ea25ee269f6ec29fce"},
                      Story{"webhooks",
                            webhook_story,
                            {3, 6},
                            "ac6a13419e2e700289866dfc7d112e9cbf1e53bfbf54dde23af5eaa4035a1686"}),
    [](const auto& story) { return std::string(story.param.name); });

} // namespace
} // namespace hongbao::persistence
