// Role: the operator hears about the journal's room: each change once, in helpful words.
#include "actors/journal/space_watch.hpp"

#include "actors/journal/journal_writer.hpp"
#include "tests/rig/fake_journal.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hongbao::testing {
namespace {

using actors::SpaceWatch;

constexpr std::uint64_t mib = 1U << 20U;

persistence::JournalSpace percent_of_map(std::uint64_t percent) {
    return {
        .used_bytes = percent * mib, .left_bytes = (100 - percent) * mib, .map_bytes = 100 * mib};
}

/// The watch's sentences for each fill in turn; "" for none.
std::vector<std::string> said_of(const std::vector<std::uint64_t>& percents) {
    SpaceWatch watch;
    std::vector<std::string> sentences;
    for (const std::uint64_t percent : percents) {
        sentences.push_back(watch.look(percent_of_map(percent)).value_or(""));
    }
    return sentences;
}

/// The first words only: "80", "95", "room", or "".
std::vector<std::string> kinds_of(const std::vector<std::uint64_t>& percents) {
    std::vector<std::string> kinds;
    for (const std::string& sentence : said_of(percents)) {
        const bool room = sentence.find("has room again") != std::string::npos;
        const auto at = sentence.find(" % full: ");
        kinds.push_back(room                      ? "room"
                        : at != std::string::npos ? sentence.substr(at - 2, 2)
                                                  : sentence);
    }
    return kinds;
}

using Kinds = std::vector<std::string>;

TEST(SpaceWatch, WarnsOnceAt80AndOnceAt95Percent) {
    EXPECT_EQ(kinds_of({0, 50, 79, 80, 81, 94, 95, 96, 99, 99}),
              (Kinds{"", "", "", "80", "", "", "95", "", "", ""}));
}

TEST(SpaceWatch, WarnsOnceOfAJournalThatIsNearlyFullWhenFirstSeen) {
    EXPECT_EQ(kinds_of({97, 97, 85, 97}), (Kinds{"97", "", "", ""}));
    EXPECT_EQ(kinds_of({100}), (Kinds{"00"}));
}

TEST(SpaceWatch, TellsOfRoomAgainOnceAndThenWarnsAnew) {
    EXPECT_EQ(kinds_of({81, 50, 50, 82, 95, 10, 96}),
              (Kinds{"81", "room", "", "82", "95", "room", "96"}));
}

TEST(SpaceWatch, IsNotCarriedAwayByAFillThatWavers) {
    std::vector<std::uint64_t> wavering;
    for (int round = 0; round < 1'000; ++round) {
        wavering.insert(wavering.end(), {79, 80, 94, 95});
    }
    std::size_t sentences = 0;
    for (const std::string& sentence : said_of(wavering)) {
        sentences += sentence.empty() ? 0 : 1;
    }
    EXPECT_EQ(sentences, 2U);
}

TEST(SpaceWatch, NamesTheSettingWhereTheMapEndsAndTheDiskWhereThatDoes) {
    EXPECT_EQ(said_of({80})[0],
              "the journal is 80 % full: 80 MiB used, 20 MiB left. When it is full, writes are "
              "refused with 507; before that, stop it and start it again with a larger "
              "journal_map_bytes (it is 100 MiB)");
    const auto disk = SpaceWatch().look(
        {.used_bytes = 90 * mib, .left_bytes = 10 * mib, .map_bytes = 1'000 * mib});
    ASSERT_TRUE(disk);
    EXPECT_NE(disk->find("make room on its disk"), std::string::npos) << *disk;
}

TEST(SpaceWatch, IsAskedByTheWriterAfterEachCommit) {
    FakeJournal journal;
    actors::JournalWriter writer(journal, std::get<persistence::Epoch>(journal.acquire(0)), {});
    std::vector<std::string> warnings;
    writer.set_callbacks({[](const auto&) {}, [](const auto& why) { FAIL() << why; },
                          [&](const std::string& sentence) { warnings.push_back(sentence); }});
    const auto commit = [&] {
        std::vector<actors::JournalItem> items(1);
        items[0].draft = actors::RecordDraft{1, domain::Deposited{"ann", 1, ""}, {}};
        writer.append(std::move(items));
        EXPECT_TRUE(writer.commit_once());
    };
    commit();
    EXPECT_TRUE(warnings.empty());
    journal.set_space(percent_of_map(85));
    commit();
    commit();
    EXPECT_EQ(warnings.size(), 1U);
    journal.set_space(percent_of_map(20));
    commit();
    EXPECT_EQ(warnings.size(), 2U);
    writer.stop();
}

TEST(SpaceWatch, WriterLooksAfterReadersBeforeItRefusesWrites) {
    FakeJournal journal;
    actors::JournalWriter writer(journal, std::get<persistence::Epoch>(journal.acquire(0)), {});
    std::vector<std::string> warnings;
    writer.set_callbacks({[](const auto&) {}, [](const auto& why) { FAIL() << why; },
                          [&](const std::string& sentence) { warnings.push_back(sentence); }});
    journal.set_space(percent_of_map(99));
    journal.set_readers(percent_of_map(20), "process 7 reads and reads");
    std::vector<actors::JournalItem> items(1);
    items[0].draft = actors::RecordDraft{1, domain::Deposited{"ann", 1, ""}, {}};
    writer.append(std::move(items));
    EXPECT_TRUE(writer.commit_once());
    EXPECT_TRUE(writer.has_room());
    EXPECT_EQ(warnings, std::vector<std::string>{"process 7 reads and reads"});
    writer.stop();
}

} // namespace
} // namespace hongbao::testing
