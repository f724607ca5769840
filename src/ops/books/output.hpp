// Role: where a command's long output goes: stdout, or a file that is there whole or not at all.
// Owner thread: main's. Invariant: until commit() the file of that name is as it was.
#pragma once

#include "persistence/failure.hpp"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace hongbao::ops {

class Output {
  public:
    /// stdout if `path` is empty.
    static std::variant<std::unique_ptr<Output>, persistence::Failure>
    open(const std::filesystem::path& path);
    ~Output();
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    /// False once something could not be written: then there is no use in going on.
    bool write(std::string_view text);
    /// Everything was written: syncs the file and gives it its name. stdout tells of its own
    /// failures at the end of the command.
    std::optional<persistence::Failure> commit();

  private:
    explicit Output(std::filesystem::path path) : path_(std::move(path)) {}

    std::filesystem::path path_;   // empty: stdout
    std::filesystem::path beside_; // while it is written
    std::FILE* file_ = nullptr;
    int error_ = 0;
};

} // namespace hongbao::ops
