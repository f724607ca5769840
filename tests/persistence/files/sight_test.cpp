// Role: a path that is missing is told apart from one that cannot be seen.
#include "persistence/files/sight.hpp"

#include "persistence/files/in_child.hpp"
#include "tests/persistence/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>
#include <new>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;
namespace fs = std::filesystem;

class SightTest : public ::testing::Test {
  protected:
    /// The sentence about a path that cannot be seen, which must count as the machine's fault.
    static std::string why_not(const fs::path& path) {
        const auto seen = is_there(path);
        const auto* failure = std::get_if<Failure>(&seen);
        EXPECT_NE(failure, nullptr) << path;
        if (failure == nullptr) {
            return {};
        }
        EXPECT_FALSE(is_damage(*failure));
        EXPECT_TRUE(failure->is_of_machine);
        return failure->sentence;
    }
    static bool there(const fs::path& path) { return std::get<bool>(is_there(path)); }

    TemporaryFolder folder_;
};

TEST_F(SightTest, WhatIsThereAndWhatIsSurelyMissing) {
    EXPECT_TRUE(there(folder_.path()));
    EXPECT_FALSE(there(folder_.path() / "none"));
    EXPECT_FALSE(there(folder_.path() / "none" / "below"));
    std::ofstream(folder_.path() / "file") << "x";
    fs::create_symlink(folder_.path() / "file", folder_.path() / "link");
    EXPECT_TRUE(there(folder_.path() / "link"));
}

TEST_F(SightTest, ALinkToNothingIsNoEmptyPlaceAlsoOnTheWay) {
    const fs::path link = folder_.path() / "link";
    fs::create_symlink(folder_.path() / "disk", link);
    for (const fs::path& path : {link, link / "data.mdb"}) {
        const std::string sentence = why_not(path);
        EXPECT_NE(sentence.find(link.string() + " is a link to"), std::string::npos) << sentence;
    }
}

TEST_F(SightTest, EveryOtherErrorIsToldInItsWords) {
    std::ofstream(folder_.path() / "file") << "x";
    fs::create_symlink("loop", folder_.path() / "loop");
    EXPECT_NE(why_not(folder_.path() / "loop").find("Too many levels"), std::string::npos);
    EXPECT_NE(why_not(folder_.path() / "file" / "x").find("Not a directory"), std::string::npos);
    EXPECT_NE(why_not(folder_.path() / std::string(300, 'n')).find("File name too long"),
              std::string::npos);
}

TEST_F(SightTest, LimitsAreNamed) {
    EXPECT_NE(words_of(EMFILE).find("ulimit -n"), std::string::npos);
    EXPECT_NE(words_of(EAGAIN).find("ulimit -u"), std::string::npos);
}

TEST_F(SightTest, AProcessThatRunsOutOfMemoryHasNotCrashed) {
    const ChildAnswer answer = run_in_child([]() -> std::string { throw std::bad_alloc(); });
    EXPECT_EQ(answer.signal, 0);
    EXPECT_EQ(answer.error, ENOMEM);
}

} // namespace
} // namespace hongbao::persistence
