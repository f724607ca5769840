// Role: journals of every format version ever used open for ever. samples/v1 holds the story of
// journals.hpp in commits of 4, 1, 5 and 4 records, written by write_story with sample_id();
// samples/v2 the same with the first three commits in an archive, a segment each; samples/v3 the
// same, followed by a record of several parts, in a commit of its own.
// To make the sample of a new version, or of a changed schema: HONGBAO_SAMPLE=<new folder>
// persistence_tests --gtest_filter='SampleJournal.*', and keep data.mdb and archive from that
// folder.
#include "persistence/journal/chain_hash.hpp"
#include "persistence/journal/segment/reader.hpp"
#include "tests/persistence/archives.hpp"
#include "tests/persistence/same_record.hpp"

#include <gtest/gtest.h>

#include <xxhash.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

constexpr const char* v1_chain_hash =
    "5b316d576d6d4482bd4d980b4e2671a287d6dfa7fd42231ea9a8b5f9de3dfdf1";

constexpr const char* v3_chain_hash =
    "f52463adf6fbbe02a309bf736ffdcd61d4e0418f28995ec31d8930f817f2a2ec";

std::filesystem::path sample(const char* version) {
    return std::filesystem::path(HONGBAO_SOURCE_DIR) / "tests/persistence/samples" / version;
}

/// A copy, since opening a journal writes LMDB's table of readers beside it.
std::filesystem::path copy_of_sample(const char* version, const std::filesystem::path& to) {
    std::filesystem::copy(sample(version), to, std::filesystem::copy_options::recursive);
    return to;
}

/// Where this code writes the newest sample: a folder of the test's own, or one that is kept.
std::filesystem::path sample_folder(const TemporaryFolder& folder, const char* name) {
    const char* const kept = std::getenv("HONGBAO_SAMPLE");
    return (kept == nullptr ? folder.path() : std::filesystem::path(kept)) / name;
}

/// The schema without comments and spaces.
std::string plain_schema() {
    std::ifstream file(HONGBAO_SOURCE_DIR "/persistence/record/record.fbs");
    std::string plain;
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line.substr(0, line.find("//")));
        for (std::string word; words >> word;) {
            plain += word + ' ';
        }
    }
    return plain;
}

/// Commit entries and record bytes of a segment, one behind the other.
std::vector<std::byte> body_of(const SegmentFile& file) {
    std::vector<std::byte> body;
    const auto opened = SegmentReader::open(file, sample_id());
    SegmentReader& reader = *std::get<std::unique_ptr<SegmentReader>>(opened);
    while (true) {
        const auto next = reader.next();
        const auto& record = std::get<std::optional<SegmentRecord>>(next);
        if (!record) {
            return body;
        }
        const auto entry = encode_commit(record->commit);
        body.insert(body.end(), entry.begin(), entry.end());
        body.insert(body.end(), record->bytes.begin(), record->bytes.end());
    }
}

TEST(SampleJournal, OfVersion1OpensAndTellsTheStory) {
    TemporaryFolder folder;
    const auto journal = open_journal(copy_of_sample("v1", folder.path()));
    EXPECT_TRUE(same_records(read_all(*journal), story()));
    EXPECT_EQ(journal->id(), sample_id());
    EXPECT_EQ(to_hex(journal->position(0).chain_hash), v1_chain_hash);
}

TEST(SampleJournal, OfVersion1IsSoundAndCanBeContinued) {
    TemporaryFolder folder;
    const auto path = copy_of_sample("v1", folder.path());
    EXPECT_TRUE(std::holds_alternative<SoundJournal>(verify(path)));
    const auto journal = open_journal(path);
    const auto more = records_of({domain::Deposited{"ann", 1, ""}}, 15);
    EXPECT_EQ(journal->append(0, acquire(*journal), 14, more).outcome, AppendOutcome::ok);
}

TEST(SampleJournal, OfVersion1IsStillWhatThisCodeWrites) {
    TemporaryFolder folder;
    const auto path = sample_folder(folder, "v1");
    write_story(path);
    EXPECT_EQ(to_hex(open_journal(path)->position(0).chain_hash), v1_chain_hash);
}

