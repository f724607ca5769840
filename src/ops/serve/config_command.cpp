// Role: `hongbao config check` and `hongbao config print`.
#include "config/render.hpp"
#include "ops/cli/commands.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/say.hpp"
#include "ops/cli/standard_streams.hpp"
#include "ops/serve/start_faults.hpp"

#include <cstdio>

namespace hongbao::ops {

int complain_about(const config::Loaded& loaded) {
    for (const std::string& notice : loaded.notices) {
        say("note: " + notice);
    }
    for (const std::string& error : loaded.errors) {
        complain(error);
    }
    return loaded.errors.empty() ? exit_ok : exit_misconfigured;
}

int complain_before_start(const config::Loaded& loaded) {
    if (const int status = complain_about(loaded); status != exit_ok) {
        return status;
    }
    const StartFaults found = find_start_faults(loaded.settings);
    for (const StartFault& fault : found.faults) {
        complain(fault.sentence);
    }
    if (!found.warning.empty()) {
        warn(found.warning);
    }
    return found.faults.empty() ? exit_ok : exit_misconfigured;
}

int config_check(const config::Loaded& loaded) {
    const int status = complain_before_start(loaded);
    if (status == exit_ok) {
        std::puts("The settings are right.");
    }
    return status;
}

int config_print(const config::Loaded& loaded) {
    const int status = complain_about(loaded);
    if (status == exit_ok) {
        print_text(config::print_settings(loaded));
    }
    return status;
}

} // namespace hongbao::ops
