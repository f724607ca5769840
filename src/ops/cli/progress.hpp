// Role: a line about long work on stderr, rewritten in place on a terminal, left out where nobody
// reads.
// Owner thread: the caller's.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace hongbao::ops {

class Progress {
  public:
    /// `what` is a phrase like "replaying the journal", `unit` what is counted.
    explicit Progress(std::string what, std::string unit = "records");
    /// Says nothing in the first second: short work needs no progress.
    void show(std::uint64_t done, std::uint64_t total);
    /// Ends the line.
    ~Progress();
    const std::string& what() const { return what_; }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

  private:
    std::string what_;
    std::string unit_;
    std::chrono::steady_clock::time_point began_;
    std::chrono::steady_clock::time_point shown_;
    bool on_terminal_;
    bool line_open_ = false;
};

} // namespace hongbao::ops
