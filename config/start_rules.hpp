// Role: whether a server may start where it is told to listen: who can reach it, whether anybody
// needs a key there, and whether keys would cross the network readable. Pure.
#pragma once

#include "config/settings.hpp"

#include <optional>
#include <string>
#include <variant>

namespace hongbao::config {

/// All that a start is decided by.
struct StartFacts {
    std::string listen;             // as the setting has it, for the sentences
    bool is_reached_by_all = false; // not only from this machine
    std::optional<bool> keys_exist; // absent: the journal has not been read
    bool has_tls = false;
    bool has_proxy = false; // behind_proxy is set
    bool insecure_plain_http = false;
    bool has_manual_clock = false;
    std::string data_dir = {}; // for the sentences
};
StartFacts start_facts(const Settings& settings);

/// What clients need once it runs.
enum class Entrance : std::uint8_t {
    open, // this machine is the operator
    keys,
};

/// Why not: a sentence with what mends it.
struct StartRefusal {
    std::string sentence;
};

/// While it is not known whether there are keys, only what is wrong with or without them is
/// refused, and what is allowed is `keys`.
std::variant<Entrance, StartRefusal> decide_start(const StartFacts& facts);

} // namespace hongbao::config
