// Role: backups of a journal while another process appends to it.
#include "persistence/inspect/verify.hpp"
#include "persistence/journal/chain_hash.hpp"
#include "persistence/upkeep/backup.hpp"
#include "tests/persistence/journals.hpp"
#include "tests/persistence/same_record.hpp"
#include "tests/rig/seeded_random.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

/// Appends commits of 1 to 400 records for ever, and reports each once it is acknowledged.
[[noreturn]] void append_for_ever(const std::filesystem::path& path, int tell) {
    auto options = options_for(path);
    options.map_bytes = 1U << 30U;
    const auto journal = open_journal(options);
    const Epoch epoch = acquire(*journal);
    SeededRandom random(7);
    domain::Sequence last = 0;
    for (;;) {
        std::vector<domain::Event> events(1 + random.below(400), domain::Deposited{"ann", 1, ""});
        if (last == 0) {
            events[0] = domain::AccountOpened{"ann", "Ann", "", {}};
        }
        const auto records = records_of(std::move(events), last + 1);
        if (journal->append(0, epoch, last, records).outcome != AppendOutcome::ok) {
            ::_exit(1);
        }
        last += records.size();
        if (::write(tell, &last, sizeof last) != sizeof last) {
            ::_exit(1);
        }
    }
}

TEST(LiveBackup, OfAJournalThatGrowsEndsAtACommitThatWasThereAndIsSound) {
    TemporaryFolder folder;
    const auto data = folder.path() / "data";
    int told[2] = {-1, -1};
    ASSERT_EQ(::pipe(told), 0);
    const pid_t writer = ::fork();
    ASSERT_GE(writer, 0);
    if (writer == 0) {
        append_for_ever(data / "journal", told[1]);
    }
    ::close(told[1]);
    std::vector<JournalPosition> ends;
    for (int round = 0; round < 5; ++round) {
        domain::Sequence acknowledged = 0;
        for (int commits = 0; commits < 20; ++commits) {
            ASSERT_EQ(::read(told[0], &acknowledged, sizeof acknowledged),
                      static_cast<ssize_t>(sizeof acknowledged));
        }
        const auto outcome = back_up(data, folder.path() / std::to_string(round));
        const auto* end = std::get_if<JournalPosition>(&outcome);
        ASSERT_NE(end, nullptr) << std::get<Failure>(outcome).sentence;
        EXPECT_GE(end->last_sequence, acknowledged) << "what was acknowledged before is in it";
        ends.push_back(*end);
    }
    ::kill(writer, SIGKILL);
    ::waitpid(writer, nullptr, 0);
    ::close(told[0]);

    const auto all = read_all(*open_journal(data / "journal"));
    for (std::size_t round = 0; round < ends.size(); ++round) {
        const auto copy = folder.path() / std::to_string(round) / "journal";
        const auto outcome = verify(copy);
        const auto* sound = std::get_if<SoundJournal>(&outcome);
        ASSERT_NE(sound, nullptr) << std::get<DamagedJournal>(outcome).sentence;
        EXPECT_EQ(sound->position.last_sequence, ends[round].last_sequence);
        EXPECT_EQ(sound->position.chain_hash, ends[round].chain_hash);
        auto expected = all;
        expected.resize(ends[round].last_sequence);
        EXPECT_TRUE(same_records(read_all(*open_journal(copy)), expected));
        const auto entry = decode_commit(
            RawJournal(data / "journal").get("commits", key_of(ends[round].last_sequence)),
            ends[round].last_sequence);
        ASSERT_TRUE(entry) << "it ends where a commit of the original ends";
        EXPECT_EQ(entry->hash, ends[round].chain_hash);
    }
}

} // namespace
} // namespace hongbao::persistence
