// Role: the log of a running server, by spdlog: levels, formats, and where lines go. On stderr a
// line is in a queue as soon as it is written (see output_relay.hpp); the disk of a file may hang,
// so a file is written by a thread of spdlog's, behind a queue of its own. Without a log_file all
// lines go to stderr, with one those that are errors do so as well. Any thread may write; nobody
// ever waits for a reader or a disk. Lines that find a queue full are lost, counted, and the count
// is told. Invariants: at most one log is open; a line is written whole, on one line.
#pragma once

#include "ops/log/level.hpp"
#include "ops/log/words.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace hongbao::ops {

struct LogOptions {
    Level level = Level::info;
    LogFormat format = LogFormat::text;
    std::string file; // empty: none
};

class Log {
  public:
    /// From now on, what is said anywhere in the program goes there, until it ends. Or a sentence
    /// that says why the file cannot be opened. Owner thread: main's.
    static std::variant<std::unique_ptr<Log>, std::string> open(const LogOptions& options);
    /// Writes what is queued, unless the disk takes nothing for half a second.
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    /// The one that is open; null: none.
    static Log* current();

    /// A sentence for operators. One that is said again and again is counted instead: see
    /// repeats.hpp.
    void tell(Level level, std::string_view sentence);
    /// A line whose words are made by words_of.
    void write(Level level, std::string_view words);

    bool writes(Level level) const;
    LogFormat format() const;
    bool has_file() const;
    /// A line of stderr, with its end, as the relay of stderr itself says it.
    std::string line_on_stderr(Level level, std::string_view sentence) const;

    /// Opens log_file anew, in its own thread and before the next line: what is written from now on
    /// goes to the new one, nothing is lost. If it cannot be opened, the old one goes on.
    void reopen();
    /// To be called about once a second: tells of lost and repeated lines and of faults of the
    /// file.
    void tick();
    /// Waits for the file, like the destructor. May be called in a signal handler.
    void settle() const;

  private:
    explicit Log(const LogOptions& options);

    struct State;
    std::unique_ptr<State> state_;
};

/// Writes the sentence as the log that is open does; without one as a line "hongbao: SENTENCE" on
/// stderr.
void tell(Level level, std::string_view sentence);

/// That line, with its end, as it looks on stderr.
std::string line_on_stderr(Level level, std::string_view sentence);

/// Waits until everything that was said has been written, or for half a second without progress.
/// May be called in a signal handler.
void settle_log();

} // namespace hongbao::ops
