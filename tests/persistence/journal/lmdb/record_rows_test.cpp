// Role: damage to the parts of a record is found just like damage to a record.
#include "persistence/inspect/verify.hpp"
#include "persistence/journal/lmdb/record_rows.hpp"
#include "tests/persistence/archives.hpp"
#include "tests/persistence/same_record.hpp"

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

constexpr domain::Sequence long_one = 15;

/// The story, and then a packet with enough recipients for its record to have several parts.
struct RecordRowsTest : ::testing::Test {
    TemporaryFolder folder;
    std::filesystem::path path = folder.path() / "journal";
    std::vector<domain::Record> records = story();
    std::uint64_t parts = 0;

    RecordRowsTest() {
        domain::PacketSent sent{{79},  "ann",  domain::PacketKind::equal, 300, 300, "", {}, {},
                                false, 20'000, story_begins + 86'400'000};
        for (int n = 0; n < 400; ++n) {
            sent.recipients.push_back(std::string(50, 'r') + std::to_string(n));
        }
        records.push_back(records_of({std::move(sent)}, long_one).front());
        records.push_back(records_of({domain::Deposited{"ann", 1, ""}}, long_one + 1).front());
        append_in_commits(*open_journal(path), records, {4, 1, 5, 4, 1});
        parts = RawJournal(path).entries("parts").size();
    }
    RawJournal::Bytes part(std::uint64_t number) {
        const std::uint64_t key = first_part_of(long_one) + number - 1;
        return RawJournal(path).get("parts", key_of(key));
    }
    void put_part(std::uint64_t number, const RawJournal::Bytes& bytes) {
        const std::uint64_t key = first_part_of(long_one) + number - 1;
        RawJournal(path).put("parts", key_of(key), bytes);
    }
    void expect_blamed(const std::string& words) {
        const auto outcome = verify(path);
        const auto* damaged = std::get_if<DamagedJournal>(&outcome);
        ASSERT_NE(damaged, nullptr);
        EXPECT_EQ(damaged->first_bad_sequence, long_one) << damaged->sentence;
        EXPECT_NE(damaged->sentence.find(words), std::string::npos) << damaged->sentence;
    }
};

TEST_F(RecordRowsTest, AreTwoToAPageAndReadAsOneRecord) {
    EXPECT_GT(parts, 8U);
    EXPECT_EQ(RawJournal(path).get("records", key_of(long_one)).size(), row_bytes_max);
    for (std::uint64_t number = 1; number < parts; ++number) {
        EXPECT_EQ(part(number).size(), row_bytes_max);
    }
    EXPECT_TRUE(std::holds_alternative<SoundJournal>(verify(path)));
    EXPECT_TRUE(same_records(read_all(*open_journal(path)), records));
}

TEST_F(RecordRowsTest, AFlippedBitInAnyPartIsFound) {
    for (std::uint64_t number = 1; number <= parts; ++number) {
        RawJournal::Bytes bytes = part(number);
        bytes[bytes.size() / 2] ^= std::byte{4};
        put_part(number, bytes);
        expect_blamed("its checksum is wrong");
        bytes[bytes.size() / 2] ^= std::byte{4};
        put_part(number, bytes);
    }
}

TEST_F(RecordRowsTest, AMissingPartIsFound) {
    for (const std::uint64_t number : {std::uint64_t{1}, parts / 2, parts}) {
        const RawJournal::Bytes bytes = part(number);
        const std::uint64_t key = first_part_of(long_one) + number - 1;
        RawJournal(path).remove("parts", key_of(key));
        expect_blamed("is damaged");
        put_part(number, bytes);
    }
}

TEST_F(RecordRowsTest, APartTooManyIsFound) {
    put_part(parts + 1, RawJournal::Bytes(10));
    expect_blamed("is damaged");
}

TEST_F(RecordRowsTest, ExchangedPartsAreFound) {
    const RawJournal::Bytes first = part(1);
    put_part(1, part(2));
    put_part(2, first);
    expect_blamed("its checksum is wrong");
}

TEST_F(RecordRowsTest, AreDeletedWithTheirRecord) {
    archive(path, long_one + 1);
    trim_all(path);
    EXPECT_TRUE(RawJournal(path).entries("parts").empty());
    EXPECT_TRUE(std::holds_alternative<SoundJournal>(verify(path)));
    EXPECT_TRUE(same_records(read_all(*open_journal(path)), records));
}

} // namespace
} // namespace hongbao::persistence
