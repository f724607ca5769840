// Role: makes descriptors 0 to 2 safe to use, in whatever state they were inherited, and checks
// that everything a command printed was written. Owner thread: main's.
#pragma once

#include <string_view>

namespace hongbao::ops {

/// Occupies the numbers 0 to 2 where they are closed, so that no file is ever opened under them and
/// written into by mistake. Using them still fails with EBADF, as if they were closed. The first
/// act of main.
void hold_standard_descriptors();

/// Prints on stdout. False if this or an earlier print failed; the reason is remembered.
bool print_text(std::string_view text);

/// Flushes what was printed; false if any of it, ever, could not be written.
bool flush_stdout();

/// Ends stdout. Returns `status`; but if something printed could not be written, says so on stderr,
/// and turns exit_ok into exit_failed.
int status_with_stdout_written(int status);

} // namespace hongbao::ops
