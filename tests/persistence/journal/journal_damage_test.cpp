// Role: damage in sentences: each kind that FORMAT.md lists as found is found, and named.
#include "persistence/inspect/verify.hpp"
#include "persistence/journal/commit_entry.hpp"
#include "persistence/record/header.hpp"
#include "tests/persistence/journals.hpp"
#include "tests/rig/seeded_random.hpp"

#include <gtest/gtest.h>
#include <xxhash.h>

#include <cstring>
#include <fstream>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;
using Bytes = RawJournal::Bytes;

/// The story, in commits that end at 4, 5, 10 and 14.
class DamagedJournalTest : public ::testing::Test {
  protected:
    DamagedJournalTest() { write_story(folder_.path()); }

    /// Alters the value under a sequence behind the journal's back.
    template <typename Alter>
    void alter(const char* table, std::uint64_t sequence, const Alter& alter_bytes) {
        RawJournal raw(folder_.path());
        Bytes bytes = raw.get(table, key_of(sequence));
        alter_bytes(bytes);
        raw.put(table, key_of(sequence), bytes);
    }
    void remove(const char* table, std::uint64_t sequence) {
        RawJournal(folder_.path()).remove(table, key_of(sequence));
    }

    /// Verify finds it and blames this record with these words; so does a reader that comes to it.
    void expect_blamed(domain::Sequence sequence, const std::string& words) {
        const auto outcome = verify(folder_.path());
        ASSERT_TRUE(std::holds_alternative<DamagedJournal>(outcome)) << "verify found nothing";
        const auto& damage = std::get<DamagedJournal>(outcome);
        EXPECT_EQ(damage.first_bad_sequence, sequence) << damage.sentence;
        EXPECT_NE(damage.sentence.find(words), std::string::npos) << damage.sentence;
        EXPECT_NE(damage.advice.find("keep a copy"), std::string::npos);
    }

    TemporaryFolder folder_;
};

void seal(Bytes& bytes, domain::Sequence sequence) {
    const std::uint64_t checksum = XXH3_64bits_withSeed(bytes.data() + checksum_bytes,
                                                        bytes.size() - checksum_bytes, sequence);
    std::memcpy(bytes.data(), &checksum, sizeof checksum);
}

TEST_F(DamagedJournalTest, WithoutDamageItIsSound) {
    const auto outcome = verify(folder_.path());
    EXPECT_TRUE(std::holds_alternative<SoundJournal>(outcome));
}

TEST_F(DamagedJournalTest, AFlippedBitInARecordIsFoundAndNamed) {
    alter("records", 6, [](Bytes& bytes) { bytes[40] ^= std::byte{4}; });
    expect_blamed(6, "record 6 is damaged: its checksum is wrong");
}

TEST_F(DamagedJournalTest, ARecordCutShortIsFoundAndNamed) {
    alter("records", 7, [](Bytes& bytes) { bytes.resize(bytes.size() - 8); });
    expect_blamed(7, "record 7 is damaged");
}

TEST_F(DamagedJournalTest, ARecordCutShortAndSealedAgainIsFoundByItsLength) {
    alter("records", 7, [](Bytes& bytes) {
        bytes.resize(bytes.size() - 8);
        seal(bytes, 7);
    });
    expect_blamed(7, "record 7 is damaged: its length is wrong");
}

TEST_F(DamagedJournalTest, AnEmptyRecordIsFoundAndNamed) {
    alter("records", 1, [](Bytes& bytes) { bytes.clear(); });
    expect_blamed(1, "record 1 is damaged: it is shorter than a header");
}

TEST_F(DamagedJournalTest, AGapIsFoundAndNamed) {
    remove("records", 8);
    expect_blamed(8, "record 8 is missing; the next one there is 9");
}

TEST_F(DamagedJournalTest, AMissingFirstRecordIsFoundAndNamed) {
    remove("records", 1);
    expect_blamed(1, "record 1 is missing; the next one there is 2");
}

TEST_F(DamagedJournalTest, AMissingLastRecordIsFoundAndNamed) {
    remove("records", 14);
    expect_blamed(14, "its last record is 13, its last commit ends at 14");
}

TEST_F(DamagedJournalTest, ARecordAfterTheLastCommitIsFoundAndNamed) {
    remove("commits", 14);
    expect_blamed(11, "its last record is 14, its last commit ends at 10");
}

