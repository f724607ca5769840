// Role: opening a journal after its writer was killed in the middle of a commit, while somebody
// reads it: LMDB's lock file is then one commit behind, and stays so.
#include "persistence/lmdb/environment.hpp"

#include "persistence/inspect/verify.hpp"
#include "persistence/repair/journal_at_start.hpp"
#include "persistence/upkeep/backup.hpp"
#include "tests/persistence/journals.hpp"
#include "tests/persistence/written_pages.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;
namespace fs = std::filesystem;

/// A process of its own that has the environment open to read, until the end of the scope.
class Reader {
  public:
    explicit Reader(const fs::path& path) {
        int ends[2] = {-1, -1};
        EXPECT_EQ(::pipe(ends), 0);
        process_ = ::fork();
        if (process_ == 0) {
            EnvironmentHandle environment;
            const int error = open_environment({path, 4, MDB_NOTLS | MDB_RDONLY, 0}, environment);
            const ssize_t told = ::write(ends[1], &error, sizeof error);
            while (told > 0) {
                ::pause();
            }
            ::_exit(1);
        }
        ::close(ends[1]);
        int error = -1;
        EXPECT_EQ(::read(ends[0], &error, sizeof error), static_cast<ssize_t>(sizeof error));
        EXPECT_EQ(error, 0);
        ::close(ends[0]);
    }
    ~Reader() {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

  private:
    pid_t process_ = -1;
};

/// A process appends a record to the story and is killed once the file has it.
void die_after_a_commit(const fs::path& journal) {
    const pid_t writer = ::fork();
    if (writer == 0) {
        const auto opened = open_journal(journal);
        const Epoch epoch = acquire(*opened);
        const auto last = opened->position(0).last_sequence;
        die_once_committed();
        opened->append(0, epoch, last, records_of({domain::Deposited{"ann", 1, ""}}, last + 1));
        ::_exit(1);
    }
    int status = 0;
    ::waitpid(writer, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
}

class CrashBesideAReader : public ::testing::Test {
  protected:
    CrashBesideAReader() {
        fs::create_directories(folder_.path() / "data");
        write_story(journal());
        reader_.emplace(journal()); // a process of its own: it must not inherit the lock
        die_after_a_commit(journal());
        auto taken = DataDirectory::open(folder_.path() / "data");
        directory_.emplace(std::move(std::get<DataDirectory>(taken)));
    }
    fs::path journal() const { return folder_.path() / "data" / "journal"; }

    TemporaryFolder folder_;
    std::optional<DataDirectory> directory_;
    std::optional<Reader> reader_;
};

TEST_F(CrashBesideAReader, LeavesASoundJournalToTheNextStart) {
    {
        auto outcome = open_at_start(*directory_, options_for({}));
        ASSERT_TRUE(std::holds_alternative<JournalAtStart>(outcome))
            << std::get<Failure>(outcome).sentence;
        auto& opened = std::get<JournalAtStart>(outcome);
        EXPECT_EQ(opened.told, "");
        EXPECT_EQ(opened.journal->position(0).last_sequence, 15U);
        append_in_commits(*opened.journal, records_of({domain::Deposited{"ann", 2, ""}}, 16));
    }
    EXPECT_FALSE(fs::exists(folder_.path() / "data" / "journal.broken"));
    reader_.reset();
    EXPECT_EQ(read_all(*open_journal(journal())).size(), 16U);
}

TEST_F(CrashBesideAReader, HidesNothingFromWhoOnlyReads) {
    directory_.reset(); // no server runs
    const auto outcome = verify(journal());
    ASSERT_TRUE(std::holds_alternative<SoundJournal>(outcome))
        << std::get<DamagedJournal>(outcome).sentence;
    EXPECT_EQ(std::get<SoundJournal>(outcome).records, 15U);
}

TEST_F(CrashBesideAReader, IsBackedUpWithItsLastCommit) {
    directory_.reset();
    const auto outcome = back_up(folder_.path() / "data", folder_.path() / "backup", {});
    ASSERT_TRUE(std::holds_alternative<JournalPosition>(outcome))
        << std::get<Failure>(outcome).sentence;
    EXPECT_EQ(std::get<JournalPosition>(outcome).last_sequence, 15U);
}

TEST_F(CrashBesideAReader, IsWaitedForByNobodyIfTheDirectoryIsTaken) {
    auto options = options_for(journal());
    options.read_only = true;
    EXPECT_GE(open_journal(options)->position(0).last_sequence, 14U);
    options.nobody_writes = true; // the lock's own holder asks
    EXPECT_EQ(open_journal(options)->position(0).last_sequence, 15U);
}

/// An older file replaces one that somebody still reads, whose lock file stays.
TEST(FilePutBackBesideAReader, IsGoneOnFromWhereItEnds) {
    TemporaryFolder folder;
    const fs::path journal = folder.path() / "journal";
    for (int newer = 1; newer <= 2; ++newer) { // the two meta pages are written in turn
        fs::remove_all(journal);
        write_story(journal);
        fs::copy_file(journal / "data.mdb", folder.path() / "kept",
                      fs::copy_options::overwrite_existing);
        const auto deposit = [&](domain::Sequence sequence) {
            const auto opened = open_journal(journal);
            const Epoch epoch = std::get<Epoch>(opened->acquire(0));
            const auto records = records_of({domain::Deposited{"ann", 1, ""}}, sequence);
            const auto result = opened->append(0, epoch, sequence - 1, records);
            EXPECT_EQ(result.outcome, AppendOutcome::ok) << result.description;
        };
        {
            const Reader reader(journal);
            for (int i = 0; i < newer; ++i) {
                const auto opened = open_journal(journal);
                acquire(*opened); // a commit
            }
            fs::rename(folder.path() / "kept", journal / "data.mdb");
            deposit(15);
        }
        deposit(16);
        EXPECT_EQ(read_all(*open_journal(journal)).size(), 16U) << newer;
    }
}

} // namespace
} // namespace hongbao::persistence
