// Role: the list of all checks. Each looks at one thing and says what it found; none depends on
// another. They change nothing.
// Owner thread: main's.
#pragma once

#include "ops/doctor/finding.hpp"
#include "ops/doctor/patient.hpp"

#include <span>
#include <string_view>

namespace hongbao::ops::doctor {

struct Check {
    std::string_view name; // as it is shown, and in JSON
    Findings (*run)(const Patient&);
    bool needs_settings = true; // cannot be made while the settings are wrong
};

/// In the order in which they are shown.
std::span<const Check> all_checks();

Findings check_configuration(const Patient& patient);
Findings check_disk(const Patient& patient);
Findings check_sync(const Patient& patient);
Findings check_room(const Patient& patient);
Findings check_limits(const Patient& patient);
Findings check_memory(const Patient& patient);
Findings check_clock(const Patient& patient);
Findings check_permissions(const Patient& patient);
Findings check_certificate(const Patient& patient);
Findings check_port(const Patient& patient);
Findings check_server(const Patient& patient);
Findings check_journal(const Patient& patient);
Findings check_read_model(const Patient& patient);
Findings check_archive(const Patient& patient);
Findings check_leftovers(const Patient& patient);
Findings check_backup(const Patient& patient);
Findings check_versions(const Patient& patient);

} // namespace hongbao::ops::doctor
