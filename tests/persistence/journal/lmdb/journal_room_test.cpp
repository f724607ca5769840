// Role: a journal has the room that it says it has, whatever the records' size and however often
// its file was archived and used again; and what it needs for itself when it is full.
#include "persistence/journal/lmdb/record_rows.hpp"
#include "persistence/journal/lmdb/record_size.hpp"
#include "persistence/journal/lmdb/walk.hpp"
#include "persistence/record/codec.hpp"
#include "tests/persistence/archives.hpp"
#include "tests/persistence/random_records.hpp"
#include "tests/persistence/same_record.hpp"

#include <sys/resource.h>

#include <csignal>
#include <cstdlib>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

constexpr std::uint64_t mib = 1U << 20U;

domain::PacketSent packet_for(std::size_t recipients, SeededRandom& random) {
    domain::PacketSent sent{{random.below(UINT64_MAX)},
                            "ann",
                            domain::PacketKind::lucky,
                            1'000'000,
                            1,
                            {},
                            {},
                            {},
                            true,
                            1'000'000,
                            story_begins + 60'000};
    for (std::size_t n = 0; n < recipients; ++n) {
        sent.recipients.push_back(std::string(1 + random.below(64), 'r'));
    }
    return sent;
}

std::vector<domain::Record> numbered(std::vector<domain::Record> records, domain::Sequence last) {
    for (domain::Record& record : records) {
        record.sequence = ++last;
        record.at = story_begins;
    }
    return records;
}

std::uint64_t journal_bytes_of(std::span<const domain::Record> records) {
    std::uint64_t bytes = 0;
    for (const domain::Record& record : records) {
        bytes += journal_bytes_most(
            record_bytes_most(record.event, record.idempotency, record.operation.get()));
    }
    return bytes;
}

TEST(RecordSize, IsNeverLessThanWhatIsEncoded) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        RandomRecords random(seed);
        RecordEncoder encoder;
        for (std::size_t kind = 0; kind < RandomRecords::kinds; ++kind) {
            const domain::Record record = random.record(kind, 1);
            EXPECT_LE(encoder.encode(record).size(),
                      record_bytes_most(record.event, record.idempotency, record.operation.get()))
                << "kind " << kind << ", seed " << seed;
        }
        const domain::Record large{1, story_begins, packet_for(500, random.random()), {}};
        EXPECT_LE(encoder.encode(large).size(), record_bytes_most(large.event, {})) << seed;
    }
}

