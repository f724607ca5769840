// Role: what signals mean to this process. Owner thread: main's. Threads started after hold_…
// leave these signals to main's.
#pragma once

#include <cstdint>
#include <string>

namespace hongbao::ops {

/// For every command, before anything else: puts right what was inherited, and makes a write that
/// fails an error (EPIPE, EFBIG), not the end of the process.
void set_signals_right();

/// Ctrl-C, SIGTERM and the like wait until they are asked for.
void hold_stop_signals();

/// The same for everything else that would end the process, except the signals of a crash.
void hold_all_signals();

/// Whether a stop was asked for.
bool stop_is_pending();

/// Waits for a held signal: true if it asks for a stop. `name` is set to its name, such as SIGHUP.
bool next_signal_stops(std::string& name);

/// Waits until another one asks for a stop, but no longer than that.
void wait_for_another_stop(std::int64_t patience_ms);

/// Once the stop is under way: from now on Ctrl-C ends the process immediately.
void let_ctrl_c_end();

} // namespace hongbao::ops