TEST_F(DamagedJournalTest, ACommitEntryMissingInTheMiddleIsFoundAndNamed) {
    remove("commits", 5);
    expect_blamed(5, "record 5 belongs to no commit");
}

TEST_F(DamagedJournalTest, AFlippedBitInACommitEntryIsFoundAndNamed) {
    alter("commits", 10, [](Bytes& bytes) { bytes[20] ^= std::byte{1}; });
    expect_blamed(6, "the entry of its commit, which ends at 10, is damaged");
}

TEST_F(DamagedJournalTest, AFlippedBitInTheLastCommitEntryIsFoundWhenOpening) {
    alter("commits", 14, [](Bytes& bytes) { bytes[20] ^= std::byte{1}; });
    expect_blamed(14, "the entry of the commit that ends at 14 is damaged");
}

TEST_F(DamagedJournalTest, TwoRecordsOfEqualLengthExchangedAreFoundByTheirChecksums) {
    RawJournal raw(folder_.path());
    const std::uint64_t left = 6;
    const std::uint64_t right = 7;
    const Bytes bytes = raw.get("records", key_of(left));
    ASSERT_EQ(bytes.size(), raw.get("records", key_of(right)).size());
    raw.put("records", key_of(left), raw.get("records", key_of(right)));
    raw.put("records", key_of(right), bytes);
    expect_blamed(6, "record 6 is damaged: its checksum is wrong");
}

TEST_F(DamagedJournalTest, TwoRecordsExchangedAndSealedAgainBreakTheChain) {
    {
        RawJournal raw(folder_.path());
        const std::uint64_t left = 6; // opened shares of one packet: either order would be lawful
        const std::uint64_t right = 7;
        Bytes for_right = raw.get("records", key_of(left));
        Bytes for_left = raw.get("records", key_of(right));
        ASSERT_EQ(for_left.size(), for_right.size());
        seal(for_left, left);
        seal(for_right, right);
        raw.put("records", key_of(left), for_left);
        raw.put("records", key_of(right), for_right);
    }
    expect_blamed(6, "record 6 to 10, one commit, break the chain");
}

TEST_F(DamagedJournalTest, ACommitRewrittenWithItsOwnHashBreaksTheChainAfterIt) {
    alter("commits", 10, [](Bytes& bytes) {
        auto entry = decode_commit(bytes, 10);
        ASSERT_TRUE(entry);
        entry->hash[0] ^= 1;
        const auto altered = encode_commit(*entry);
        bytes.assign(altered.begin(), altered.end());
    });
    expect_blamed(6, "break the chain");
}

TEST_F(DamagedJournalTest, ACommitEntryThatBeginsTooLateIsFound) {
    alter("commits", 10, [](Bytes& bytes) {
        auto entry = decode_commit(bytes, 10);
        ASSERT_TRUE(entry);
        entry->first = 7;
        const auto altered = encode_commit(*entry);
        bytes.assign(altered.begin(), altered.end());
    });
    expect_blamed(6, "record 6 belongs to no commit");
}

TEST_F(DamagedJournalTest, ACommitEntryWithAnotherTimeIsFound) {
    alter("commits", 10, [](Bytes& bytes) {
        auto entry = decode_commit(bytes, 10);
        ASSERT_TRUE(entry);
        entry->at += 1;
        const auto altered = encode_commit(*entry);
        bytes.assign(altered.begin(), altered.end());
    });
    expect_blamed(10, "record 10 has another time than its commit");
}

TEST_F(DamagedJournalTest, AForeignFormatVersionIsNamedAndRefused) {
    const std::string key = "format";
    Bytes bytes(16);
    bytes[0] = std::byte{7};
    std::string hashed = key + std::string(8, '\0');
    hashed[key.size()] = 7;
    const std::uint64_t checksum = XXH3_64bits(hashed.data(), hashed.size());
    std::memcpy(&bytes[8], &checksum, sizeof checksum);
    RawJournal(folder_.path()).put("meta", key_of(key), bytes);
    expect_blamed(0, "is of format version 7; this program reads versions 1 to 3");
}

