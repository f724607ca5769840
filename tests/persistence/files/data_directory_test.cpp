// Role: one process at a time holds a data directory, however the previous holder ended.
#include "persistence/files/data_directory.hpp"

#include "tests/persistence/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

bool is_open(const std::variant<DataDirectory, DirectoryRefusal>& outcome) {
    return std::holds_alternative<DataDirectory>(outcome);
}

TEST(DataDirectory, IsMadeForItsOwnerOnly) {
    TemporaryFolder folder;
    const auto path = folder.path() / "deep" / "data";
    const auto opened = DataDirectory::open(path);
    ASSERT_TRUE(is_open(opened));
    struct stat found {};
    ASSERT_EQ(::stat(path.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777U, 0700U);
    EXPECT_EQ(std::get<DataDirectory>(opened).journal_path(), path / "journal");
}

TEST(DataDirectory, ASecondHolderIsRefusedAndToldWhoAndWhere) {
    TemporaryFolder folder;
    const auto first = DataDirectory::open(folder.path());
    ASSERT_TRUE(is_open(first));
    const auto second = DataDirectory::open(folder.path());
    ASSERT_FALSE(is_open(second));
    const std::string& sentence = std::get<DirectoryRefusal>(second).sentence;
    EXPECT_NE(sentence.find("process " + std::to_string(::getpid())), std::string::npos)
        << sentence;
    EXPECT_NE(sentence.find(folder.path().string()), std::string::npos) << sentence;
}

TEST(DataDirectory, IsFreeAgainOnceLetGo) {
    TemporaryFolder folder;
    {
        auto first = DataDirectory::open(folder.path());
        ASSERT_TRUE(is_open(first));
        const DataDirectory moved = std::move(std::get<DataDirectory>(first));
        EXPECT_FALSE(is_open(DataDirectory::open(folder.path()))) << "moving keeps the lock";
    }
    EXPECT_TRUE(is_open(DataDirectory::open(folder.path())));
}

TEST(DataDirectory, IsFreeAgainAfterItsHolderWasKilled) {
    TemporaryFolder folder;
    int ready[2] = {-1, -1};
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const auto held = DataDirectory::open(folder.path());
        const char answer = is_open(held) ? 'y' : 'n';
        if (::write(ready[1], &answer, 1) == 1) {
            ::pause();
        }
        ::_exit(1);
    }
    char answer = 0;
    ASSERT_EQ(::read(ready[0], &answer, 1), 1);
    ASSERT_EQ(answer, 'y');
    const auto refused = DataDirectory::open(folder.path());
    ASSERT_FALSE(is_open(refused));
    EXPECT_NE(std::get<DirectoryRefusal>(refused).sentence.find("process " + std::to_string(child)),
              std::string::npos);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_TRUE(is_open(DataDirectory::open(folder.path())));
    ::close(ready[0]);
    ::close(ready[1]);
}

TEST(DataDirectory, AFileInItsPlaceIsRefusedByName) {
    TemporaryFolder folder;
    std::ofstream(folder.path() / "file") << "x";
    const auto opened = DataDirectory::open(folder.path() / "file");
    ASSERT_FALSE(is_open(opened));
    EXPECT_NE(std::get<DirectoryRefusal>(opened).sentence.find("Not a directory"),
              std::string::npos);
}

} // namespace
} // namespace hongbao::persistence
