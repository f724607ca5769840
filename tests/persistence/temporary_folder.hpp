// Role: a folder of a test's own, removed at its end.
#pragma once

#include "domain/values/invariant.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>

namespace hongbao::testing {

class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "hongbao-XXXXXX").string();
        domain::invariant(::mkdtemp(name.data()) != nullptr, "a temporary folder can be made");
        path_ = name;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

} // namespace hongbao::testing