TEST_F(DamagedJournalTest, FlippedBitsInTheMetaEntriesAreFoundWhenOpening) {
    for (const std::string key : {"format", "id", "epoch"}) {
        RawJournal(folder_.path()).get("meta", key_of(key));
        const Bytes good = RawJournal(folder_.path()).get("meta", key_of(key));
        for (std::size_t bit = 0; bit < 8 * good.size(); bit += 5) {
            Bytes bytes = good;
            bytes[bit / 8] ^= std::byte{1} << (bit % 8);
            RawJournal(folder_.path()).put("meta", key_of(key), bytes);
            const auto opened = LmdbJournal::open(options_for(folder_.path()));
            ASSERT_TRUE(std::holds_alternative<Failure>(opened)) << key << " bit " << bit;
        }
        RawJournal(folder_.path()).put("meta", key_of(key), good);
    }
    EXPECT_TRUE(std::holds_alternative<SoundJournal>(verify(folder_.path())));
}

TEST_F(DamagedJournalTest, AReaderStopsAtTheDamageHavingSeenWhatIsBefore) {
    alter("records", 9, [](Bytes& bytes) { bytes[30] ^= std::byte{1}; });
    const auto journal = open_journal(folder_.path());
    domain::Sequence last = 0;
    const auto failure = journal->read(0, 1, [&last](const domain::Record& record) {
        last = record.sequence;
        return Visit::next;
    });
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->first_bad_sequence, 9U);
    EXPECT_EQ(last, 8U);
}

TEST_F(DamagedJournalTest, ALookUpOfADamagedRecordNeverReturnsIt) {
    alter("records", 9, [](Bytes& bytes) { bytes[30] ^= std::byte{1}; });
    const domain::Sequence sequence = 9;
    const auto failure = open_journal(folder_.path())
                             ->read_each(0, std::span(&sequence, 1), [](const domain::Record&) {
                                 ADD_FAILURE() << "a damaged record was shown";
                                 return Visit::next;
                             });
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->first_bad_sequence, 9U);
}

/// Flips one bit of a file.
void flip(const std::filesystem::path& path, std::size_t offset, unsigned bit) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(static_cast<std::streamoff>(offset));
    char byte = 0;
    file.get(byte);
    file.seekp(static_cast<std::streamoff>(offset));
    file.put(static_cast<char>(byte ^ static_cast<char>(1U << bit)));
    ASSERT_TRUE(file.good());
}

TEST(Journal, AThousandRandomBitFlipsInLiveRecordsAreAllFound) {
    TemporaryFolder folder;
    {
        const auto journal = open_journal(folder.path());
        std::vector<domain::Record> records = story();
        for (domain::Sequence sequence = 15; sequence <= 300; ++sequence) {
            records.push_back(
                domain::Record{sequence,
                               story_begins,
                               domain::Deposited{"ann", 5, "ref " + std::to_string(sequence)},
                               {}});
        }
        append_in_commits(*journal, records, {4, 1, 5, 80, 100});
    }
    std::vector<RawJournal::Place> places;
    {
        RawJournal raw(folder.path());
        places = raw.places("records");
        const auto commits = raw.places("commits");
        ASSERT_EQ(places.size(), 300U);
        ASSERT_EQ(commits.size(), 6U);
        places.insert(places.end(), commits.begin(), commits.end());
    }
    SeededRandom random(20261122);
    for (int round = 0; round < 1'000; ++round) {
        const auto& place = places[random.below(places.size())];
        const std::size_t byte = random.below(8 + place.value_bytes);
        const std::size_t offset =
            byte < 8 ? place.key_offset + byte : place.value_offset + byte - 8;
        const auto bit = static_cast<unsigned>(random.below(8));
        flip(folder.path() / "data.mdb", offset, bit);
        const auto outcome = verify(folder.path());
        ASSERT_TRUE(std::holds_alternative<DamagedJournal>(outcome))
            << "round " << round << ": bit " << bit << " of byte " << byte << " of entry "
            << place.sequence;
        EXPECT_GE(std::get<DamagedJournal>(outcome).first_bad_sequence, 1U);
        flip(folder.path() / "data.mdb", offset, bit);
    }
    EXPECT_TRUE(std::holds_alternative<SoundJournal>(verify(folder.path())));
}

} // namespace
} // namespace hongbao::persistence
