// Role: what a start would refuse, told before anything is touched: for the start itself, for
// `config check` and for the doctor alike.
// Owner thread: main's.
#pragma once

#include "config/settings.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hongbao::ops {

struct StartFault {
    enum class Of : std::uint8_t { machine, entrance, log, certificate, token_issuer };
    Of of = Of::machine;
    std::string sentence; // with what mends it
};

struct StartFaults {
    std::vector<StartFault> faults;
    std::string warning; // of the certificate; empty: nothing will be wrong soon
};

/// Raises this process's limits as a start needs them. `settings` have been checked.
StartFaults find_start_faults(const config::Settings& settings);

} // namespace hongbao::ops
