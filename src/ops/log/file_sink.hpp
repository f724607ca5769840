// Role: the file of the log, as a sink of spdlog's. Owner thread: the one that spdlog writes by;
// everything that is const or atomic may be called from any. Invariant: a line that could be
// written in part only is followed by a line break, so that the next one begins a line.
#pragma once

#include <spdlog/sinks/base_sink.h>

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

namespace hongbao::ops {

class FileSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
  public:
    explicit FileSink(std::string path) : path_(std::move(path)) {}
    ~FileSink() override;

    /// Empty, or a sentence that says why it cannot be opened. It is made with mode 0600.
    std::string open();
    const std::string& path() const { return path_; }

    /// Before the next line is written. An empty one serves for that, and is not written.
    void reopen_soon() { reopen_wanted_ = true; }
    /// How many lines it has done with, written or not.
    std::uint64_t done() const { return done_.load(std::memory_order_acquire); }
    /// What has changed since the last call: a sentence, once per fault and once at its end.
    std::optional<std::string> take_news();

  protected:
    void sink_it_(const spdlog::details::log_msg& message) override;
    void flush_() override {}

  private:
    int write(std::string_view text);

    const std::string path_;
    int descriptor_ = -1;
    bool line_is_broken_ = false;
    std::atomic<bool> reopen_wanted_{false};
    std::atomic<std::uint64_t> done_{0};
    std::atomic<std::uint64_t> lost_{0}; // could not be written
    std::atomic<int> fault_{0};          // errno of the last write
    std::atomic<int> reopen_fault_{0};   // errno of the last reopening; 0: told, or none

    int told_fault_ = 0; // of whoever calls take_news
};

/// The same as open() would say, without making the file. For `config check`.
std::string fault_of_log_file(const std::string& path);

} // namespace hongbao::ops
