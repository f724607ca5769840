// Role: the order of the checks.
#include "ops/doctor/checks/checks.hpp"

#include <array>

namespace hongbao::ops::doctor {

std::span<const Check> all_checks() {
    static constexpr auto checks = std::to_array<Check>({
        {"configuration", check_configuration, false},
        {"disk", check_disk},
        {"sync", check_sync},
        {"room", check_room},
        {"limits", check_limits},
        {"memory", check_memory},
        {"clock", check_clock},
        {"permissions", check_permissions},
        {"certificate", check_certificate},
        {"port", check_port},
        {"server", check_server},
        {"journal", check_journal},
        {"read model", check_read_model},
        {"archive", check_archive},
        {"leftovers", check_leftovers},
        {"backup", check_backup},
        {"versions", check_versions, false},
    });
    return checks;
}

} // namespace hongbao::ops::doctor