TEST(SampleJournal, OfVersion2OpensTellsTheStoryAndCanBeContinued) {
    TemporaryFolder folder;
    const auto path = copy_of_sample("v2", folder.path());
    EXPECT_EQ(RawJournal(path).get("meta", key_of("format"))[0], std::byte{2});
    EXPECT_EQ(RawJournal(path).places("records").size(), 4U);
    const auto outcome = verify(path);
    const auto* sound = std::get_if<SoundJournal>(&outcome);
    ASSERT_NE(sound, nullptr) << std::get<DamagedJournal>(outcome).sentence;
    EXPECT_EQ(sound->hash_hex, v1_chain_hash);
    const auto journal = open_journal(path);
    EXPECT_TRUE(same_records(read_all(*journal), story()));
    const auto more = records_of({domain::Deposited{"ann", 1, ""}}, 15);
    EXPECT_EQ(journal->append(0, acquire(*journal), 14, more).outcome, AppendOutcome::ok);
}

TEST(SampleJournal, OfVersion2IsStillWhatThisCodeWrites) {
    TemporaryFolder folder;
    const auto path = sample_folder(folder, "v2");
    write_story(path);
    archive(path, 11);
    trim_all(path);
    const auto written = segments_in(path / "archive");
    const auto kept = segments_in(sample("v2") / "archive");
    const auto& segments = std::get<std::vector<SegmentFile>>(written);
    const auto& expected = std::get<std::vector<SegmentFile>>(kept);
    ASSERT_EQ(segments.size(), 3U);
    ASSERT_EQ(expected.size(), 3U);
    for (std::size_t i = 0; i < segments.size(); ++i) {
        EXPECT_EQ(segments[i].path.filename(), expected[i].path.filename());
        EXPECT_EQ(body_of(segments[i]), body_of(expected[i])); // zstd may compress differently
    }
}

/// The story and a record of several parts.
std::vector<domain::Record> long_story() {
    domain::PacketSent sent{{79},  "ann",  domain::PacketKind::equal, 300, 300, "", {}, {},
                            false, 20'000, story_begins + 86'400'000};
    for (int n = 0; n < 300; ++n) {
        sent.recipients.push_back("recipient number " + std::to_string(n));
    }
    std::vector<domain::Record> records = story();
    records.push_back(records_of({std::move(sent)}, 15).front());
    return records;
}

TEST(SampleJournal, OfVersion3OpensTellsTheStoryAndCanBeContinued) {
    TemporaryFolder folder;
    const auto path = copy_of_sample("v3", folder.path());
    EXPECT_EQ(RawJournal(path).get("meta", key_of("format"))[0], std::byte{3});
    EXPECT_GT(RawJournal(path).entries("parts").size(), 3U);
    EXPECT_TRUE(std::holds_alternative<SoundJournal>(verify(path)));
    const auto journal = open_journal(path);
    EXPECT_TRUE(same_records(read_all(*journal), long_story()));
    EXPECT_EQ(to_hex(journal->position(0).chain_hash), v3_chain_hash);
    const auto more = records_of({domain::Deposited{"ann", 1, ""}}, 16);
    EXPECT_EQ(journal->append(0, acquire(*journal), 15, more).outcome, AppendOutcome::ok);
}

TEST(SampleJournal, OfVersion3IsStillWhatThisCodeWrites) {
    TemporaryFolder folder;
    const auto path = sample_folder(folder, "v3");
    append_in_commits(*open_journal(path), long_story(), {4, 1, 5, 4});
    EXPECT_EQ(to_hex(open_journal(path)->position(0).chain_hash), v3_chain_hash);
    const auto kept = copy_of_sample("v3", folder.path() / "kept");
    EXPECT_EQ(RawJournal(path).entries("records"), RawJournal(kept).entries("records"));
    EXPECT_EQ(RawJournal(path).entries("parts"), RawJournal(kept).entries("parts"));
}

TEST(SampleJournal, TheRecordSchemaIsTheOneThatTheSamplesWereWrittenWith) {
    const std::string schema = plain_schema();
    EXPECT_EQ(XXH3_64bits(schema.data(), schema.size()), 9'794'745'544'177'208'376ULL)
        << "record.fbs has changed. Read \"Changing the format\" in persistence/FORMAT.md, tell "
           "the "
           "story of tests/persistence/journals.hpp with what is new, keep a journal of it as a "
           "further sample with a test like those above, and only then put the new number here";
}

} // namespace
} // namespace hongbao::persistence
