// Role: keeps a reader of stdout or stderr that is slow, or does not read at all (a full pipe, a
// terminal stopped with Ctrl-S, a hanging disk), from holding up this process. While a relay lives,
// the descriptor is a queue of bounded size that takes each write whole or not at all, and a thread
// of the relay carries it to where the descriptor led. That holds for all writers, also libraries,
// an abort with its last words and forked children. Lines that find the queue full
// are lost and counted, and the count is reported once somebody reads again. The open file behind
// the descriptor is shared with other processes, so its flags are left alone. Owner thread: main's;
// put and settle are for any. Invariant: what the queue still holds has not been written yet.
#pragma once

#include <memory>
#include <string_view>
#include <thread>

namespace hongbao::ops {

class OutputRelay {
  public:
    /// What to do at the end with lines that nobody reads.
    enum class AtEnd {
        give_up, // when nobody has read for half a second
        wait,
    };

    /// STDOUT_FILENO or STDERR_FILENO. If no queue can be made, the descriptor stays as it is.
    OutputRelay(int descriptor, AtEnd at_end);
    /// Ends when everything put has been written, or is given up.
    ~OutputRelay();
    OutputRelay(const OutputRelay&) = delete;
    OutputRelay& operator=(const OutputRelay&) = delete;

    /// Puts whole lines into the queue; never waits.
    void put(std::string_view text);

  private:
    struct State;

    std::shared_ptr<State> state_; // shared with the thread, which may have to be left behind
    AtEnd at_end_;
    std::thread thread_;
};

/// Writes whole lines to stdout or stderr: into the queue if there is one, else directly.
void put(int descriptor, std::string_view text);

/// Waits until stdout and stderr have been written, or until nobody has read for half a second.
/// May be called in a signal handler.
void settle_output();

/// Settles, and ends the process without destructors.
[[noreturn]] void end_at_once(int status);

/// Whether the descriptor leads to a terminal, through a relay or not.
bool is_terminal(int descriptor);

} // namespace hongbao::ops
