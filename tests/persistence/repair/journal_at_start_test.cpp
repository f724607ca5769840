// Role: damage that a start finds, in sentences: what is cut, what is refused, and what stays.
#include "persistence/repair/journal_at_start.hpp"

#include "persistence/inspect/verify.hpp"
#include "tests/persistence/archives.hpp"
#include "tests/persistence/journals.hpp"
#include "tests/rig/seeded_random.hpp"

#include <gtest/gtest.h>
#include <xxhash.h>

#include <cstring>
#include <fstream>
#include <iterator>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;
namespace fs = std::filesystem;
using Bytes = RawJournal::Bytes;

/// A data directory with the story, in commits that end at 4, 5, 10 and 14.
class JournalAtStartTest : public ::testing::Test {
  protected:
    JournalAtStartTest() {
        auto opened = DataDirectory::open(folder_.path() / "data");
        directory_.emplace(std::move(std::get<DataDirectory>(opened)));
        write_story(journal());
    }

    fs::path data() const { return folder_.path() / "data"; }
    fs::path journal() const { return data() / "journal"; }
    fs::path file() const { return journal() / "data.mdb"; }

    static std::string content(const fs::path& path) {
        std::ifstream in(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    static void write(const fs::path& path, const std::string& bytes) {
        std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
    }
    /// Flips a bit in the middle of a value where it lies in the file.
    void flip(const char* table, std::uint64_t sequence) {
        for (const auto& place : RawJournal(journal()).places(table)) {
            if (place.sequence == sequence) {
                std::string bytes = content(file());
                bytes[place.value_offset + place.value_bytes / 2] ^= 4;
                write(file(), bytes);
                return;
            }
        }
        FAIL() << "no such row";
    }

    std::variant<JournalAtStart, Failure> start() {
        LmdbJournalOptions options = options_for({});
        return open_at_start(*directory_, options);
    }
    /// Adds a commit of some pages. Returns the file as it was before.
    std::string append_deposits(int count) {
        const auto opened = open_journal(journal());
        const auto last = opened->position(0).last_sequence;
        const Epoch epoch = acquire(*opened);
        std::string before = content(file());
        std::vector<domain::Event> events;
        for (int i = 0; i < count; ++i) {
            events.emplace_back(domain::Deposited{"ann", 1, "more than a page of them"});
        }
        const auto records = records_of(std::move(events), last + 1);
        EXPECT_EQ(opened->append(0, epoch, last, records).outcome, AppendOutcome::ok);
        return before;
    }
    /// The same with one record, of several parts.
    std::string append_long_record(std::uint64_t packet, std::size_t recipients) {
        const auto opened = open_journal(journal());
        const auto last = opened->position(0).last_sequence;
        const Epoch epoch = acquire(*opened);
        std::string before = content(file());
        domain::PacketSent sent{{packet}, "ann",  domain::PacketKind::equal, 1, 1, "", {}, {},
                                false,    20'000, story_begins + 86'400'000};
        for (std::size_t n = 0; n < recipients; ++n) {
            sent.recipients.push_back("recipient number " + std::to_string(n));
        }
        const auto records = records_of({std::move(sent)}, last + 1);
        EXPECT_EQ(opened->append(0, epoch, last, records).outcome, AppendOutcome::ok);
        return before;
    }
    /// A start cuts the end, so that the journal ends at `last` and goes on from there.
    void expect_cut(domain::Sequence last, const std::string& words) {
        const std::string found = content(file());
        {
            auto outcome = start();
            ASSERT_TRUE(std::holds_alternative<JournalAtStart>(outcome))
                << std::get<Failure>(outcome).sentence;
            const auto& opened = std::get<JournalAtStart>(outcome);
            EXPECT_NE(opened.told.find(words), std::string::npos) << opened.told;
            EXPECT_NE(opened.told.find("is kept in " + (data() / "journal.broken").string()),
                      std::string::npos)
                << opened.told;
            EXPECT_EQ(opened.journal->position(0).last_sequence, last);
            EXPECT_EQ(read_all(*opened.journal).size(), last);
        }
        EXPECT_EQ(content(data() / "journal.broken" / "data.mdb"), found) << "kept as it was found";
        EXPECT_FALSE(fs::exists(directory_->start_scratch_path()));
        EXPECT_TRUE(std::holds_alternative<SoundJournal>(verify(journal())));
        auto again = start();
        ASSERT_TRUE(std::holds_alternative<JournalAtStart>(again));
        EXPECT_EQ(std::get<JournalAtStart>(again).told, "") << "once is enough";
        append_in_commits(*std::get<JournalAtStart>(again).journal,
                          records_of({domain::Deposited{"ann", 1, ""}}, last + 1));
    }
    /// A start changes nothing.
    void expect_refused(bool damage, const std::string& words) {
        const std::string found = content(file());
        const auto outcome = start();
        ASSERT_TRUE(std::holds_alternative<Failure>(outcome)) << words;
        const auto& failure = std::get<Failure>(outcome);
        EXPECT_NE(failure.sentence.find(words), std::string::npos) << failure.sentence;
        EXPECT_EQ(is_damage(failure), damage) << failure.sentence;
        EXPECT_EQ(content(file()), found);
        EXPECT_FALSE(fs::exists(data() / "journal.broken"));
        EXPECT_FALSE(fs::exists(directory_->start_scratch_path()));
    }

    TemporaryFolder folder_;
    std::optional<DataDirectory> directory_;
};

TEST_F(JournalAtStartTest, ASoundJournalIsOpenedAndNothingIsSaid) {
    auto outcome = start();
    ASSERT_TRUE(std::holds_alternative<JournalAtStart>(outcome));
    EXPECT_EQ(std::get<JournalAtStart>(outcome).told, "");
    EXPECT_EQ(std::get<JournalAtStart>(outcome).journal->position(0).last_sequence, 14U);
}

TEST_F(JournalAtStartTest, ADamagedRecordOfTheLastCommitCutsThatCommitAndIsTold) {
    flip("records", 12);
    expect_cut(10, "record 12 is damaged: its checksum is wrong. "
                   "Records 11 to 14 have been cut off, the last of them written at "
                   "2026-11-21T05:53:27.123Z; the journal ends with record 10 now");
}

TEST_F(JournalAtStartTest, WhatIsCutMayStandOnAnArchive) {
    archive(journal(), 5);
    trim_all(journal());
    flip("records", 12);
    expect_cut(10, "record 12 is damaged: its checksum is wrong. Records 11 to 14");
}

TEST_F(JournalAtStartTest, ADamagedEntryOfTheLastCommitCutsThatCommit) {
    flip("commits", 14);
    expect_cut(10, "Records 11 to 14 have been cut off; the journal ends with record 10 now");
}

TEST_F(JournalAtStartTest, ALastCommitThatWasSoundWhenTheServerLastStartedIsCutByATransaction) {
    acquire(*open_journal(journal())); // now another transaction is the last
    flip("records", 14);
    expect_cut(10, "Records 11 to 14 have been cut off");
}

TEST_F(JournalAtStartTest, ALastCommitWithoutItsLastRecordIsCut) {
    const std::uint64_t last = 14;
    RawJournal(journal()).remove("records", key_of(last));
    expect_cut(10, "Records 11 to 14 have been cut off");
}

TEST_F(JournalAtStartTest, RecordsWithoutTheEntryOfTheirCommitAreCut) {
    const std::uint64_t last = 14;
    RawJournal raw(journal());
    raw.remove("commits", key_of(last));
    const std::string epoch = "epoch"; // one transaction more, so the older meta page does not help
    raw.put("meta", key_of(epoch), raw.get("meta", key_of(epoch)));
    expect_cut(10, "Records 11 to 14 have been cut off");
}

TEST_F(JournalAtStartTest, AJournalOfOneDamagedCommitIsEmptyAfterwards) {
    fs::remove_all(journal());
    append_in_commits(
        *open_journal(journal()),
        records_of({domain::AccountOpened{"ann", "Ann", "", {}}, domain::Deposited{"ann", 5, ""}}));
    flip("records", 2);
    const auto outcome = start();
    ASSERT_TRUE(std::holds_alternative<JournalAtStart>(outcome));
    EXPECT_NE(std::get<JournalAtStart>(outcome).told.find("Records 1 to 2 have been cut off"),
              std::string::npos);
    EXPECT_EQ(std::get<JournalAtStart>(outcome).journal->position(0).last_sequence, 0U);
}

constexpr std::size_t page_bytes = 4'096;

std::string page_of(const std::string& file, std::size_t offset) {
    std::string page = offset < file.size() ? file.substr(offset, page_bytes) : "";
    page.resize(page_bytes);
    return page;
}

/// The offsets of pages that differ, without the meta pages.
std::vector<std::size_t> pages_written(const std::string& before, const std::string& after) {
    std::vector<std::size_t> written;
    for (std::size_t offset = 2 * page_bytes; offset < after.size(); offset += page_bytes) {
        if (page_of(before, offset) != page_of(after, offset)) {
            written.push_back(offset);
        }
    }
    return written;
}

/// A disk that reorders writes: the newest meta page is there, but some of the pages that it leads
/// to are as they were before.
TEST_F(JournalAtStartTest, WhicheverPagesOfTheLastCommitAreMissingItIsCutAndTheRestIsWhole) {
    SeededRandom random(20261121);
    domain::Sequence last_before = 14;
    // How many deposits; below 0: a record for that many recipients.
    for (const int count : {1, 2, -300, 200, 1, -2'000, 40, 3, -70, 1'000, 1, -5'000, 1}) {
        const std::string before =
            count > 0 ? append_deposits(count)
                      : append_long_record(100 + last_before, static_cast<std::size_t>(-count));
        const domain::Sequence last_after =
            last_before + (count > 0 ? static_cast<domain::Sequence>(count) : 1);
        const std::string after = content(file());
        const auto written = pages_written(before, after);
        ASSERT_GE(written.size(), 3U) << "records, commits, the tables' roots";
        for (std::size_t round = 0; round < written.size() + 12; ++round) {
            std::string image = after;
            std::string missing;
            for (std::size_t i = 0; i < written.size(); ++i) { // each, all, then any
                if (round < written.size() ? i == round
                                           : round == written.size() || random.below(2) == 0) {
                    image.replace(written[i], page_bytes, page_of(before, written[i]));
                    missing += " " + std::to_string(written[i] / page_bytes);
                }
            }
            fs::remove_all(data() / "journal.broken");
            fs::remove(journal() / "lock.mdb");
            write(file(), image);
            const auto outcome = start();
            ASSERT_TRUE(std::holds_alternative<JournalAtStart>(outcome))
                << "missing" << missing << ": " << std::get<Failure>(outcome).sentence;
            const auto& opened = std::get<JournalAtStart>(outcome);
            const auto last = opened.journal->position(0).last_sequence;
            ASSERT_EQ(last, opened.told.empty() ? last_after : last_before)
                << "missing" << missing << ": " << opened.told;
            ASSERT_EQ(read_all(*opened.journal).size(), last);
        }
        fs::remove(journal() / "lock.mdb");
        write(file(), after);
        last_before = last_after;
    }
}

/// When LMDB cannot write a meta page, it puts back the old one's number and last page, and leaves
/// the rest: what that page leads to is newer than it says, and was never acknowledged.
TEST_F(JournalAtStartTest, WhatIsLeftOfAMetaPageThatCouldNotBeWrittenIsNoOlderState) {
    constexpr std::size_t last_page_offset = 136; // and the transaction's number after it
    constexpr std::size_t both_bytes = 16;
    domain::Sequence last = 14;
    for (const int count : {2, 60, 1}) {
        const std::string before = append_deposits(count);
        std::string image = content(file());
        for (const std::size_t meta : {std::size_t{0}, page_bytes}) { // the one that was written
            if (image.substr(meta, page_bytes) != before.substr(meta, page_bytes)) {
                image.replace(meta + last_page_offset, both_bytes,
                              before.substr(meta + last_page_offset, both_bytes));
            }
        }
        write(file(), image);
        fs::remove(journal() / "lock.mdb");
        const auto outcome = start();
        ASSERT_TRUE(std::holds_alternative<JournalAtStart>(outcome))
            << std::get<Failure>(outcome).sentence;
        EXPECT_EQ(std::get<JournalAtStart>(outcome).told, "");
        EXPECT_EQ(std::get<JournalAtStart>(outcome).journal->position(0).last_sequence, last);
        append_in_commits(*std::get<JournalAtStart>(outcome).journal,
                          records_of({domain::Deposited{"ann", 1, ""}}, last + 1));
        last += 1;
    }
    EXPECT_TRUE(std::holds_alternative<SoundJournal>(verify(journal())));
}

TEST_F(JournalAtStartTest, DamageBeforeTheLastCommitIsRefusedThoughTheLastIsDamagedToo) {
    append_deposits(200); // so that no transaction from here on writes the page of record 6
    append_deposits(3);
    flip("records", 6);
    flip("records", 216);
    expect_refused(true, "record 6 is damaged: its checksum is wrong");
}

TEST_F(JournalAtStartTest, ADamagedCommitBeforeTheLastIsRefused) {
    const std::uint64_t last = 10;
    const Bytes entry = RawJournal(journal()).get("commits", key_of(last));
    const std::string bytes(reinterpret_cast<const char*>(entry.data()), entry.size());
    std::string found = content(file());
    for (auto place = found.find(bytes); place != std::string::npos; place = found.find(bytes)) {
        found[place + 20] ^= 1; // also in the page as it was before the last commit
    }
    write(file(), found);
    expect_refused(true, "the entry of the commit that ends at 10 is damaged");
}

TEST_F(JournalAtStartTest, AFileCutInHalfIsRefused) {
    fs::resize_file(file(), 3 * 4'096);
    expect_refused(true, "");
}

TEST_F(JournalAtStartTest, AFileThatIsNoJournalIsRefused) {
    write(file(), std::string(20'000, 'x'));
    expect_refused(true, "cannot be opened");
}

TEST_F(JournalAtStartTest, AFileCutToNothingIsNoNewJournal) {
    write(file(), "");
    expect_refused(true, "data.mdb is empty: all it held is lost");
}

TEST_F(JournalAtStartTest, AJournalWhoseFileIsGoneIsNoNewOneAndNotTouched) {
    fs::remove(file());
    const auto outcome = start();
    ASSERT_TRUE(std::holds_alternative<Failure>(outcome));
    EXPECT_NE(std::get<Failure>(outcome).sentence.find("has lost its journal"), std::string::npos);
    EXPECT_FALSE(is_damage(std::get<Failure>(outcome))) << "somebody may put it back";
    EXPECT_FALSE(fs::exists(file()));
}

TEST_F(JournalAtStartTest, AReadModelWithoutItsJournalIsNoNewDirectory) {
    fs::remove_all(journal());
    fs::create_directories(directory_->read_model_path());
    write(directory_->read_model_path() / "data.mdb", "a model");
    const auto outcome = start();
    ASSERT_TRUE(std::holds_alternative<Failure>(outcome));
    EXPECT_NE(std::get<Failure>(outcome).sentence.find("has lost its journal"), std::string::npos);
    EXPECT_FALSE(fs::exists(journal()));
}

TEST_F(JournalAtStartTest, WhereThereIsNothingAJournalIsMade) {
    for (const bool hollow : {false, true}) {
        fs::remove_all(journal());
        fs::create_directories(directory_->start_scratch_path()); // of a start that was ended
        write(directory_->start_scratch_path() / "data.mdb", "half");
        if (hollow) {
            fs::create_directories(journal());
        }
        const auto outcome = start();
        ASSERT_TRUE(std::holds_alternative<JournalAtStart>(outcome))
            << std::get<Failure>(outcome).sentence;
        EXPECT_EQ(std::get<JournalAtStart>(outcome).journal->position(0).last_sequence, 0U);
        EXPECT_FALSE(fs::exists(directory_->start_scratch_path()));
    }
}

TEST_F(JournalAtStartTest, AnotherFormatIsRefusedAndIsNoDamage) {
    const std::string key = "format";
    Bytes bytes(16);
    bytes[0] = std::byte{7};
    const std::string hashed = key + '\7' + std::string(7, '\0');
    const std::uint64_t checksum = XXH3_64bits(hashed.data(), hashed.size());
    std::memcpy(&bytes[8], &checksum, sizeof checksum);
    RawJournal(journal()).put("meta", key_of(key), bytes);
    expect_refused(false, "is of format version 7; this program reads versions 1 to 3");
}

TEST_F(JournalAtStartTest, ADamagedJournalIsKeptUnderAnotherNameAndNoneIsMadeInItsPlace) {
    fs::create_directories(data() / "journal.broken"); // of an earlier time
    write(data() / "journal.broken" / "data.mdb", "old");
    const std::string found = content(file());
    const std::string told = keep_as_broken(*directory_);
    EXPECT_NE(told.find("is kept as " + (data() / "journal.broken.2").string()), std::string::npos)
        << told;
    EXPECT_EQ(content(data() / "journal.broken.2" / "data.mdb"), found);
    EXPECT_EQ(content(data() / "journal.broken" / "data.mdb"), "old") << "never overwritten";
    EXPECT_EQ(std::get<fs::path>(DataDirectory::find_journal(data())), data() / "journal.broken.2");
    directory_.reset();
    const auto again = DataDirectory::open(data());
    ASSERT_TRUE(std::holds_alternative<DirectoryRefusal>(again));
    const auto& refusal = std::get<DirectoryRefusal>(again);
    EXPECT_FALSE(refusal.in_use);
    EXPECT_NE(refusal.sentence.find("holds no journal but one that an earlier start found damaged"),
              std::string::npos)
        << refusal.sentence;
    EXPECT_FALSE(fs::exists(journal()));
    fs::rename(data() / "journal.broken.2", journal());
    EXPECT_TRUE(std::holds_alternative<DataDirectory>(DataDirectory::open(data())));
}

} // namespace
} // namespace hongbao::persistence
