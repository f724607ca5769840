// Role: the archive and the journal are read as one: from every record on, at every step of
// archiving and trimming, and while both go on.
#include "persistence/journal/chain_hash.hpp"
#include "persistence/journal/lmdb/walk.hpp"
#include "tests/persistence/archives.hpp"
#include "tests/persistence/random_records.hpp"
#include "tests/persistence/same_record.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace hongbao::persistence {
namespace {

namespace fs = std::filesystem;
using namespace hongbao::testing;

/// The story, in commits that end at 4, 5, 10 and 14.
class ArchiveTest : public ::testing::Test {
  protected:
    ArchiveTest() {
        write_story(path);
        end = open_journal(path)->position(0);
    }

    /// However the records are distributed, every way to read gives the whole story.
    void expect_the_story(const fs::path& journal_path) const {
        const auto outcome = verify(journal_path);
        const auto* sound = std::get_if<SoundJournal>(&outcome);
        ASSERT_NE(sound, nullptr) << std::get<DamagedJournal>(outcome).sentence;
        EXPECT_EQ(sound->position.last_sequence, end.last_sequence);
        EXPECT_EQ(sound->position.chain_hash, end.chain_hash);
        const auto journal = open_journal(journal_path);
        EXPECT_EQ(journal->position(0).chain_hash, end.chain_hash);
        for (domain::Sequence from = 0; from <= 15; ++from) {
            auto expected = story();
            expected.erase(expected.begin(), expected.begin() + std::max<long>(0, long(from) - 1));
            EXPECT_TRUE(same_records(read_all(*journal, from), expected)) << "from " << from;
        }
        std::vector<domain::Sequence> asked = {14, 1, 2, 9, 6, 5, 10, 11, 4, 4, 3, 13};
        std::vector<domain::Record> found;
        const auto failure = journal->read_each(0, asked, [&](const domain::Record& record) {
            found.push_back(record);
            return Visit::next;
        });
        EXPECT_EQ(said_by(failure), "");
        ASSERT_EQ(found.size(), asked.size());
        for (std::size_t i = 0; i < asked.size(); ++i) {
            EXPECT_TRUE(same_record(found[i], story()[asked[i] - 1])) << asked[i];
        }
    }

