// Role: pages that readers keep from reuse: none while they print what they have read, and none
// once they have died; the operator is told of those that live and stand still.
#include "persistence/lmdb/readers.hpp"

#include "persistence/journal/lmdb/tables.hpp"
#include "persistence/journal/lmdb/walk.hpp"
#include "persistence/lmdb/environment.hpp"
#include "tests/persistence/journals.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <vector>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr std::uint64_t mib = 1U << 20U;

/// A process with this many read transactions, which stay open until it is killed.
class StandingReader {
  public:
    explicit StandingReader(const fs::path& journal, std::size_t transactions = 1) {
        int ends[2] = {-1, -1};
        EXPECT_EQ(::pipe(ends), 0);
        process_ = ::fork();
        if (process_ == 0) {
            read_for_ever(journal, transactions, ends[1]);
        }
        ::close(ends[1]);
        int error = -1;
        EXPECT_EQ(::read(ends[0], &error, sizeof error), static_cast<ssize_t>(sizeof error));
        EXPECT_EQ(error, 0) << mdb_strerror(error);
        ::close(ends[0]);
    }
    ~StandingReader() { kill(); }
    StandingReader(const StandingReader&) = delete;
    StandingReader& operator=(const StandingReader&) = delete;

    pid_t process() const { return process_; }
    void kill() {
        if (process_ > 0) {
            ::kill(process_, SIGKILL);
            ::waitpid(process_, nullptr, 0);
            process_ = -1;
        }
    }

  private:
    [[noreturn]] static void read_for_ever(const fs::path& journal, std::size_t transactions,
                                           int tell) {
        EnvironmentHandle environment;
        int error = open_environment({journal, 3, MDB_NOTLS | MDB_RDONLY, 0}, environment);
        for (std::size_t i = 0; i < transactions && error == 0; ++i) {
            MDB_txn* transaction = nullptr;
            error = mdb_txn_begin(environment.get(), nullptr, MDB_RDONLY, &transaction);
        }
        if (::write(tell, &error, sizeof error) != sizeof error) {
            ::_exit(1);
        }
        for (;;) {
            ::pause();
        }
    }
    pid_t process_ = -1;
};

/// After commits that free nearly as many pages as they use.
std::uint64_t used_after_commits(LmdbJournal& journal, Epoch epoch) {
    for (int i = 0; i < 150; ++i) {
        const auto last = journal.position(0).last_sequence;
        const auto records = records_of({domain::Deposited{"ann", 1, ""}}, last + 1);
        EXPECT_EQ(journal.append(0, epoch, last, records).outcome, AppendOutcome::ok);
    }
    return journal.space().used_bytes;
}

std::unique_ptr<LmdbStore> open_to_read(const fs::path& path) {
    LmdbJournalOptions options = options_for(path);
    options.read_only = true;
    return std::move(std::get<std::unique_ptr<LmdbStore>>(LmdbStore::open(options)));
}

TEST(LmdbReaders, AWalkReadsNothingWhileItShowsWhatItHasRead) {
    TemporaryFolder folder;
    write_story(folder.path());
    const auto store = open_to_read(folder.path());
    std::size_t shown = 0;
    RecordWalk walk(*store, 1, [&](const WalkedRecord&) {
        ++shown;
        EXPECT_TRUE(readers_of(store->environment.get()).empty());
        return Visit::next;
    });
    EXPECT_FALSE(walk.run());
    EXPECT_EQ(shown, story().size());
}

TEST(LmdbReaders, WhatADeadOneKeptIsUsedAgainOnceItIsLookedFor) {
    TemporaryFolder folder;
    const auto journal = open_journal(folder.path());
    const Epoch epoch = acquire(*journal);
    const std::uint64_t used = used_after_commits(*journal, epoch);
    StandingReader reader(folder.path());
    const std::uint64_t kept = used_after_commits(*journal, epoch);
    EXPECT_GT(kept, used + mib);
    reader.kill();
    EXPECT_GT(used_after_commits(*journal, epoch), kept) << "nobody has looked";
    EXPECT_EQ(journal->look_after_readers(), std::nullopt);
    EXPECT_LT(used_after_commits(*journal, epoch), used + mib / 4);
}

TEST(LmdbReaders, ALivingOneThatKeepsMuchForLongIsToldAgainAfterTwiceTheTime) {
    TemporaryFolder folder;
    const auto opened = LmdbStore::open(options_for(folder.path()));
    const LmdbStore& store = *std::get<std::unique_ptr<LmdbStore>>(opened);
    std::optional<StandingReader> reader(folder.path());
    ReaderWatch watch("the journal");
    const ReaderWatch::Time began{};
    const auto told_after = [&](std::chrono::seconds age) {
        return watch.look(store.environment.get(), began + age,
                          [&store] { return store.free().kept; });
    };
    for (const auto age : {0s, 29s, 30s}) {
        EXPECT_EQ(told_after(age), std::nullopt) << "it keeps nothing";
    }
    for (Epoch epoch = 1; epoch <= 300; ++epoch) {
        LmdbTransaction transaction(store.environment.get(), 0);
        ASSERT_EQ(store.put_epoch(transaction.get(), epoch), 0);
        ASSERT_EQ(transaction.commit(), 0);
    }
    const std::string words = "process " + std::to_string(reader->process()) +
                              " has read the journal for 40 s and keeps " +
                              std::to_string(store.free().kept / mib) +
                              " MiB from being used again";
    EXPECT_TRUE(told_after(40s).value_or("").starts_with(words)) << words;
    EXPECT_EQ(told_after(79s), std::nullopt);
    EXPECT_NE(told_after(80s), std::nullopt);
    reader.emplace(folder.path()); // what it reads is new
    for (const auto age : {81s, 110s}) {
        EXPECT_EQ(told_after(age), std::nullopt);
    }
}

TEST(LmdbReaders, AreManyMoreThanThoseOfAHundredCommands) {
    TemporaryFolder folder;
    write_story(folder.path());
    const StandingReader living(folder.path(), 500);
    EXPECT_EQ(open_journal(folder.path())->position(0).last_sequence, 14U);
}

TEST(LmdbReaders, ATableFullOfDeadOnesTurnsNobodyAway) {
    TemporaryFolder folder;
    write_story(folder.path());
    const StandingReader living(folder.path());
    StandingReader dead(folder.path(), readers_max - 1);
    dead.kill();
    const auto journal = open_journal(folder.path());
    EXPECT_EQ(journal->position(0).last_sequence, 14U);
    EXPECT_EQ(read_all(*journal).size(), 14U);
}

} // namespace
} // namespace hongbao::persistence
