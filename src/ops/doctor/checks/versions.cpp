// Role: whether the libraries are those that the program was built for, and the kernel.
#include "ops/cli/version.hpp"
#include "ops/doctor/checks/checks.hpp"
#include "ops/doctor/library_versions.hpp"

#include <sys/utsname.h>

#include <cstdio>

namespace hongbao::ops::doctor {

namespace {

Finding look_at_kernel() {
    utsname name{};
    if (::uname(&name) != 0) {
        return note("the kernel does not tell its version");
    }
    const std::string says = std::string(name.sysname) + " " + name.release;
    int major = 0;
    int minor = 0;
    const bool is_read = std::sscanf(name.release, "%d.%d", &major, &minor) == 2;
    // Since 4.13 a failed write is told to every descriptor that syncs the file.
    if (is_read && (major < 4 || (major == 4 && minor < 13))) {
        return fault(says + " may forget to tell of a write that failed",
                     "use Linux 4.13 or newer: Debian 12 has 6.1");
    }
    return fine(says);
}

} // namespace

Findings check_versions(const Patient& /*patient*/) {
    Finding libraries = fine("hongbao " + std::string(version) + " with");
    Findings findings;
    for (const Library& library : library_versions()) {
        libraries.says += std::string(libraries.figures.empty() ? " " : ", ") + library.name + " " +
                          library.running;
        libraries.figures[library.name] = {{"running", library.running}, {"built", library.built}};
        if (!fits(library)) {
            findings.push_back(
                warning(std::string(library.name) + " is version " + library.running +
                            ", and the program was built with " + library.built,
                        "build it again on this machine, or install the version that it "
                        "was built with"));
        }
    }
    findings.insert(findings.begin(), std::move(libraries));
    findings.push_back(look_at_kernel());
    return findings;
}

} // namespace hongbao::ops::doctor