    TemporaryFolder folder;
    const fs::path path = folder.path() / "journal";
    JournalPosition end;
};

TEST_F(ArchiveTest, HoldsWholeCommitsOfWhatIsProjectedAndNotToBeKept) {
    struct Case {
        domain::Sequence projected, keep, last;
    };
    for (const auto& [projected, keep, last] :
         {Case{0, 0, 0}, Case{1, 0, 0}, Case{4, 0, 0}, Case{5, 0, 4}, Case{6, 0, 5}, Case{10, 0, 5},
          Case{11, 0, 10}, Case{14, 0, 10}, Case{all_projected, 0, 14}, Case{14, 4, 10},
          Case{14, 5, 5}, Case{14, 9, 5}, Case{14, 10, 4}, Case{14, 13, 0}, Case{14, 100, 0}}) {
        SCOPED_TRACE("projected " + std::to_string(projected) + ", kept " + std::to_string(keep));
        fs::remove_all(path / "archive");
        const auto written = archive(path, projected, {keep, 64U << 20U});
        EXPECT_EQ(written.first, 1U);
        EXPECT_EQ(written.last, last);
        EXPECT_EQ(written.segments, last == 0 ? 0U : 1U);
        EXPECT_EQ(last == 0 || fs::exists(segment_in(path, 1, last)), true);
    }
}

TEST_F(ArchiveTest, GoesOnWhereItEnded) {
    EXPECT_EQ(archive(path, 6).segments, 2U);
    EXPECT_EQ(archive(path, 6).segments, 0U);
    trim_all(path);
    const auto more = archive(path, 11);
    EXPECT_EQ(more.first, 6U);
    EXPECT_EQ(more.last, 10U);
    EXPECT_EQ(more.segments, 1U);
    trim_all(path);
    expect_the_story(path);
    const auto segments = segments_in(path / "archive");
    EXPECT_EQ(std::get<std::vector<SegmentFile>>(segments).size(), 3U);
}

TEST_F(ArchiveTest, IsOneWithTheJournalAtEveryStepAndAfterAnEndAtEveryStep) {
    archive(path);
    const auto left = path / "archive" / "segment.partial"; // left by a killed process
    fs::copy_file(segment_in(path, 1, 4), left);
    expect_the_story(path); // everything is in both places
    for (int step = 0; step < 4; ++step) {
        SCOPED_TRACE("after step " + std::to_string(step));
        {
            const auto journal = open_to_trim(path);
            ASSERT_TRUE(trim_once(*journal, acquire(*journal)));
            // A reader that had begun: what was deleted meanwhile comes from the archive.
            EXPECT_TRUE(same_records(read_all(*journal), story()));
        }
        expect_the_story(path);
        const fs::path copy = folder.path() / ("copy-" + std::to_string(step));
        fs::copy(path, copy, fs::copy_options::recursive);
        trim_all(copy); // the next start goes on
        expect_the_story(copy);
        EXPECT_EQ(archive(copy).segments, 0U);
        EXPECT_FALSE(fs::exists(copy / "archive" / "segment.partial"));
    }
    const auto journal = open_to_trim(path);
    EXPECT_FALSE(trim_once(*journal, acquire(*journal)));
}

TEST_F(ArchiveTest, KeepsTheEntryThatTheChainGoesOnFromAndSaysSoInMeta) {
    EXPECT_EQ(RawJournal(path).get("meta", key_of("format"))[0], std::byte{1});
    archive(path, 11);
    EXPECT_EQ(RawJournal(path).get("meta", key_of("format"))[0], std::byte{1});
    const auto anchor = RawJournal(path).get("commits", key_of(std::uint64_t{10}));
    trim_all(path);
    RawJournal raw(path);
    EXPECT_EQ(raw.get("meta", key_of("format"))[0], std::byte{2}); // older programs refuse it
    EXPECT_EQ(raw.get("meta", key_of("archived"))[0], std::byte{10});
    EXPECT_EQ(raw.get("commits", key_of(std::uint64_t{10})), anchor);
    const auto records = raw.places("records");
    ASSERT_EQ(records.size(), 4U);
    EXPECT_EQ(records.front().sequence, 11U);
    const auto commits = raw.places("commits");
    ASSERT_EQ(commits.size(), 2U);
}

TEST_F(ArchiveTest, AJournalWhoseRecordsAreAllArchivedGoesOn) {
    archive(path);
    trim_all(path);
    expect_the_story(path);
    {
        const auto journal = open_journal(path);
        const Epoch epoch = acquire(*journal);
        EXPECT_EQ(journal->position(0).last_sequence, 14U);
        const auto more = records_of({domain::Deposited{"ann", 1, ""}}, 15);
        EXPECT_EQ(journal->append(0, epoch, 14, more).outcome, AppendOutcome::ok);
    }
    const auto all = read_all(*open_journal(path));
    ASSERT_EQ(all.size(), 15U);
    EXPECT_TRUE(std::holds_alternative<SoundJournal>(verify(path)));
}

TEST_F(ArchiveTest, OneThatEndedInAnEpochThatIsOverTrimsNothing) {
    archive(path);
    const auto journal = open_to_trim(path);
    const Epoch epoch = acquire(*journal);
    EXPECT_TRUE(journal->trim(0, epoch).more); // it has looked for segments
    acquire(*journal);
    EXPECT_NE(journal->trim(0, epoch).broken.find("is over"), std::string::npos);
    EXPECT_EQ(
        journal->append(0, epoch, 14, records_of({domain::Deposited{"ann", 1, ""}}, 15)).outcome,
        AppendOutcome::unknown);
}

TEST_F(ArchiveTest, ASegmentThatDoesNotFitIsToldOnceAndNothingIsDeletedForIt) {
    const fs::path other = folder.path() / "other";
    auto records = story();
    records[3].event = domain::Deposited{"ann", 6'000, "cash"};
    append_in_commits(*open_journal(other), records, {4, 1, 5}); // the same id: a fork
    archive(other);
    archive(path, 6);
    fs::remove(segment_in(path, 1, 4));
    fs::copy_file(segment_in(other, 1, 4), segment_in(path, 1, 4));
    const auto journal = open_to_trim(path);
    const Epoch epoch = acquire(*journal);
    const auto step = journal->trim(0, epoch);
    EXPECT_NE(step.warning.find("does not hold what the journal has there"), std::string::npos)
        << step.warning;
    EXPECT_NE(step.warning.find(segment_in(path, 1, 4).string()), std::string::npos);
    EXPECT_EQ(journal->trim(0, epoch).warning, "");
    EXPECT_EQ(RawJournal(other).places("records").size(), 14U);
    EXPECT_TRUE(same_records(read_all(*journal), story()));
    EXPECT_TRUE(std::holds_alternative<Failure>(
        write_archive(*open_store(path), all_projected, commit_by_commit)));
}

TEST_F(ArchiveTest, IsWrittenByOneAtATime) {
    fs::create_directories(path / "archive");
    const auto store = open_store(path);
    std::optional<std::string> second;
    const auto outcome = write_archive(*store, all_projected, commit_by_commit, [&](auto, auto) {
        const auto beside = write_archive(*store, all_projected, commit_by_commit);
        if (const auto* failure = std::get_if<Failure>(&beside)) {
            second = failure->sentence;
        }
    });
    EXPECT_TRUE(std::holds_alternative<WrittenArchive>(outcome));
    ASSERT_TRUE(second);
    EXPECT_NE(second->find("is being written by another process"), std::string::npos) << *second;
}

/// Pages of the file, up to the last that is or was in use.
std::size_t pages_of(const fs::path& journal) {
    MDB_envinfo info{};
    mdb_env_info(open_store(journal)->environment.get(), &info);
    return info.me_last_pgno + 1;
}

/// Commits of random sizes, some larger than what a reader takes at a time.
class LargeArchiveTest : public ::testing::Test {
  protected:
    LargeArchiveTest() {
        RandomRecords random(20'261'121);
        for (domain::Sequence sequence = 1; sequence <= 45'000; ++sequence) {
            records.push_back(random.record(static_cast<std::size_t>(sequence % 5), sequence));
        }
        std::vector<std::size_t> sizes;
        for (std::size_t left = records.size(); left > 0;) {
            const std::size_t most = random.random().below(20) == 0 ? 14'000 : 300;
            sizes.push_back(std::min(left, 1 + random.random().below(most)));
            left -= sizes.back();
        }
        auto options = options_for(path);
        options.map_bytes = 256U << 20U;
        append_in_commits(*open_journal(options), records, sizes);
        hash = open_journal(path)->position(0).chain_hash;
    }

    TemporaryFolder folder;
    const fs::path path = folder.path() / "journal";
    std::vector<domain::Record> records;
    ChainHash hash{};
};

TEST_F(LargeArchiveTest, AReaderBesideMeetsEveryRecordOnceWhereverItIsWhenItIsDeleted) {
    constexpr std::uint64_t mib = 1U << 20U;
    archive(path, 44'000, {0, 2 * mib});
    for (const int steps_before : {0, 1, 3}) {
        const fs::path copy = folder.path() / std::to_string(steps_before);
        fs::copy(path, copy, fs::copy_options::recursive);
        const auto store = open_store(copy);
        std::vector<domain::Record> found;
        RecordWalk walk(*store, 1, [&](const WalkedRecord& walked) {
            found.push_back(walked.record);
            return Visit::next;
        });
        for (int step = 0; step < steps_before; ++step) {
            ASSERT_EQ(said_by(walk.step()), "");
        }
        const pid_t child = ::fork(); // a process opens a journal only once
        if (child == 0) {
            trim_all(copy);
            ::_exit(0);
        }
        int status = -1;
        ::waitpid(child, &status, 0);
        ASSERT_EQ(status, 0);
        while (!walk.has_ended()) {
            ASSERT_EQ(said_by(walk.step()), "");
        }
        EXPECT_TRUE(same_records(found, records)) << steps_before;
    }
}

TEST_F(LargeArchiveTest, WhatWasTrimmedIsRoomAndIsUsedAgain) {
    std::uint64_t used_before = 0;
    std::uint64_t left_before = 0;
    {
        const auto journal = open_journal(path);
        used_before = journal->space().used_bytes;
        left_before = journal->space().left_bytes;
    }
    archive(path, all_projected, all_in_one);
    trim_all(path);
    const auto pages = pages_of(path);
    auto journal = open_journal(path);
    const auto space = journal->space();
    EXPECT_LT(space.used_bytes, used_before / 10);
    EXPECT_GT(space.left_bytes, left_before + used_before / 2);
    EXPECT_EQ(space.map_bytes, 256U << 20U);
    // Appending the same number of the same records again does not make the file longer.
    const Epoch epoch = acquire(*journal);
    domain::Sequence last = 45'000;
    for (std::size_t done = 0; done + 500 <= records.size() * 8 / 10; done += 500) {
        std::vector<domain::Record> more(records.begin() + static_cast<long>(done),
                                         records.begin() + static_cast<long>(done) + 500);
        for (domain::Record& record : more) {
            record.sequence = ++last;
        }
        ASSERT_EQ(journal->append(0, epoch, last - 500, more).outcome, AppendOutcome::ok);
    }
    journal.reset();
    EXPECT_LE(pages_of(path), pages + pages / 20);
}

TEST_F(LargeArchiveTest, WhatASingleStepTrimmedIsRoomWithoutAnyAppend) {
    archive(path, all_projected, all_in_one);
    const auto journal = open_to_trim(path, records.size());
    const Epoch epoch = acquire(*journal);
    const auto before = journal->space();
    ASSERT_TRUE(trim_once(*journal, epoch));
    ASSERT_FALSE(trim_once(*journal, epoch));
    const auto after = journal->space();
    EXPECT_LT(after.used_bytes, before.used_bytes / 10);
    EXPECT_GT(after.left_bytes, before.left_bytes + before.used_bytes / 2);
}

TEST(FullArchiveTest, AStepThatLeavesTooLittleForTheNextStillGivesBackWhatItFreed) {
    const TemporaryFolder folder;
    auto options = options_for(folder.path() / "journal");
    options.map_bytes = 4U << 20U;
    options.trim_records_max = 1'000;
    RandomRecords random(20'261'122);
    std::uint64_t used_before = 0;
    {
        const auto journal = open_journal(options);
        const Epoch epoch = acquire(*journal);
        domain::Sequence last = 0;
        constexpr std::uint64_t trim_bytes_min = 1U << 20U; // a step copies more than 8 KiB
        for (; journal->space().left_bytes >= trim_bytes_min + 8'192; ++last) {
            const std::vector one{random.record(static_cast<std::size_t>(last % 5), last + 1)};
            ASSERT_EQ(journal->append(0, epoch, last, one).outcome, AppendOutcome::ok);
        }
        ASSERT_GT(last, 2 * options.trim_records_max);
        used_before = journal->space().used_bytes;
    }
    archive(options.path, all_projected, all_in_one);
    const auto journal = open_journal(options);
    const Epoch epoch = acquire(*journal);
    while (journal->trim(0, epoch).more) {
    }
    EXPECT_LT(journal->space().used_bytes, used_before / 10);
}

TEST_F(LargeArchiveTest, PagesThatAReaderStillSeesAreNoRoom) {
    archive(path, all_projected, all_in_one);
    const auto journal = open_to_trim(path, 4'096);
    const Epoch epoch = acquire(*journal);
    int told[2] = {-1, -1};
    ASSERT_EQ(::pipe(told), 0);
    const pid_t reader = ::fork();
    if (reader == 0) {
        const auto store = open_store(path);
        const LmdbTransaction held(store->environment.get(), MDB_RDONLY);
        const char ready = held.error() == 0 ? 'y' : 'n';
        static_cast<void>(!::write(told[1], &ready, 1));
        ::pause();
        ::_exit(0);
    }
    char ready = 0;
    ASSERT_EQ(::read(told[0], &ready, 1), 1);
    ASSERT_EQ(ready, 'y');
    while (trim_once(*journal, epoch)) {
    }
    const auto pinned = journal->space();
    ::kill(reader, SIGKILL);
    ::waitpid(reader, nullptr, 0);
    acquire(*journal); // notices that the reader has died
    const auto after = journal->space();
    EXPECT_GT(after.left_bytes, pinned.left_bytes + pinned.used_bytes / 2);
}

} // namespace
} // namespace hongbao::persistence
