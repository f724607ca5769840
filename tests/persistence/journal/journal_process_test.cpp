// Role: the journal between processes: read while another appends, sound after that one is killed.
#include "persistence/inspect/verify.hpp"
#include "tests/persistence/journals.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

/// Appends commits of three records for ever, and reports each new end once it is acknowledged.
[[noreturn]] void append_for_ever(const std::filesystem::path& path, int tell) {
    const auto journal = open_journal(path);
    const Epoch epoch = acquire(*journal);
    domain::Sequence last = journal->position(0).last_sequence;
    for (;;) {
        std::vector<domain::Event> events(3, domain::Deposited{"ann", 1, ""});
        if (last == 0) {
            events[0] = domain::AccountOpened{"ann", "Ann", "", {}};
        }
        const auto records = records_of(std::move(events), last + 1);
        if (journal->append(0, epoch, last, records).outcome != AppendOutcome::ok) {
            ::_exit(1);
        }
        last += 3;
        if (::write(tell, &last, sizeof last) != sizeof last) {
            ::_exit(1);
        }
    }
}

TEST(JournalBetweenProcesses, IsSoundWhileOneAppendsAndHasAllThatWasAcknowledgedOnceItIsKilled) {
    TemporaryFolder folder;
    domain::Sequence last_before = 0;
    for (int life = 0; life < 8; ++life) {
        int told[2] = {-1, -1};
        ASSERT_EQ(::pipe(told), 0);
        const pid_t writer = ::fork();
        ASSERT_GE(writer, 0);
        if (writer == 0) {
            append_for_ever(folder.path(), told[1]);
        }
        ::close(told[1]);
        domain::Sequence acknowledged = 0;
        for (int commits = 0; commits < 10 + life; ++commits) {
            ASSERT_EQ(::read(told[0], &acknowledged, sizeof acknowledged),
                      static_cast<ssize_t>(sizeof acknowledged));
        }
        const auto beside = verify(folder.path());
        ::kill(writer, SIGKILL);
        ::waitpid(writer, nullptr, 0);
        while (::read(told[0], &acknowledged, sizeof acknowledged) > 0) {
        }
        ::close(told[0]);

        const auto* sound_beside = std::get_if<SoundJournal>(&beside);
        ASSERT_NE(sound_beside, nullptr) << std::get<DamagedJournal>(beside).sentence;
        EXPECT_GT(sound_beside->records, last_before);
        const auto after = verify(folder.path());
        const auto* sound = std::get_if<SoundJournal>(&after);
        ASSERT_NE(sound, nullptr) << std::get<DamagedJournal>(after).sentence;
        EXPECT_GE(sound->records, acknowledged);
        EXPECT_LE(sound->records, acknowledged + 3) << "only the commit in flight may be added";
        EXPECT_EQ(sound->records % 3, 0U) << "commits are there wholly or not at all";
        last_before = sound->records;
    }
}

} // namespace
} // namespace hongbao::persistence
