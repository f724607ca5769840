// Role: where a restore stops: the table of cases, and clocks that were set back.
#include "persistence/journal/lmdb/until.hpp"

#include "tests/persistence/journals.hpp"

#include <gtest/gtest.h>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

/// A journal of deposits at instants after the story's beginning, in commits of three records.
class UntilTest : public ::testing::Test {
  protected:
    void write(const std::vector<domain::InstantMs>& after_ms) {
        std::vector<domain::Event> events(after_ms.size(), domain::Deposited{"ann", 1, ""});
        auto records = records_of(std::move(events));
        for (std::size_t i = 0; i < records.size(); ++i) {
            records[i].at = story_begins + after_ms[i];
        }
        append_in_commits(*open_journal(folder_.path()), records,
                          std::vector<std::size_t>(records.size() / 3, 3));
    }
    /// The last sequence kept, or the words of the refusal.
    std::string cut(const Until& until) {
        LmdbJournalOptions options = options_for(folder_.path());
        options.read_only = true;
        const auto store = LmdbStore::open(options);
        const auto found = find_cut(*std::get<std::unique_ptr<LmdbStore>>(store), until);
        const auto* failure = std::get_if<Failure>(&found);
        return failure != nullptr ? failure->sentence
                                  : std::to_string(std::get<domain::Sequence>(found));
    }
    std::string cut_at(domain::InstantMs after_ms) {
        return cut(UntilInstant{story_begins + after_ms});
    }

    TemporaryFolder folder_;
};

TEST_F(UntilTest, ASequenceIsTheLastRecordKept) {
    write({0, 10, 20, 30});
    EXPECT_EQ(cut(UntilSequence{1}), "1");
    EXPECT_EQ(cut(UntilSequence{4}), "4");
    EXPECT_EQ(cut(UntilSequence{5}),
              "there is no record 5: the last one is 4, of 2026-11-21T05:53:14.153Z");
}

TEST_F(UntilTest, AnInstantKeepsWhatHappenedUpToIt) {
    write({0, 10, 10, 20, 30});
    EXPECT_EQ(cut_at(0), "1");
    EXPECT_EQ(cut_at(9), "1");
    EXPECT_EQ(cut_at(10), "3");
    EXPECT_EQ(cut_at(29), "4");
    EXPECT_EQ(cut_at(30), "5");
    EXPECT_EQ(cut_at(31), "no record is as late as 2026-11-21T05:53:14.154Z: the last one is 5, of "
                          "2026-11-21T05:53:14.153Z");
    EXPECT_EQ(cut_at(-1), "no record is as old as 2026-11-21T05:53:14.122Z: record 1 is of "
                          "2026-11-21T05:53:14.123Z");
}

TEST_F(UntilTest, WhereTheClockWasSetBackTheFirstLaterRecordEndsIt) {
    write({0, 50, 20, 30, 60, 40});
    EXPECT_EQ(cut_at(0), "1");
    EXPECT_EQ(cut_at(30), "1"); // record 2 is later, and what follows rests on it
    EXPECT_EQ(cut_at(55), "4");
    EXPECT_EQ(cut_at(60), "6"); // later than the last record, but not than all
}

TEST_F(UntilTest, TextIsASequenceOrAnInstant) {
    const auto sequence = parse_until("12345");
    ASSERT_TRUE(sequence && std::holds_alternative<UntilSequence>(*sequence));
    EXPECT_EQ(std::get<UntilSequence>(*sequence).last, 12'345U);
    const auto instant = parse_until("2026-11-21T05:53:14.123Z");
    ASSERT_TRUE(instant && std::holds_alternative<UntilInstant>(*instant));
    EXPECT_EQ(std::get<UntilInstant>(*instant).at, story_begins);
    for (const char* text :
         {"", "0", "-1", "+1", " 1", "1 ", "1.0", "0x10", "yesterday", "2026-11-21",
          "2026-11-21T05:53:14", "2026-11-21T05:53:14+01:00", "18446744073709551616"}) {
        EXPECT_FALSE(parse_until(text)) << text;
    }
}

} // namespace
} // namespace hongbao::persistence