/// All trees taken together, for records that all have one length.
TEST(RecordSize, IsNeverLessThanWhatTheTreesTake) {
    for (const std::size_t text : {0U, 100U, 200U, 300U, 600U, 1'000U, 1'200U, 1'250U, 1'700U,
                                   1'900U, 2'100U, 3'000U, 3'900U, 4'096U}) {
        TemporaryFolder folder;
        const auto journal = open_journal(folder.path());
        const Epoch epoch = acquire(*journal);
        domain::Sequence last = 0;
        std::uint64_t most = 0;
        const std::uint64_t before = journal->space().used_bytes;
        for (int commit = 0; commit < 40; ++commit) {
            std::vector<domain::Record> records(
                50, {0, 0, domain::Deposited{"ann", 1, std::string(text, 'x')}, {}});
            records = numbered(std::move(records), last);
            most += journal_bytes_of(records);
            ASSERT_EQ(journal->append(0, epoch, last, records).outcome, AppendOutcome::ok);
            last += records.size();
        }
        constexpr std::uint64_t beside = 256U << 10U; // what every commit copies
        EXPECT_LE(journal->space().used_bytes - before, most + beside) << text;
    }
}

struct JournalRoom : ::testing::Test {
    TemporaryFolder folder;
    std::filesystem::path path = folder.path() / "journal";
    std::unique_ptr<LmdbJournal> journal;
    Epoch epoch = 0;
    domain::Sequence last = 0;

    void open(std::uint64_t map_bytes) {
        journal.reset();
        auto options = options_for(path);
        options.map_bytes = map_bytes;
        journal = open_journal(options);
        epoch = acquire(*journal);
        ASSERT_EQ(journal->position(0).last_sequence, last);
    }
    AppendResult append(const std::vector<domain::Record>& records) {
        auto result = journal->append(0, epoch, last, records);
        last += result.outcome == AppendOutcome::ok ? records.size() : 0;
        return result;
    }
    void archive_and_trim(std::uint64_t map_bytes) {
        journal.reset(); // a process opens a journal only once
        archive(path, all_projected, all_in_one);
        open(map_bytes);
        while (trim_once(*journal, epoch)) {
        }
    }
};

/// Small and large records in commits of any size, as long as it says that there is room; then room
/// is made, and so on: after that, free pages lie everywhere, and seldom side by side.
TEST_F(JournalRoom, AFileThatIsUsedAgainAndAgainTakesWhateverItSaysItHasRoomFor) {
    const char* const many = std::getenv("HONGBAO_ROUNDS"); // 500 take an hour
    const int rounds = many != nullptr ? std::atoi(many) : 12;
    constexpr std::uint64_t seed = 20'261'121;
    RandomRecords random(seed);
    open(16 * mib);
    for (int round = 0; round < rounds; ++round) {
        const domain::Sequence first = last;
        while (true) {
            std::vector<domain::Record> records;
            const std::size_t count = 1 + random.random().below(200);
            for (std::size_t n = 0; n < count; ++n) {
                records.push_back(random.record(random.random().below(RandomRecords::kinds), 1));
            }
            if (random.random().below(4) == 0) {
                const std::size_t recipients = random.random().below(10'000);
                records[random.random().below(count)].event =
                    packet_for(recipients, random.random());
            }
            records = numbered(std::move(records), last);
            if (!journal->has_room_for(journal_bytes_of(records))) {
                break;
            }
            const auto result = append(records);
            ASSERT_EQ(result.outcome, AppendOutcome::ok)
                << result.description << ", round " << round << ", seed " << seed << ", "
                << journal->space().left_bytes << " left";
        }
        ASSERT_GT(last, first) << "no room was made before round " << round;
        archive_and_trim(16 * mib);
        ASSERT_GT(journal->space().left_bytes, 12 * mib) << round;
    }
    journal.reset();
    domain::Sequence read = 0;
    const auto store = open_store(path);
    RecordWalk walk(*store, 1, [&](const WalkedRecord& walked) {
        read = walked.record.sequence;
        return Visit::next;
    });
    EXPECT_EQ(said_by(walk.run()), "");
    EXPECT_EQ(read, last);
}

TEST_F(JournalRoom, OfAFullJournalThereIsStillSomeToAcquireAndToArchiveIt) {
    open(mib); // LMDB's own minimum
    AppendResult result;
    do { // as an older program did, until nothing more fits
        result = append(numbered({{0, 0, domain::Deposited{"ann", 1, ""}, {}}}, last));
    } while (result.outcome == AppendOutcome::ok);
    EXPECT_NE(result.description.find("MDB_MAP_FULL"), std::string::npos) << result.description;
    for (int start = 0; start < 5; ++start) {
        open(mib);
        EXPECT_FALSE(journal->has_room_for(2 * mib));
    }
    const std::uint64_t used = journal->space().used_bytes;
    archive_and_trim(mib);
    EXPECT_LT(journal->space().used_bytes, used / 2);
    ASSERT_TRUE(journal->has_room_for(300));
    EXPECT_EQ(append(numbered({{0, 0, domain::Deposited{"ann", 1, ""}, {}}}, last)).outcome,
              AppendOutcome::ok);
    EXPECT_EQ(read_all(*journal).size(), last);
}

TEST_F(JournalRoom, EndsWhereThisProcessMayWriteNoFurther) {
    open(64 * mib);
    struct rlimit before {};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    auto* const handled = std::signal(SIGXFSZ, SIG_IGN);
    const struct rlimit few { 4 * mib, before.rlim_max };
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &few), 0);
    EXPECT_LE(journal->space().left_bytes, 4 * mib);
    const auto record = [&] {
        return numbered({{0, 0, domain::Deposited{"ann", 1, std::string(4'000, 'x')}, {}}}, last);
    };
    while (journal->has_room_for(journal_bytes_of(record()))) {
        ASSERT_EQ(append(record()).outcome, AppendOutcome::ok);
    }
    EXPECT_GT(last, 300U);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, handled);
    EXPECT_GT(journal->space().left_bytes, 32 * mib);
    ASSERT_TRUE(journal->has_room_for(journal_bytes_of(record())));
    EXPECT_EQ(append(record()).outcome, AppendOutcome::ok);
}

TEST_F(JournalRoom, LongRecordsAreReadBackWhereverTheyLie) {
    RandomRecords random(7);
    std::vector<domain::Record> all;
    open(64 * mib);
    for (const std::size_t recipients : {0U, 1U, 40U, 60U, 100U, 1'000U, 10'000U, 3U}) {
        auto one = numbered({{0, 0, packet_for(recipients, random.random()), {}}}, last);
        ASSERT_EQ(append(one).outcome, AppendOutcome::ok);
        all.push_back(one.front());
    }
    EXPECT_TRUE(same_records(read_all(*journal), all));
    open(64 * mib);
    EXPECT_TRUE(same_records(read_all(*journal), all));
    journal.reset();
    archive(path, 5, commit_by_commit);
    open(64 * mib);
    while (trim_once(*journal, epoch)) {
    }
    EXPECT_TRUE(same_records(read_all(*journal), all));
    std::vector<domain::Record> found;
    const std::vector<domain::Sequence> wanted{7, 2, 8, 6};
    EXPECT_EQ(said_by(journal->read_each(0, wanted,
                                         [&](const domain::Record& record) {
                                             found.push_back(record);
                                             return Visit::next;
                                         })),
              "");
    EXPECT_TRUE(same_records(found, {all[6], all[1], all[7], all[5]}));
}

} // namespace
} // namespace hongbao::persistence
