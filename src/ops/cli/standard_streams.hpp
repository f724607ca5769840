// Role: descriptors 0 to 2, in whatever state the process was started with them, and whether
// everything that a command printed got out. Owner thread: main's.
#pragma once

#include <string_view>

namespace hongbao::ops {

/// Occupies the numbers 0 to 2 where they are closed, so that no file is ever opened under them and
/// written into by mistake. Using them still fails with EBADF, as if they were closed. The first
/// act of main.
void hold_standard_descriptors();

/// Prints on stdout. False if that failed, now or ever before; the reason is remembered.
bool print_text(std::string_view text);

/// Flushes what was printed; false if any of it, ever, could not be written.
bool flush_stdout();

/// Ends stdout. Returns `status`; but if something printed could not be written, says so on stderr,
/// and turns exit_ok into exit_failed.
int status_with_stdout_written(int status);

} // namespace hongbao::ops
