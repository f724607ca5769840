// Role: between commits the writer deletes what was archived: when, how often, and what it says.
#include "tests/actors/engine_rig.hpp"

#include <thread>

namespace hongbao::testing {
namespace {

using namespace std::chrono_literals;

class TrimTest : public ::testing::Test {
  protected:
    TrimTest() {
        writer.set_callbacks({[](const actors::CommitPtr&) {},
                              [](const std::string& sentence) { throw FailStop(sentence); },
                              [this](const std::string& sentence) { told.push_back(sentence); }});
    }
    std::vector<std::string> told;
    FakeJournal journal;
    actors::JournalWriter writer{journal, std::get<persistence::Epoch>(journal.acquire(0)), {}};
};

TEST_F(TrimTest, LooksOncePerSecondWhileThereIsNothingToDelete) {
    const auto began = std::chrono::steady_clock::now();
    const auto next = writer.trim_when_due();
    EXPECT_GE(next, began + 1s);
    EXPECT_LE(next, std::chrono::steady_clock::now() + 1s);
    for (int round = 0; round < 100; ++round) {
        EXPECT_EQ(writer.trim_when_due(), next);
    }
    EXPECT_EQ(journal.trims(), 1U);
}

TEST_F(TrimTest, GoesOnSoonWhileThereIsMore) {
    journal.set_trim({.more = true, .trimmed = true});
    const auto next = writer.trim_when_due();
    EXPECT_LT(next, std::chrono::steady_clock::now() + 500ms);
    std::this_thread::sleep_until(next);
    writer.trim_when_due();
    EXPECT_EQ(journal.trims(), 2U);
}

TEST_F(TrimTest, TellsTheOperatorWhatTheJournalSays) {
    journal.set_trim({.warning = "a segment does not fit"});
    writer.trim_when_due();
    EXPECT_EQ(told, std::vector<std::string>{"a segment does not fit"});
}

TEST_F(TrimTest, AFailedStepEndsTheProcess) {
    journal.set_trim({.broken = "the disk is gone"});
    try {
        writer.trim_when_due();
        FAIL() << "it went on";
    } catch (const FailStop& stop) {
        EXPECT_STREQ(stop.what(), "the journal could not be trimmed: the disk is gone");
    }
}

TEST_F(TrimTest, ThreadTrimsWithoutAnyCommit) {
    journal.set_trim({.more = true, .trimmed = true});
    writer.start();
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (journal.trims() < 10 && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(1ms);
    }
    writer.stop();
    EXPECT_GE(journal.trims(), 10U);
}

} // namespace
} // namespace hongbao::testing
