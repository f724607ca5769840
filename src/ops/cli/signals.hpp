// Role: what signals mean to this process. Owner thread: main's. Every thread started after hold_…
// leaves these signals to main's.
#pragma once

#include <cstdint>
#include <string>

namespace hongbao::ops {

/// For every command, before anything else: what was inherited is set right, and a write that
/// cannot be made is an error (EPIPE, EFBIG), not the end of the process.
void set_signals_right();

/// Ctrl-C, SIGTERM and their like wait until they are looked for.
void hold_stop_signals();

/// The same, and what else would end the process waits too, but for what tells of a crash.
void hold_all_signals();

/// Whether a stop was asked for.
bool stop_is_pending();

/// Waits for a signal that is held: true if it asks for a stop. `name` is the signal's, such as
/// SIGHUP.
bool next_signal_stops(std::string& name);

/// Waits for another one that asks for a stop, or until so much time has passed.
void wait_for_another_stop(std::int64_t patience_ms);

/// The stop is under way, which from now on only Ctrl-C hurries: it ends the process.
void let_ctrl_c_end();

} // namespace hongbao::ops
