// Role: the readers of an LMDB environment, in all processes. Pages in use when the oldest reader
// began are kept for it until it ends; one that died keeps them, too, until somebody frees its
// slot. Owner thread: the caller's.
#pragma once

#include <lmdb.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hongbao::persistence {

/// A read transaction.
struct LmdbReader {
    int process = 0;
    std::size_t thread = 0;
    std::size_t sees = 0; // the commit that was the newest when it began
};

std::vector<LmdbReader> readers_of(MDB_env* environment);

/// Looks regularly for readers that keep pages for long.
class ReaderWatch {
  public:
    using Time = std::chrono::steady_clock::time_point;

    /// `name` as in "has read the journal".
    explicit ReaderWatch(std::string name) : name_(std::move(name)) {}

    /// Frees the slots of dead readers. A sentence for the operator if a living one of another
    /// process has kept much for long, and again after twice the time. `kept_bytes` is asked only
    /// then.
    std::optional<std::string> look(MDB_env* environment, Time now,
                                    const std::function<std::uint64_t()>& kept_bytes);

  private:
    struct Seen {
        LmdbReader reader;
        Time since;
        std::chrono::seconds told_after{0}; // 0: not yet
    };
    void note(const std::vector<LmdbReader>& readers, Time now);

    const std::string name_;
    std::vector<Seen> seen_;
};

} // namespace hongbao::persistence
