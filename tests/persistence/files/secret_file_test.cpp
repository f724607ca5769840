// Tests: a secret is read only from a file that nobody else can read.
#include "persistence/files/secret_file.hpp"

#include "tests/persistence/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <fstream>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

class SecretFile : public ::testing::Test {
  protected:
    std::filesystem::path file(unsigned mode, const std::string& text = "secret\n") {
        const auto path = folder_.path() / "file";
        std::ofstream(path) << text;
        EXPECT_EQ(::chmod(path.c_str(), mode), 0);
        return path;
    }
    TemporaryFolder folder_;
};

TEST_F(SecretFile, IsReadIfItsOwnerAloneMay) {
    for (const unsigned mode : {0400U, 0600U, 0700U}) {
        const auto path = file(mode);
        EXPECT_FALSE(find_fault_of_secret_file(path)) << mode;
        EXPECT_EQ(std::get<std::string>(read_secret_file(path, 100)), "secret\n") << mode;
        std::filesystem::remove(path);
    }
}

TEST_F(SecretFile, IsRefusedWithTheChmodThatMendsItIfOthersMay) {
    for (const unsigned mode : {0640U, 0604U, 0620U, 0602U, 0644U, 0610U, 0777U}) {
        const auto path = file(mode);
        const auto read = read_secret_file(path, 100);
        ASSERT_TRUE(std::holds_alternative<Failure>(read)) << mode;
        const Failure& failure = std::get<Failure>(read);
        EXPECT_NE(failure.sentence.find("chmod 600 " + path.string()), std::string::npos);
        EXPECT_EQ(failure.sentence.find("secret\n"), std::string::npos);
        EXPECT_FALSE(is_damage(failure));
        EXPECT_EQ(find_fault_of_secret_file(path)->sentence, failure.sentence);
    }
}

TEST_F(SecretFile, IsRefusedIfItIsMissingTooLongOrAFolder) {
    EXPECT_TRUE(find_fault_of_secret_file(folder_.path() / "none"));
    EXPECT_TRUE(find_fault_of_secret_file(folder_.path()));
    const auto path = file(0600, std::string(101, 'x'));
    EXPECT_FALSE(find_fault_of_secret_file(path));
    EXPECT_TRUE(std::holds_alternative<Failure>(read_secret_file(path, 100)));
    EXPECT_TRUE(std::holds_alternative<std::string>(read_secret_file(path, 101)));
}

TEST_F(SecretFile, IsReplacedWholeAndForItsOwnerAlone) {
    const auto path = file(0644, "what was there, and longer");
    std::ofstream(path.string() + ".new") << "left by an end in between";
    EXPECT_EQ(::chmod((path.string() + ".new").c_str(), 0666), 0);
    EXPECT_FALSE(replace_secret_file(path, "new"));
    EXPECT_EQ(std::get<std::string>(read_secret_file(path, 100)), "new");
    EXPECT_FALSE(std::filesystem::exists(path.string() + ".new"));
}

TEST_F(SecretFile, StaysIfItCannotBeReplaced) {
    const auto path = file(0600, "old");
    std::filesystem::create_directories(path.string() + ".new/full");
    EXPECT_TRUE(replace_secret_file(path, "new"));
    EXPECT_EQ(std::get<std::string>(read_secret_file(path, 100)), "old");
    EXPECT_TRUE(replace_secret_file(folder_.path() / "none" / "file", "new"));
}

} // namespace
} // namespace hongbao::persistence
