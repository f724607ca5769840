// Role: backup and restore of a journal with an archive: segments are copied as files, and however
// the records are distributed, the copy is the same journal.
#include "persistence/journal/chain_hash.hpp"
#include "persistence/upkeep/backup.hpp"
#include "tests/persistence/archives.hpp"
#include "tests/persistence/same_record.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

namespace hongbao::persistence {
namespace {

namespace fs = std::filesystem;
using namespace hongbao::testing;

std::vector<std::string> names_in(const fs::path& path) {
    std::vector<std::string> names;
    if (fs::exists(path)) {
        for (const auto& entry : fs::directory_iterator(path)) {
            names.push_back(entry.path().filename());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::string bytes_of(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// The story in `data`, its commits 1–4, 5 and 6–10 in segments, 11–14 in the journal.
class ArchiveBackupTest : public ::testing::Test {
  protected:
    ArchiveBackupTest() {
        write_story(data / "journal");
        archive(data / "journal", 11);
    }

    JournalPosition done(const std::variant<JournalPosition, Failure>& outcome) {
        const auto* failure = std::get_if<Failure>(&outcome);
        EXPECT_EQ(failure, nullptr) << failure->sentence;
        return failure != nullptr ? JournalPosition{} : std::get<JournalPosition>(outcome);
    }

    /// The folder holds the story up to a record, is sound and can be continued.
    void expect_the_story_in(const fs::path& data_dir, const JournalPosition& end) {
        const auto outcome = verify(data_dir / "journal");
        const auto* sound = std::get_if<SoundJournal>(&outcome);
        ASSERT_NE(sound, nullptr) << std::get<DamagedJournal>(outcome).sentence;
        EXPECT_EQ(sound->position.last_sequence, end.last_sequence);
        EXPECT_EQ(sound->position.chain_hash, end.chain_hash);
        const auto journal = open_journal(data_dir / "journal");
        auto expected = story();
        expected.resize(end.last_sequence);
        EXPECT_TRUE(same_records(read_all(*journal), expected));
        const auto more = records_of({domain::Deposited{"ann", 1, ""}}, end.last_sequence + 1);
        EXPECT_EQ(journal->append(0, acquire(*journal), end.last_sequence, more).outcome,
                  AppendOutcome::ok);
    }

    TemporaryFolder folder;
    const fs::path data = folder.path() / "data";
    const fs::path copy = folder.path() / "copy";
    const fs::path made = folder.path() / "made";
};

TEST_F(ArchiveBackupTest, CopiesTheSegmentsThatAreNeededAtEveryStepOfTrimming) {
    const std::vector<std::size_t> segments_copied = {0, 1, 2, 3};
    for (std::size_t step = 0; step < segments_copied.size(); ++step) {
        SCOPED_TRACE("after step " + std::to_string(step));
        const fs::path to = folder.path() / ("copy-" + std::to_string(step));
        const auto end = done(back_up(data, to));
        EXPECT_EQ(end.last_sequence, 14U);
        const auto names = names_in(to / "journal" / "archive");
        EXPECT_EQ(names.size(), segments_copied[step]);
        for (const std::string& name : names) {
            EXPECT_EQ(bytes_of(to / "journal" / "archive" / name),
                      bytes_of(data / "journal" / "archive" / name));
        }
        EXPECT_EQ(open_store(to / "journal")->archive_path().parent_path(), to / "journal");
        expect_the_story_in(to, end);
        const auto journal = open_to_trim(data / "journal");
        trim_once(*journal, acquire(*journal));
    }
}

TEST_F(ArchiveBackupTest, OfASegmentThatIsDeletedOnlyInPartHasAllOfIt) {
    const fs::path path = data / "journal";
    fs::remove_all(path / "archive");
    archive(path, 11, all_in_one);
    {
        const auto journal = open_to_trim(path);
        trim_once(*journal, acquire(*journal)); // 1 to 4 of 1 to 10
    }
    const auto end = done(back_up(data, copy));
    EXPECT_EQ(names_in(copy / "journal" / "archive").size(), 1U);
    EXPECT_EQ(RawJournal(copy / "journal").get("meta", key_of("archived"))[0], std::byte{10});
    expect_the_story_in(copy, end);
    // A cut inside it: from its first record on, the records go into the journal.
    const auto cut = done(restore(data, made, UntilSequence{7}));
    EXPECT_EQ(names_in(made / "journal").size(), 1U) << "an archive was made for nothing";
    expect_the_story_in(made, cut);
}

TEST_F(ArchiveBackupTest, CanBeRestoredUntilEverySequence) {
    trim_all(data / "journal");
    const auto end = done(back_up(data, copy));
    expect_the_story_in(copy, end);
    fs::remove_all(copy);
    done(back_up(data, copy));
    for (domain::Sequence last = 1; last <= 14; ++last) {
        SCOPED_TRACE("until " + std::to_string(last));
        fs::remove_all(made);
        const auto restored = done(restore(copy, made, UntilSequence{last}));
        EXPECT_EQ(restored.last_sequence, last);
        EXPECT_EQ(names_in(made / "journal" / "archive").size(), last < 4    ? 0U
                                                                 : last < 5  ? 1U
                                                                 : last < 10 ? 2U
                                                                             : 3U);
        EXPECT_EQ(RawJournal(made / "journal").get("meta", key_of("format"))[0],
                  last < 4 ? std::byte{1} : std::byte{2});
        if (last == 14) {
            EXPECT_EQ(restored.chain_hash, end.chain_hash);
        }
        expect_the_story_in(made, restored);
    }
}

TEST_F(ArchiveBackupTest, UntilAnInstantInTheArchive) {
    trim_all(data / "journal");
    const auto restored = done(restore(data, made, UntilInstant{story_begins + 6'500}));
    EXPECT_EQ(restored.last_sequence, 7U);
    expect_the_story_in(made, restored);
}

TEST_F(ArchiveBackupTest, DamageInASegmentIsNamedAndNothingIsLeft) {
    trim_all(data / "journal");
    const fs::path segment = segment_in(data / "journal", 5, 5);
    const std::string bytes = bytes_of(segment);
    std::string bad = bytes;
    bad[bad.size() - 10] = static_cast<char>(bad[bad.size() - 10] ^ 4);
    std::ofstream(segment, std::ios::binary | std::ios::trunc) << bad;
    for (const auto& outcome : {back_up(data, made), restore(data, made)}) {
        ASSERT_TRUE(std::holds_alternative<Failure>(outcome));
        const auto& failure = std::get<Failure>(outcome);
        EXPECT_EQ(failure.first_bad_sequence, 5U) << failure.sentence;
        EXPECT_NE(failure.sentence.find(segment.string()), std::string::npos) << failure.sentence;
        EXPECT_FALSE(fs::exists(made));
    }
    fs::remove(segment);
    for (const auto& outcome : {back_up(data, made), restore(data, made)}) {
        ASSERT_TRUE(std::holds_alternative<Failure>(outcome));
        EXPECT_NE(std::get<Failure>(outcome).sentence.find("records 5 to 5 are archived"),
                  std::string::npos);
        EXPECT_FALSE(fs::exists(made));
    }
}

/// Appends for ever, archives in a separate process, and trims between commits like the server.
[[noreturn]] void append_and_trim_for_ever(const fs::path& path, int tell) {
    auto options = options_for(path);
    options.map_bytes = 1U << 30U;
    options.trim_records_max = 500;
    const auto journal = open_journal(options);
    const Epoch epoch = acquire(*journal);
    domain::Sequence last = journal->position(0).last_sequence;
    for (;;) {
        std::vector<domain::Event> events(1 + last % 300, domain::Deposited{"ann", 1, ""});
        if (last == 0) {
            events[0] = domain::AccountOpened{"ann", "Ann", "", {}};
        }
        const auto records = records_of(std::move(events), last + 1);
        const bool trimmed = journal->trim(0, epoch).broken.empty();
        if (!trimmed || journal->append(0, epoch, last, records).outcome != AppendOutcome::ok) {
            ::_exit(1);
        }
        last += records.size();
        if (::write(tell, &last, sizeof last) != sizeof last) {
            ::_exit(1);
        }
    }
}

TEST(LiveArchive, IsSoundBesideAWriterAndAfterEveryKillOfEither) {
    TemporaryFolder folder;
    const auto data = folder.path() / "data";
    domain::Sequence acknowledged = 0;
    domain::Sequence archived = 0;
    for (int life = 0; life < 4; ++life) {
        SCOPED_TRACE("life " + std::to_string(life));
        int told[2] = {-1, -1};
        ASSERT_EQ(::pipe(told), 0);
        const pid_t writer = ::fork();
        ASSERT_GE(writer, 0);
        if (writer == 0) {
            append_and_trim_for_ever(data / "journal", told[1]);
        }
        ::close(told[1]);
        for (int commits = 0; commits < 60; ++commits) {
            ASSERT_EQ(::read(told[0], &acknowledged, sizeof acknowledged),
                      static_cast<ssize_t>(sizeof acknowledged));
        }
        const pid_t archiver = ::fork();
        if (archiver == 0) {
            for (;;) { // whatever has come since, in small segments
                static_cast<void>(
                    write_archive(*open_store(data / "journal"), all_projected, {100, 200'000}));
            }
        }
        for (int commits = 0; commits < 60; ++commits) {
            ASSERT_EQ(::read(told[0], &acknowledged, sizeof acknowledged),
                      static_cast<ssize_t>(sizeof acknowledged));
        }
        const auto beside = verify(data / "journal");
        const auto copied = back_up(data, folder.path() / std::to_string(life));
        ::kill(archiver, SIGKILL);
        ::kill(writer, SIGKILL);
        ::waitpid(archiver, nullptr, 0);
        ::waitpid(writer, nullptr, 0);
        while (::read(told[0], &acknowledged, sizeof acknowledged) > 0) {
        }
        ::close(told[0]);

        ASSERT_TRUE(std::holds_alternative<SoundJournal>(beside))
            << std::get<DamagedJournal>(beside).sentence;
        ASSERT_TRUE(std::holds_alternative<JournalPosition>(copied))
            << std::get<Failure>(copied).sentence;
        const auto in_copy = verify(folder.path() / std::to_string(life) / "journal");
        ASSERT_TRUE(std::holds_alternative<SoundJournal>(in_copy))
            << std::get<DamagedJournal>(in_copy).sentence;
        const auto after = verify(data / "journal");
        const auto* sound = std::get_if<SoundJournal>(&after);
        ASSERT_NE(sound, nullptr) << std::get<DamagedJournal>(after).sentence;
        EXPECT_GE(sound->records, acknowledged);
        const auto first_kept = RawJournal(data / "journal").places("records").front().sequence;
        EXPECT_GT(first_kept, archived + 1) << "nothing was trimmed in this life";
        archived = first_kept - 1;
    }
}

} // namespace
} // namespace hongbao::persistence
