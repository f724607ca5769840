// Role: descriptors 0 to 2, whatever state the process was started with, and whether all that a
// command printed got out. Owner thread: main's.
#pragma once

#include <string_view>

namespace hongbao::ops {

/// Takes the numbers 0 to 2 where they are closed, so that no file is ever opened under them and
/// written into by mistake. Who uses them is still told EBADF, as if they were closed. The first
/// act of main.
void hold_standard_descriptors();

/// Prints on stdout, and remembers why it failed if it did: false then, and ever after.
bool print_text(std::string_view text);

/// Writes what was printed; false if not all of it, ever, could be written.
bool flush_stdout();

/// Ends stdout. `status`, unless it was success and something printed could not be written: then
/// that is said on stderr, and the status is exit_failed.
int status_with_stdout_written(int status);

} // namespace hongbao::ops
