// Role: replay folds the records, shows them to observers, and stops at one that does not follow.
#include "persistence/journal/replay.hpp"
#include "persistence/record/sha256.hpp"

#include "persistence/inspect/verify.hpp"
#include "tests/persistence/journals.hpp"
#include "tests/persistence/same_record.hpp"

#include <gtest/gtest.h>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

/// A share of a packet split up front follows from the seed, in verify and replay as in the server.
TEST(Replay, StopsAtAShareThatIsNotTheNextOfItsSeed) {
    using namespace domain;
    PacketSent sent = std::get<PacketSent>(story()[4].event); // 1,000 fen over 3
    sent.seed = Seed{7};
    SeedStream stream(*sent.seed, sha256);
    const auto shares = draw_up_front(sent.split_algorithm, 1'000, 3, 20'000, stream);
    for (const Fen more : {0, 1}) {
        TemporaryFolder folder;
        const auto journal = open_journal(folder.path());
        append_in_commits(*journal, records_of({AccountOpened{"ann", "", "", AccountType::personal},
                                                AccountOpened{"bob", "", "", AccountType::personal},
                                                Deposited{"ann", 5'000, ""}, sent,
                                                ShareOpened{{77}, "bob", shares[0]},
                                                ShareOpened{{77}, "ann", shares[1] + more}}));
        const auto outcome = replay(*journal, {});
        const auto* failure = std::get_if<Failure>(&outcome);
        EXPECT_EQ(failure != nullptr, more != 0);
        if (failure != nullptr) {
            EXPECT_EQ(failure->sentence,
                      "record 6 does not follow from those before it: the share is not the next "
                      "that follows from the packet's seed");
        }
    }
}

TEST(Replay, OfAnEmptyJournalGivesEmptyBooks) {
    TemporaryFolder folder;
    const auto journal = open_journal(folder.path());
    const auto outcome = replay(*journal);
    ASSERT_TRUE(std::holds_alternative<Replayed>(outcome));
    const auto& replayed = std::get<Replayed>(outcome);
    EXPECT_EQ(replayed.position.last_sequence, 0U);
    EXPECT_EQ(replayed.position.chain_hash, journal->position(0).chain_hash);
    EXPECT_TRUE(replayed.books.accounts.empty());
}

TEST(Replay, GivesTheBooksThatTheStoryTells) {
    TemporaryFolder folder;
    write_story(folder.path());
    const auto journal = open_journal(folder.path());
    const auto outcome = replay(*journal);
    ASSERT_TRUE(std::holds_alternative<Replayed>(outcome));
    const auto& [books, position] = std::get<Replayed>(outcome);
    EXPECT_EQ(books.accounts.at("ann").standing.balance_fen, 3'400);
    EXPECT_EQ(books.accounts.at("bob").standing.balance_fen, 70);
    EXPECT_EQ(books.accounts.at("carol").standing.balance_fen, 1'200);
    EXPECT_EQ(books.accounts.at("carol").standing.status, domain::AccountStatus::frozen);
    EXPECT_TRUE(books.packets.at({77}).exhausted());
    EXPECT_EQ(books.packets.at({78}).refund_fen, 200);
    EXPECT_EQ(books.largest_id, 78U);
    EXPECT_EQ(position.last_sequence, 14U);
    EXPECT_EQ(position.chain_hash, journal->position(0).chain_hash);
}

TEST(Replay, ShowsEveryRecordToEveryObserverInOrderAndTellsItsProgress) {
    TemporaryFolder folder;
    write_story(folder.path());
    const auto journal = open_journal(folder.path());
    std::vector<domain::Record> seen;
    domain::Sequence seen_second = 0;
    std::vector<std::pair<domain::Sequence, domain::Sequence>> progress;
    ReplayObservers observers;
    observers.each_record.emplace_back(
        [&](const domain::Record& record) { seen.push_back(record); });
    observers.each_record.emplace_back([&](const domain::Record& record) {
        seen_second = record.sequence;
        EXPECT_EQ(seen.size(), record.sequence) << "the first observer comes first";
    });
    observers.progress = [&](domain::Sequence done, domain::Sequence total) {
        progress.emplace_back(done, total);
    };
    ASSERT_TRUE(std::holds_alternative<Replayed>(replay(*journal, observers)));
    EXPECT_TRUE(same_records(seen, story()));
    EXPECT_EQ(seen_second, 14U);
    ASSERT_EQ(progress.size(), 1U);
    EXPECT_EQ(progress.back(), std::make_pair(domain::Sequence{14}, domain::Sequence{14}));
}

/// Intact records that no lawful server would have written, with the first that does not follow.
struct Unlawful {
    const char* what;
    std::vector<domain::Event> events;
    domain::Sequence first_bad;
    const char* words;
};

std::vector<Unlawful> unlawful_journals() {
    using namespace domain;
    const AccountOpened ann{"ann", "Ann", "", AccountType::personal};
    const AccountOpened bob{"bob", "Bob", "", AccountType::personal};
    const Deposited funded{"ann", 100, ""};
    const PacketSent sent{{5},   "ann",  PacketKind::equal, 100, 2, "", {}, {},
                          false, 20'000, story_begins};
    return {
        {"money for nobody", {Deposited{"ann", 1, ""}}, 1, "account ann was never opened"},
        {"opened twice", {ann, ann}, 2, "account ann is open already"},
        {"overdrawn", {ann, funded, Withdrawn{"ann", 101, ""}}, 3, "does not hold 101 fen"},
        {"overdrawn by sending", {ann, sent}, 2, "does not hold 100 fen"},
        {"one share twice",
         {ann, bob, funded, sent, ShareOpened{{5}, "bob", 50}, ShareOpened{{5}, "bob", 50}},
         6,
         "has a share of this packet already"},
        {"a share too large",
         {ann, bob, funded, sent, ShareOpened{{5}, "bob", 100}},
         5,
         "does not fit what is left"},
        {"a refund too large",
         {ann, funded, sent, PacketClosed{{5}, "ann", 101, 3}},
         4,
         "the refund is not what is left"},
        {"a refund to a stranger",
         {ann, bob, funded, sent, PacketClosed{{5}, "bob", 100, 4}},
         5,
         "the refund is not what is left"},
        {"closed twice",
         {ann, funded, sent, PacketClosed{{5}, "ann", 100, 3}, PacketClosed{{5}, "ann", 100, 3}},
         5,
         "the packet is over already"},
    };
}

TEST(Replay, StopsAtTheFirstRecordThatDoesNotFollowAndSoDoesVerify) {
    for (const Unlawful& unlawful : unlawful_journals()) {
        SCOPED_TRACE(unlawful.what);
        TemporaryFolder folder;
        {
            const auto journal = open_journal(folder.path());
            append_in_commits(*journal, records_of(unlawful.events));
            const auto outcome = replay(*journal);
            ASSERT_TRUE(std::holds_alternative<Failure>(outcome));
            const auto& failure = std::get<Failure>(outcome);
            EXPECT_EQ(failure.first_bad_sequence, unlawful.first_bad);
            EXPECT_NE(failure.sentence.find(unlawful.words), std::string::npos) << failure.sentence;
        }
        const auto outcome = verify(folder.path());
        ASSERT_TRUE(std::holds_alternative<DamagedJournal>(outcome));
        EXPECT_EQ(std::get<DamagedJournal>(outcome).first_bad_sequence, unlawful.first_bad);
    }
}

TEST(Verify, SaysWhatASoundJournalHolds) {
    TemporaryFolder folder;
    write_story(folder.path());
    const ChainHash hash = open_journal(folder.path())->position(0).chain_hash;
    int progress = 0;
    const auto outcome =
        verify(folder.path(), [&](domain::Sequence, domain::Sequence) { ++progress; });
    ASSERT_TRUE(std::holds_alternative<SoundJournal>(outcome));
    const auto& sound = std::get<SoundJournal>(outcome);
    EXPECT_EQ(sound.records, 14U);
    EXPECT_EQ(sound.position.last_sequence, 14U);
    EXPECT_EQ(sound.position.chain_hash, hash);
    EXPECT_EQ(sound.hash_hex.size(), 64U);
    EXPECT_EQ(sound.largest_id, 78U);
    EXPECT_EQ(progress, 1);
}

TEST(Verify, SaysThatThereIsNoJournal) {
    TemporaryFolder folder;
    const auto outcome = verify(folder.path() / "nothing");
    ASSERT_TRUE(std::holds_alternative<DamagedJournal>(outcome));
    EXPECT_EQ(std::get<DamagedJournal>(outcome).first_bad_sequence, 0U);
    EXPECT_NE(std::get<DamagedJournal>(outcome).sentence.find("No such file"), std::string::npos);
}

} // namespace
} // namespace hongbao::persistence
