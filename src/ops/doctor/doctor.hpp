// Role: `hongbao doctor`: looks at everything that a server depends on, beside a running one or
// before a start, and says what is wrong and what mends it.
// Owner thread: main's. Changes nothing, unless it is told to mend.
#pragma once

#include "config/loader.hpp"

namespace hongbao::ops::doctor {

struct Options {
    bool as_json = false;
    bool is_strict = false;    // warnings count as faults
    bool mends = false;        // what is safe
    bool without_sync = false; // does not write to the disk to measure it
};

/// exit_ok unless there is a fault.
int run(const config::Loaded& loaded, const Options& options);

} // namespace hongbao::ops::doctor
