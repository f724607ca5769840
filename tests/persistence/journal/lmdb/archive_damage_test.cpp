// Role: what can be wrong with an archive, a sentence each, which names the file and the records.
#include "persistence/journal/segment/reader.hpp"
#include "tests/persistence/archives.hpp"
#include "tests/persistence/same_record.hpp"
#include "tests/rig/seeded_random.hpp"

#include <gtest/gtest.h>
#include <xxhash.h>
#include <zstd.h>

#include <fstream>
#include <iterator>

namespace hongbao::persistence {
namespace {

namespace fs = std::filesystem;
using namespace hongbao::testing;

std::string bytes_of(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void put_bytes(const fs::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

/// The story's commits 1–4, 5 and 6–10 in a segment each, 11–14 in the journal.
class ArchiveDamageTest : public ::testing::Test {
  protected:
    ArchiveDamageTest() {
        write_story(path);
        archive(path, 11);
        trim_all(path);
    }

    void expect_found(domain::Sequence blamed, const std::string& words,
                      const std::string& file = "") {
        const auto outcome = verify(path);
        ASSERT_TRUE(std::holds_alternative<DamagedJournal>(outcome)) << "verify found nothing";
        const auto& damage = std::get<DamagedJournal>(outcome);
        EXPECT_EQ(damage.first_bad_sequence, blamed) << damage.sentence;
        EXPECT_NE(damage.sentence.find(words), std::string::npos) << damage.sentence;
        EXPECT_NE(damage.sentence.find(file), std::string::npos) << damage.sentence;
    }
    /// Alters the header and seals it.
    template <typename Alter>
    void alter_header(const fs::path& file, const Alter& alter) {
        std::string bytes = bytes_of(file);
        SegmentHeader header;
        std::memcpy(&header, bytes.data(), sizeof header);
        alter(header);
        const auto sealed = encode_segment_header(header);
        std::memcpy(bytes.data(), sealed.data(), sealed.size());
        put_bytes(file, bytes);
    }
    /// Alters the body, and reseals everything around it except the records and the chain.
    template <typename Alter>
    void alter_body(const fs::path& file, const Alter& alter) {
        const std::string before = bytes_of(file);
        SegmentHeader header;
        std::memcpy(&header, before.data(), sizeof header);
        std::string body(header.body_bytes, '\0');
        ASSERT_EQ(ZSTD_decompress(body.data(), body.size(), &before[sizeof header],
                                  before.size() - sizeof header),
                  body.size());
        alter(body);
        std::string packed(ZSTD_compressBound(body.size()), '\0');
        packed.resize(ZSTD_compress(packed.data(), packed.size(), body.data(), body.size(), 3));
        header.body_bytes = body.size();
        header.file_bytes = sizeof header + packed.size();
        const auto sealed = encode_segment_header(header);
        put_bytes(file, std::string(reinterpret_cast<const char*>(sealed.data()), sealed.size()) +
                            packed);
    }

    TemporaryFolder folder;
    const fs::path path = folder.path() / "journal";
    const fs::path first = segment_in(path, 1, 4);
    const fs::path second = segment_in(path, 5, 5);
    const fs::path third = segment_in(path, 6, 10);
};

/// Where record `sequence` begins in a body of one commit, which begins with `first`.
std::size_t place_in(const std::string& body, domain::Sequence sequence, domain::Sequence first) {
    std::size_t place = 64; // the commit entry and its key
    for (; first < sequence; ++first) {
        std::uint32_t payload = 0;
        std::memcpy(&payload, &body[place + 12], sizeof payload);
        place += 16 + payload;
    }
    return place;
}

TEST_F(ArchiveDamageTest, IsReadByZstdAndHoldsTheRecordsBytes) {
    alter_body(third, [&](std::string& body) {
        std::uint64_t last = 0;
        std::memcpy(&last, body.data(), sizeof last);
        EXPECT_EQ(last, 10U);
        EXPECT_NE(body.find("carol"), std::string::npos);
    });
    EXPECT_TRUE(std::holds_alternative<SoundJournal>(verify(path)));
}

TEST_F(ArchiveDamageTest, AMissingSegmentIsNamedWithItsRecordsAndIsNoDamage) {
    const fs::path away = folder.path() / "away";
    fs::rename(second, away);
    expect_found(0, "records 5 to 5 are archived, but no segment in " +
                        (path / "archive").string() + " holds them: bring back");
    const auto outcome = verify(path);
    EXPECT_NE(std::get<DamagedJournal>(outcome).sentence.find("segment-00000000000000000005-….zst"),
              std::string::npos);
    EXPECT_EQ(std::get<DamagedJournal>(outcome).advice.find("backup"), std::string::npos);
    fs::rename(third, folder.path() / "away-too");
    expect_found(0, "records 5 to 10 are archived");
    fs::remove_all(path / "archive");
    expect_found(0, "records 1 to 10 are archived");
}

TEST_F(ArchiveDamageTest, WithoutTheArchiveTheJournalServesWhatItHas) {
    fs::remove_all(path / "archive");
    const auto journal = open_journal(path);
    EXPECT_EQ(journal->position(0).last_sequence, 14U);
    EXPECT_EQ(read_all(*journal, 11).size(), 4U);
    const Epoch epoch = acquire(*journal);
    EXPECT_EQ(journal->trim(0, epoch).warning, "");
    const auto more = records_of({domain::Deposited{"ann", 1, ""}}, 15);
    EXPECT_EQ(journal->append(0, epoch, 14, more).outcome, AppendOutcome::ok);
    const domain::Sequence archived = 10;
    const auto failure = journal->read_each(0, std::span(&archived, 1),
                                            [](const domain::Record&) { return Visit::next; });
    ASSERT_TRUE(failure);
    EXPECT_TRUE(failure->is_missing_segment);
    ASSERT_TRUE(journal->find_missing_segment());
    EXPECT_TRUE(journal->find_missing_segment()->is_missing_segment);
}

TEST_F(ArchiveDamageTest, ASegmentThatWasCutShortIsNamed) {
    const std::string bytes = bytes_of(third);
    put_bytes(third, bytes.substr(0, bytes.size() - 1));
    expect_found(6,
                 "has " + std::to_string(bytes.size() - 1) + " bytes instead of " +
                     std::to_string(bytes.size()) + "; it should hold records 6 to 10",
                 third);
    put_bytes(third, bytes.substr(0, 100));
    expect_found(6, "is cut short: it has not even a header", third);
    put_bytes(third, "");
    expect_found(6, "is cut short", third);
}

TEST_F(ArchiveDamageTest, ASegmentWhoseEndIsMissingBehindASealedHeaderIsNamed) {
    const std::string bytes = bytes_of(third);
    put_bytes(third, bytes.substr(0, bytes.size() - 40));
    alter_header(third, [](SegmentHeader& header) { header.file_bytes -= 40; });
    const auto outcome = verify(path);
    ASSERT_TRUE(std::holds_alternative<DamagedJournal>(outcome));
    EXPECT_NE(std::get<DamagedJournal>(outcome).sentence.find("the file ends too early"),
              std::string::npos)
        << std::get<DamagedJournal>(outcome).sentence;
}

TEST_F(ArchiveDamageTest, SomethingElseUnderItsNameIsNamed) {
    put_bytes(first, std::string(500, 'x'));
    expect_found(1, "is no archive segment", first);
    fs::copy_file(third, first, fs::copy_options::overwrite_existing);
    expect_found(1, "was renamed: it holds records 6 to 10", first);
}

TEST_F(ArchiveDamageTest, ASegmentOfAnotherJournalOrVersionIsNamed) {
    alter_header(second, [](SegmentHeader& header) { header.journal_id[3] ^= 1U; });
    expect_found(5, "is another journal's", second);
    alter_header(second, [](SegmentHeader& header) {
        header.journal_id[3] ^= 1U;
        header.format_version = 9;
    });
    expect_found(5, "is of segment version 9; this program reads version 1", second);
}

TEST_F(ArchiveDamageTest, AFlippedBitInTheHeaderIsNamed) {
    std::string bytes = bytes_of(second);
    bytes[60] = static_cast<char>(bytes[60] ^ 4);
    put_bytes(second, bytes);
    expect_found(5, "its header's checksum is wrong", second);
}

TEST_F(ArchiveDamageTest, AHeaderThatBeginsWithAnotherHashDoesNotFollow) {
    for (const fs::path& file : {first, second}) {
        alter_header(file, [](SegmentHeader& header) { header.hash_before[0] ^= 1U; });
        expect_found(file == first ? 1 : 5, "does not follow from the records before it", file);
        alter_header(file, [](SegmentHeader& header) { header.hash_before[0] ^= 1U; });
    }
}

TEST_F(ArchiveDamageTest, AHeaderThatEndsWithAnotherHashIsNamed) {
    alter_header(second, [](SegmentHeader& header) { header.hash_after[0] ^= 1U; });
    expect_found(5, "its header has another hash than its last commit", second);
}

TEST_F(ArchiveDamageTest, AFlippedBitInARecordIsNamedWithItsSequence) {
    alter_body(third, [](std::string& body) {
        auto& byte = body[place_in(body, 8, 6) + 30];
        byte = static_cast<char>(byte ^ 1);
    });
    expect_found(8, "record 8 is damaged: its checksum is wrong", third);
    const domain::Sequence sequence = 8;
    const auto failure =
        open_journal(path)->read_each(0, std::span(&sequence, 1), [](const domain::Record&) {
            ADD_FAILURE() << "a damaged record was shown";
            return Visit::next;
        });
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->first_bad_sequence, 8U);
}

TEST_F(ArchiveDamageTest, ARecordRewrittenWithItsChecksumBreaksTheChain) {
    alter_body(third, [](std::string& body) {
        const std::size_t place = place_in(body, 10, 6);
        const auto at = body.find("carol", place);
        ASSERT_NE(at, std::string::npos);
        body.replace(at, 5, "carla");
        const std::uint64_t checksum =
            XXH3_64bits_withSeed(&body[place + 8], body.size() - place - 8, 10);
        std::memcpy(&body[place], &checksum, sizeof checksum);
    });
    expect_found(6, "record 6 to 10, one commit, break the chain", third);
}

TEST_F(ArchiveDamageTest, ADamagedCommitEntryIsNamed) {
    alter_body(third, [](std::string& body) { body[30] = static_cast<char>(body[30] ^ 1); });
    expect_found(6, "record 6 cannot be trusted: the entry of its commit is damaged", third);
}

TEST_F(ArchiveDamageTest, ARecordTooManyOrTooFewIsNamed) {
    const std::string bytes = bytes_of(third);
    alter_body(third, [](std::string& body) { body += std::string(16, '\0'); });
    expect_found(6, "there is something behind its last record", third);
    put_bytes(third, bytes);
    alter_body(third, [](std::string& body) { body.resize(place_in(body, 10, 6)); });
    expect_found(10, "record 10 is missing: the segment ends before it", third);
}

TEST_F(ArchiveDamageTest, ALengthThatIsNoneIsNamed) {
    alter_body(third, [](std::string& body) { body[place_in(body, 7, 6) + 15] = '\x7f'; });
    expect_found(7, "record 7 is longer than any record", third);
}

TEST_F(ArchiveDamageTest, AJournalThatDoesNotFollowFromItsArchiveIsNamed) {
    const fs::path other = folder.path() / "other";
    auto records = story();
    records[3].event = domain::Deposited{"ann", 6'000, "cash"};
    append_in_commits(*open_journal(other), records, {4, 1, 5});
    archive(other, 11);
    fs::remove_all(path / "archive");
    fs::copy(other / "archive", path / "archive");
    expect_found(11,
                 "record 11 does not follow from the archive, whose records to 10 are not those "
                 "that were here");
}

TEST_F(ArchiveDamageTest, TheEntryThatTheChainGoesOnFromIsMissed) {
    RawJournal(path).remove("commits", key_of(std::uint64_t{10}));
    expect_found(10, "no commit ends at 10");
}

TEST_F(ArchiveDamageTest, WhereTheArchiveEndsIsCheckedInMeta) {
    auto bytes = RawJournal(path).get("meta", key_of("archived"));
    bytes[0] ^= std::byte{1};
    RawJournal(path).put("meta", key_of("archived"), bytes);
    expect_found(0, "where its archive ends is damaged or missing");
}

TEST_F(ArchiveDamageTest, ThousandRandomBitFlipsInASegmentAreFoundOrChangeNothing) {
    const std::string good = bytes_of(third);
    SeededRandom random(20'261'124);
    int unnoticed = 0;
    for (int round = 0; round < 1'000; ++round) {
        std::string bytes = good;
        auto& byte = bytes[random.below(bytes.size())];
        byte = static_cast<char>(byte ^ static_cast<char>(1U << random.below(8)));
        put_bytes(third, bytes);
        if (std::holds_alternative<DamagedJournal>(verify(path))) {
            continue;
        }
        ++unnoticed; // zstd has bits without a meaning
        ASSERT_TRUE(same_records(read_all(*open_journal(path)), story())) << "round " << round;
    }
    EXPECT_LT(unnoticed, 20);
}

} // namespace
} // namespace hongbao::persistence
