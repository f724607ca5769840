// Role: a settings file that lasts as long as the test that wrote it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

namespace hongbao::config::testing {

class TemporaryFile {
  public:
    explicit TemporaryFile(const std::string& text) {
        std::string pattern = (std::filesystem::temp_directory_path() / "hongbao-XXXXXX").string();
        const int descriptor = ::mkstemp(pattern.data());
        EXPECT_GE(descriptor, 0);
        ::close(descriptor);
        path_ = pattern;
        std::ofstream(path_) << text;
    }
    ~TemporaryFile() { std::filesystem::remove(path_); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

} // namespace hongbao::config::testing
