// Role: the bytes of every sample journal, and of every table of the read models built from them,
// are what pinned_tables.txt says: no change of code may change one unnoticed. A further line there
// is a story of this file, which fills the tables that no sample fills. Nothing is left out: the
// order of writing, be it a hash table's or a thread's, leaves no trace in a table.
// To change bytes on purpose: raise model_format_version, then take over the lines that this test
// prints. Those of `(records)` never change; a new sample adds its own.
#include "persistence/journal/lmdb/walk.hpp"
#include "persistence/read_model/start/bring_up.hpp"
#include "persistence/record/codec.hpp"
#include "tests/persistence/archives.hpp"
#include "tests/persistence/sale_story.hpp"
#include "tests/persistence/stored_tables.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

constexpr const char* of_this_file = "suspended";

std::filesystem::path here() {
    return std::filesystem::path(HONGBAO_SOURCE_DIR) / "tests/persistence";
}

/// The folders of the samples, and the story of this file.
std::vector<std::string> names() {
    std::vector<std::string> names{of_this_file};
    for (const auto& entry : std::filesystem::directory_iterator(here() / "samples")) {
        names.push_back(entry.path().filename());
    }
    std::sort(names.begin(), names.end());
    return names;
}

/// Table -> how it is, as a line of pinned_tables.txt says; of one sample.
using Tables = std::map<std::string, std::string>;

std::map<std::string, Tables> pinned() {
    std::map<std::string, Tables> pinned;
    std::ifstream file(here() / "read_model/pinned_tables.txt");
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string sample;
        std::string table;
        if (words >> sample >> table && sample != "#") {
            std::string rest;
            std::getline(words >> std::ws, rest);
            EXPECT_TRUE(pinned[sample].emplace(table, rest).second) << "twice: " << line;
        }
    }
    return pinned;
}

std::string in_words(const StoredTable& table) {
    return (table.has_number_keys ? "numbers " : "bytes ") + std::to_string(table.rows) + " " +
           table.digest;
}

constexpr const char* records_table = "(records)";

void expect_pinned(const std::string& sample, const Tables& pinned, const Tables& found) {
    for (const auto& [table, words] : found) {
        const auto line = pinned.find(table);
        const std::string was = line != pinned.end() ? line->second : "not pinned at all";
        EXPECT_EQ(was, words) << "sample " << sample << ", table " << table
                              << ": keys, number of rows or bytes have changed. The line is now\n"
                              << sample << " " << table << " " << words;
    }
    for (const auto& [table, words] : pinned) {
        EXPECT_TRUE(found.contains(table))
            << "sample " << sample << ", table " << table << " is pinned, but not there";
    }
}

