// Role: what a backup and a restore promise: an equal copy, nothing overwritten, and nothing that
// looks complete after a failure.
#include "persistence/files/new_data_directory.hpp"
#include "persistence/inspect/verify.hpp"
#include "persistence/journal/chain_hash.hpp"
#include "persistence/upkeep/backup.hpp"
#include "persistence/upkeep/journal_copy.hpp"
#include "tests/persistence/journals.hpp"
#include "tests/persistence/random_records.hpp"
#include "tests/persistence/same_record.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hongbao::persistence {
namespace {

namespace fs = std::filesystem;
using namespace hongbao::testing;
using Outcome = std::variant<JournalPosition, Failure>;

/// Data in `data`, with the story in commits that end at 4, 5, 10 and 14.
class BackupTest : public ::testing::Test {
  protected:
    BackupTest() { write_story(data / "journal"); }

    static std::string said(const Outcome& outcome) {
        const auto* failure = std::get_if<Failure>(&outcome);
        return failure == nullptr ? "it worked" : failure->sentence;
    }
    static JournalPosition done(const Outcome& outcome) {
        EXPECT_TRUE(std::holds_alternative<JournalPosition>(outcome)) << said(outcome);
        const auto* position = std::get_if<JournalPosition>(&outcome);
        return position == nullptr ? JournalPosition{} : *position;
    }
    static void expect_refused(const Outcome& outcome, const std::string& words) {
        EXPECT_NE(said(outcome).find(words), std::string::npos) << said(outcome);
    }
    static std::vector<std::string> names_in(const fs::path& path) {
        std::vector<std::string> names;
        for (const auto& entry : fs::recursive_directory_iterator(path)) {
            names.push_back(entry.path().lexically_relative(path));
        }
        std::sort(names.begin(), names.end());
        return names;
    }
    static RawJournal::Bytes commit_of(const fs::path& data_dir, std::uint64_t last) {
        return RawJournal(data_dir / "journal").get("commits", key_of(last));
    }

