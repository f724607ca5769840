// Role: asks the kernel how much memory there is.
#include "ops/doctor/rules/memory.hpp"
#include "ops/doctor/checks/checks.hpp"
#include "ops/doctor/machine/memory_limits.hpp"

namespace hongbao::ops::doctor {

Findings check_memory(const Patient& patient) {
    const MemoryLimits limits = memory_limits(patient.is_served() ? patient.holder.process : 0);
    if (limits.machine_bytes == 0) {
        return {note("the kernel does not say how much memory there is (/proc/meminfo)")};
    }
    return judge_memory(memory_bytes_most(patient.settings), limits);
}

} // namespace hongbao::ops::doctor