/// The story of sales, and then payments that are suspended: gw-4 and gw-6 are still undecided,
/// gw-5 is released to carol, gw-7 returned; ann sends a packet to two. Three days later there
/// is a new key, and the older ones are forgotten; dave has so many lines that there is a mark.
std::vector<domain::Record> suspended_story() {
    using enum domain::ExternalPaymentOutcome;
    using domain::SuspendedPaymentDecided;
    using domain::SuspensionEnd;
    const auto suspended = [](std::uint64_t order, const char* user, const char* gateway_ref,
                              domain::Fen amount_fen, domain::ExternalPaymentOutcome outcome) {
        return domain::ExternalPaymentTaken{{95},       {order}, user, gateway_ref,
                                            amount_fen, outcome, true};
    };
    std::vector<domain::Record> records = sale_story();
    auto more = records_of(
        {suspended(104, "bob", "gw-4", 70'000, too_late),
         suspended(103, "carol", "gw-5", 80'000, order_final),
         suspended(104, "bob", "gw-6", 90'000, too_late),
         SuspendedPaymentDecided{
             {95}, {103}, "carol", "gw-5", 80'000, SuspensionEnd::released, "hers"},
         suspended(104, "bob", "gw-7", 5, too_late),
         SuspendedPaymentDecided{{95}, {104}, "bob", "gw-7", 5, SuspensionEnd::returned, "theirs"},
         domain::PacketSent{{77},
                            "ann",
                            domain::PacketKind::equal,
                            2,
                            2,
                            "",
                            {"bob", "dave"},
                            {},
                            false,
                            20'000,
                            story_at(1'000'000)}},
        31);
    for (int hour = 0; hour < 72; ++hour) {
        more.push_back({more.back().sequence + 1, 0, domain::Deposited{"dave", 1 + hour, ""}, {}});
    }
    for (std::size_t i = 0; i < more.size(); ++i) {
        more[i].at = story_at(static_cast<std::int64_t>(3'600 * (i + 1)));
    }
    more.back().idempotency = domain::IdempotencyTag{"deposit-72", sample_digest(0x70)};
    records.insert(records.end(), more.begin(), more.end());
    return records;
}

/// A copy, since opening a journal writes beside it.
void put_journal(const std::string& name, const std::filesystem::path& to) {
    if (name == of_this_file) {
        append_in_commits(*open_journal(to), suspended_story(), {30, 1, 3});
    } else {
        std::filesystem::copy(here() / "samples" / name, to,
                              std::filesystem::copy_options::recursive);
    }
}

class PinnedSample : public ::testing::TestWithParam<std::string> {
  protected:
    PinnedSample() { put_journal(GetParam(), journal_path()); }

    std::filesystem::path journal_path() const { return folder_.path() / "journal"; }

    ReadModelOptions options_of_model(const LmdbJournal& journal) const {
        ReadModelOptions options;
        options.path = folder_.path() / "model";
        options.journal_id = journal.id();
        options.fail_stop = [](const std::string& sentence) { FAIL() << sentence; };
        return options;
    }
    /// As a start does: takes all records that the model does not have yet.
    void start() const {
        const auto journal = open_journal(journal_path());
        BringUp wanted;
        wanted.model = options_of_model(*journal);
        wanted.on_rebuild = [](const std::string& why) { ADD_FAILURE() << why; };
        const auto up = bring_up(*journal, wanted);
        const auto* failure = std::get_if<Failure>(&up);
        ASSERT_EQ(failure, nullptr) << failure->sentence;
    }
    /// A generation for each record, up to this one.
    void follow_record_by_record(domain::Sequence last) const {
        const auto journal = open_journal(journal_path());
        auto opened = ReadModel::open(options_of_model(*journal));
        auto& model = *std::get<std::unique_ptr<ReadModel>>(opened);
        for (const domain::Record& record : read_all(*journal)) {
            if (record.sequence <= last) {
                const auto hash = journal->chain_hash_after(record.sequence).value_or(ChainHash{});
                model.apply(std::make_shared<const Commit>(Commit{{record}, hash}));
                model.write_all();
            }
        }
    }
    void expect_pinned_tables() const {
        Tables found;
        for (const StoredTable& table : stored_tables(folder_.path() / "model")) {
            found.emplace(table.name, in_words(table));
        }
        Tables expected = pinned()[GetParam()];
        expected.erase(records_table);
        expect_pinned(GetParam(), expected, found);
    }

    TemporaryFolder folder_;
};
INSTANTIATE_TEST_SUITE_P(Of, PinnedSample, ::testing::ValuesIn(names()), [](const auto& name) {
    std::string word = name.param;
    std::replace(word.begin(), word.end(), '-', '_');
    return word;
});

TEST_P(PinnedSample, HasTheseRecordsAndEachIsStillWrittenSo) {
    DigestOfStrings digest;
    std::uint64_t count = 0;
    RecordEncoder encoder;
    const auto store = open_store(journal_path());
    RecordWalk walk(*store, 1, [&](const WalkedRecord& walked) {
        EXPECT_EQ(hex_of(encoder.encode(walked.record)), hex_of(walked.bytes))
            << "record " << walked.record.sequence;
        digest.add(walked.bytes);
        ++count;
        return Visit::next;
    });
    const auto failure = walk.run();
    EXPECT_FALSE(failure) << failure->sentence;
    const Tables expected{{records_table, pinned()[GetParam()][records_table]}};
    expect_pinned(GetParam(), expected,
                  {{records_table, std::to_string(count) + " " + digest.hex()}});
}

TEST_P(PinnedSample, HasAReadModelOfTheseBytesAfterAStart) {
    start();
    expect_pinned_tables();
}

TEST_P(PinnedSample, HasTheSameIfEachRecordIsAGenerationOfItsOwn) {
    follow_record_by_record(std::numeric_limits<domain::Sequence>::max());
    expect_pinned_tables();
}

TEST_P(PinnedSample, HasTheSameIfAStartGoesOnFromHalfOfIt) {
    follow_record_by_record(7);
    start();
    expect_pinned_tables();
}

TEST(PinnedSamples, AreAllThatThereAreAndFillEveryTable) {
    std::set<std::string> pinned_names;
    std::map<std::string, bool> is_filled;
    for (const auto& [sample, tables] : pinned()) {
        pinned_names.insert(sample);
        for (const auto& [table, words] : tables) {
            is_filled[table] |= !words.ends_with(" -");
        }
    }
    const auto found = names();
    EXPECT_EQ(pinned_names, std::set<std::string>(found.begin(), found.end()));
    for (const auto& [table, filled] : is_filled) {
        EXPECT_TRUE(filled) << "no sample has a row in table " << table;
    }
}

TEST(PinnedSamples, HaveRecordsOfEveryKind) {
    std::set<std::size_t> kinds;
    for (const std::string& name : names()) {
        const TemporaryFolder folder;
        put_journal(name, folder.path() / "journal");
        for (const domain::Record& record : read_all(*open_journal(folder.path() / "journal"))) {
            kinds.insert(record.event.index());
        }
    }
    EXPECT_EQ(kinds.size(), std::variant_size_v<domain::Event>);
}

} // namespace
} // namespace hongbao::persistence
