// Role: `hongbao config check` and `hongbao config print`.
#include "config/render.hpp"
#include "config/start_rules.hpp"
#include "ops/cli/commands.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/say.hpp"
#include "ops/cli/standard_streams.hpp"
#include "ops/log/file_sink.hpp"
#include "ops/serve/machine_limits.hpp"
#include "ops/serve/tls_files.hpp"

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
    auto complaints = claim_from_machine(loaded.settings);
    const auto start = config::decide_start(config::start_facts(loaded.settings));
    if (const auto* refusal = std::get_if<config::StartRefusal>(&start)) {
        complaints.push_back(refusal->sentence);
    }
    if (const std::string& file = loaded.settings.log_file; !file.empty()) {
        if (std::string fault = fault_of_log_file(file); !fault.empty()) {
            complaints.push_back(std::move(fault));
        }
    }
    const TlsFound tls = load_tls(loaded.settings);
    if (!tls.complaint.empty()) {
        complaints.push_back(tls.complaint);
    }
    if (!tls.warning.empty()) {
        warn(tls.warning);
    }
    for (const std::string& complaint : complaints) {
        complain(complaint);
    }
    return complaints.empty() ? exit_ok : exit_misconfigured;
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
