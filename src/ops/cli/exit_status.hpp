// Role: what the exit status tells a script. Documented in OPERATION.md.
#pragma once

namespace hongbao::ops {

inline constexpr int exit_ok = 0;
inline constexpr int exit_failed = 1;          // the command failed: damage found, port taken
inline constexpr int exit_misconfigured = 2;   // a flag, variable or file line is wrong
inline constexpr int exit_directory_taken = 3; // another server holds the data directory
inline constexpr int exit_model_differs = 4; // verify: the journal is sound, the read model is not
inline constexpr int exit_fail_stop = 70;    // the journal could not be written (promise 5)

} // namespace hongbao::ops
