// Role: everything that `hongbao config check` says, but for what other checks look at closer:
// limits and the certificate.
#include "ops/doctor/checks/checks.hpp"
#include "ops/serve/start_faults.hpp"

namespace hongbao::ops::doctor {

Findings check_configuration(const Patient& patient) {
    Findings findings;
    for (const std::string& error : patient.loaded.errors) {
        findings.push_back(told(Verdict::fault, error));
    }
    for (const std::string& notice : patient.loaded.notices) {
        findings.push_back(told(Verdict::warning, notice));
    }
    if (!patient.loaded.errors.empty()) {
        return findings;
    }
    for (StartFault& fault : find_start_faults(patient.settings).faults) {
        if (fault.of != StartFault::Of::machine && fault.of != StartFault::Of::certificate) {
            const bool is_unseen = patient.is_of_another_user() && is_about_rights(fault.sentence);
            findings.push_back(is_unseen ? out_of_reach(std::move(fault.sentence))
                                         : told(Verdict::fault, std::move(fault.sentence)));
        }
    }
    if (patient.settings.debuggable) {
        findings.push_back(warning("debuggable = on: a core, a debugger and a profiler see the "
                                   "secrets of the server and of its clients",
                                   "turn it off where the money is real"));
    }
    if (findings.empty()) {
        findings.push_back(
            fine(patient.loaded.config_file.empty()
                     ? std::string("the settings are right; there is no file of them")
                     : "the settings are right, those of " + patient.loaded.config_file +
                           " among them"));
    }
    return findings;
}

} // namespace hongbao::ops::doctor
