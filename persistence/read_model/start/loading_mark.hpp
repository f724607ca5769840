// Role: a file that lies in the folder while a start reads or builds the model. LMDB reads damaged
// pages without a check and may end the process; the next start finds the file and does not try
// again. Owner thread: the caller's.
#pragma once

#include "persistence/failure.hpp"

#include <filesystem>
#include <optional>

namespace hongbao::persistence {

class LoadingMark {
  public:
    explicit LoadingMark(const std::filesystem::path& folder);
    /// Removes the mark, unless it is to stay.
    ~LoadingMark();
    LoadingMark(const LoadingMark&) = delete;
    LoadingMark& operator=(const LoadingMark&) = delete;

    /// Why nothing can be loaded there.
    std::optional<Failure>& failure() { return failure_; }
    /// The start before has left it.
    bool was_there() const { return was_there_; }
    /// Leaves the mark: what is there is of no use.
    void stay() { stays_ = true; }
    /// For a process that is about to end and has found nothing wrong with what is there.
    void lift() const;

  private:
    std::filesystem::path file_;
    std::optional<Failure> failure_;
    bool was_there_ = false;
    bool stays_ = false;
};

} // namespace hongbao::persistence