    TemporaryFolder folder;
    const fs::path data = folder.path() / "data";
    const fs::path copy = folder.path() / "copy";
    const fs::path made = folder.path() / "made";
};

TEST_F(BackupTest, HasTheSameRecordsCommitsChainAndId) {
    const auto end = done(back_up(data, copy));
    EXPECT_EQ(end.last_sequence, 14U);
    {
        const auto journal = open_journal(copy / "journal");
        EXPECT_TRUE(same_records(read_all(*journal), story()));
        EXPECT_EQ(journal->id(), sample_id());
        EXPECT_EQ(journal->position(0).chain_hash, end.chain_hash);
        EXPECT_EQ(journal->space().map_bytes, 64U << 20U);
    }
    for (const std::uint64_t last : {4, 5, 10, 14}) {
        EXPECT_EQ(commit_of(copy, last), commit_of(data, last)) << last;
    }
    EXPECT_EQ(open_journal(data / "journal")->position(0).chain_hash, end.chain_hash);
}

TEST_F(BackupTest, IsADataDirectoryThatCanBeTakenAndContinued) {
    done(back_up(data, copy));
    EXPECT_EQ(names_in(copy), (std::vector<std::string>{"journal", "journal/data.mdb", "lock"}));
    struct stat file {};
    ASSERT_EQ(::stat((copy / "journal" / "data.mdb").c_str(), &file), 0);
    EXPECT_EQ(file.st_mode & 0777U, 0600U);
    ASSERT_EQ(::stat((copy / "journal").c_str(), &file), 0);
    EXPECT_EQ(file.st_mode & 0777U, 0700U);

    const auto directory = DataDirectory::open(copy);
    ASSERT_TRUE(std::holds_alternative<DataDirectory>(directory));
    const auto journal = open_journal(copy / "journal");
    const Epoch epoch = acquire(*journal);
    EXPECT_EQ(epoch, 2U) << "the original was acquired once";
    const auto more = records_of({domain::Deposited{"ann", 1, ""}}, 15);
    EXPECT_EQ(journal->append(0, epoch, 14, more).outcome, AppendOutcome::ok);
}

TEST_F(BackupTest, OfAnEmptyJournalIsAnEmptyJournal) {
    const fs::path empty = folder.path() / "empty";
    open_journal(empty / "journal").reset();
    const auto end = done(back_up(empty, copy));
    EXPECT_EQ(end.last_sequence, 0U);
    EXPECT_EQ(end.chain_hash, first_chain_hash(sample_id()));
    EXPECT_EQ(done(restore(copy, made)).chain_hash, end.chain_hash);
    fs::remove_all(made);
    expect_refused(restore(copy, made, UntilSequence{1}), "has no records");
}

TEST_F(BackupTest, OfManyRecordsInCommitsOfAnySizeIsEqual) {
    const fs::path large = folder.path() / "large";
    RandomRecords random(20'261'121);
    std::vector<domain::Record> records;
    std::vector<std::size_t> sizes;
    for (domain::Sequence sequence = 1; sequence <= 40'000; ++sequence) {
        records.push_back(random.record(static_cast<std::size_t>(sequence % 5), sequence));
    }
    // Larger than a read transaction of 10,000 records, and as small as can be.
    for (std::size_t left = records.size(); left > 0;) {
        const std::size_t most = random.random().below(20) == 0 ? 14'000 : 300;
        sizes.push_back(std::min(left, 1 + random.random().below(most)));
        left -= sizes.back();
    }
    auto options = options_for(large / "journal");
    options.map_bytes = 256U << 20U;
    append_in_commits(*open_journal(options), records, sizes);
    const auto end = done(back_up(large, copy));
    EXPECT_EQ(end.chain_hash, open_journal(large / "journal")->position(0).chain_hash);
    EXPECT_TRUE(same_records(read_all(*open_journal(copy / "journal")), records));
}

TEST_F(BackupTest, RestoresToTheSame) {
    const auto end = done(back_up(data, copy));
    const auto restored = done(restore(copy, made));
    EXPECT_EQ(restored.last_sequence, 14U);
    EXPECT_EQ(restored.chain_hash, end.chain_hash);
    EXPECT_TRUE(same_records(read_all(*open_journal(made / "journal")), story()));
}

TEST_F(BackupTest, CanBeRestoredUntilEverySequenceAlsoInsideACommit) {
    done(back_up(data, copy));
    const std::vector<std::uint64_t> commit_ends = {4, 5, 10, 14};
    for (domain::Sequence last = 1; last <= 14; ++last) {
        SCOPED_TRACE("until " + std::to_string(last));
        fs::remove_all(made);
        const auto end = done(restore(copy, made, UntilSequence{last}));
        EXPECT_EQ(end.last_sequence, last);
        const auto outcome = verify(made / "journal");
        const auto* sound = std::get_if<SoundJournal>(&outcome);
        ASSERT_NE(sound, nullptr) << std::get<DamagedJournal>(outcome).sentence;
        EXPECT_EQ(sound->hash_hex, to_hex(end.chain_hash));
        std::uint64_t before = 0;
        for (const std::uint64_t commit_end : commit_ends) {
            if (commit_end <= last) { // whole commits stay what they were
                EXPECT_EQ(commit_of(made, commit_end), commit_of(data, commit_end));
                before = commit_end;
            }
        }
        if (before < last) { // the one that was cut ends earlier and begins where it began
            const auto entry = decode_commit(commit_of(made, last), last);
            ASSERT_TRUE(entry);
            EXPECT_EQ(entry->first, before + 1);
            EXPECT_EQ(entry->hash, end.chain_hash);
        }
        const auto journal = open_journal(made / "journal");
        auto expected = story();
        expected.resize(last);
        EXPECT_TRUE(same_records(read_all(*journal), expected));
        const auto more = records_of({domain::Deposited{"ann", 1, ""}}, last + 1);
        EXPECT_EQ(journal->append(0, acquire(*journal), last, more).outcome, AppendOutcome::ok);
    }
}

TEST_F(BackupTest, NamesTheDamagedRecordAndLeavesNothing) {
    done(back_up(data, copy));
    for (const fs::path& damaged : {data, copy}) {
        RawJournal raw(damaged / "journal");
        auto bytes = raw.get("records", key_of(std::uint64_t{6}));
        bytes[40] ^= std::byte{4};
        raw.put("records", key_of(std::uint64_t{6}), bytes);
    }
    const fs::path second = folder.path() / "second";
    for (const Outcome& outcome :
         {back_up(data, second), restore(copy, second), restore(copy, second, UntilSequence{3})}) {
        ASSERT_TRUE(std::holds_alternative<Failure>(outcome));
        EXPECT_EQ(std::get<Failure>(outcome).first_bad_sequence, 6U);
        expect_refused(outcome, "record 6 is damaged");
        EXPECT_FALSE(fs::exists(second));
    }
}

TEST_F(BackupTest, RestoreRefusesRecordsThatDoNotFollowFromEachOther) {
    auto records = story();
    records[12].event = domain::Withdrawn{"bob", 330'000, "more than there is"};
    const fs::path wrong = folder.path() / "wrong";
    append_in_commits(*open_journal(wrong / "journal"), records);
    const auto outcome = restore(wrong, made);
    ASSERT_TRUE(std::holds_alternative<Failure>(outcome));
    EXPECT_EQ(std::get<Failure>(outcome).first_bad_sequence, 13U);
    EXPECT_FALSE(fs::exists(made));
}

TEST_F(BackupTest, NeverGoesWhereSomethingLies) {
    done(back_up(data, copy));
    fs::create_directories(made);
    std::ofstream(made / "notes") << "somebody's";
    const auto before = names_in(folder.path());
    expect_refused(back_up(data, made), "is not empty (it holds notes)");
    expect_refused(back_up(data, made / "notes"), "is no folder");
    expect_refused(back_up(data, copy), "is not empty");
    expect_refused(restore(copy, data), "is not empty");
    expect_refused(restore(copy, made), "is not empty");
    EXPECT_EQ(names_in(folder.path()), before);
}

TEST_F(BackupTest, NeverGoesIntoWhatItIsACopyOf) {
    fs::create_directory_symlink(data, folder.path() / "link");
    const auto before = names_in(folder.path());
    for (const fs::path& inside : {data, data / "", data / "backup", data / "journal",
                                   data / "deep" / ".." / "x", folder.path() / "link" / "y"}) {
        expect_refused(back_up(data, inside), "cannot lie in it");
        expect_refused(back_up(data / "", inside), "cannot lie in it");
        expect_refused(restore(data, inside), "cannot lie in it");
    }
    EXPECT_EQ(names_in(folder.path()), before);
    done(back_up(data, folder.path() / "data-copy")); // beside is not inside
}

TEST_F(BackupTest, OfAFolderWithoutAJournalSaysSo) {
    expect_refused(back_up(made, copy), "there is no journal in " + made.string());
    expect_refused(restore(made, copy), "there is no journal in " + made.string());
    EXPECT_FALSE(fs::exists(copy));
    EXPECT_FALSE(fs::exists(made));
}

TEST_F(BackupTest, AnEmptyFolderThatWasThereStaysWhenItFails) {
    fs::create_directories(copy);
    RawJournal(data / "journal").remove("records", key_of(std::uint64_t{9}));
    expect_refused(back_up(data, copy), "record 9 is missing");
    ASSERT_TRUE(fs::exists(copy));
    EXPECT_TRUE(names_in(copy).empty());
}

/// Does in a child what a backup does, and ends it abruptly after this many records.
void copy_until_killed(const fs::path& data, const fs::path& to, domain::Sequence records) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const auto target = NewDataDirectory::begin(to, "backup");
        LmdbJournalOptions options;
        options.path = data / "journal";
        options.read_only = true;
        const auto opened = LmdbStore::open(options);
        const LmdbStore& original = *std::get<std::unique_ptr<LmdbStore>>(opened);
        const auto path = std::get<std::unique_ptr<NewDataDirectory>>(target)->unfinished_path();
        const auto begun = JournalCopy::begin(original, path, 10);
        JournalCopy& copy = *std::get<std::unique_ptr<JournalCopy>>(begun);
        const auto visit = [&](const WalkedRecord& walked) {
            const bool taken = !copy.take(walked);
            return taken && walked.record.sequence < records ? Visit::next : Visit::stop;
        };
        const bool walked = !RecordWalk(original, 1, visit).run();
        const bool finished = records < 10 || !copy.finish();
        ::_exit(walked && finished ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_EQ(status, 0);
}

TEST_F(BackupTest, OneThatWasKilledLooksLikeNothingAndIsMadeAnew) {
    for (const domain::Sequence records : {1U, 7U, 10U}) { // 10: all written, not yet renamed
        copy_until_killed(data, copy, records);
        EXPECT_TRUE(fs::exists(copy / "journal.partial" / "data.mdb"));
        EXPECT_FALSE(fs::exists(copy / "journal"));
        expect_refused(restore(copy, made), "there is no journal in");
        const auto opened = DataDirectory::open(copy);
        ASSERT_TRUE(std::holds_alternative<DirectoryRefusal>(opened));
        EXPECT_NE(std::get<DirectoryRefusal>(opened).sentence.find("never completed"),
                  std::string::npos);
    }
    EXPECT_EQ(done(back_up(data, copy)).last_sequence, 14U);
    EXPECT_TRUE(same_records(read_all(*open_journal(copy / "journal")), story()));
    EXPECT_FALSE(fs::exists(copy / "journal.partial"));
}

TEST_F(BackupTest, TwoAtATimeDoNotShareAFolder) {
    const auto first = NewDataDirectory::begin(copy, "backup");
    ASSERT_TRUE(std::holds_alternative<std::unique_ptr<NewDataDirectory>>(first));
    expect_refused(back_up(data, copy), "is in use by process " + std::to_string(::getpid()));
    EXPECT_TRUE(fs::exists(copy / "lock"));
}

} // namespace
} // namespace hongbao::persistence
