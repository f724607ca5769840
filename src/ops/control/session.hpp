// Role: asks the server of a data directory as its operator. What must also work before a server
// may start, such as making its first key, starts the insides of one that listens to nobody else.
// Owner thread: main's.
#pragma once

#include "config/settings.hpp"
#include "ops/client/server_client.hpp"

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

namespace hongbao::ops {

/// What a command does with its session; the exit status.
using ControlWork = std::function<int(ServerClient&)>;

/// What if none runs there.
enum class WithoutServer : std::uint8_t {
    refuse,
    start_one_if_journal, // but make no journal for it
    start_one,
};

/// Runs `work` with the server of `settings.data_dir`. Without one, says so, or starts one for it.
int with_control(const config::Settings& settings, WithoutServer without, const ControlWork& work);

/// The body of an answer that did what was asked (2xx) is handed to `print`; a refusal is said on
/// stderr. The exit status.
int print_answer(std::variant<ServerAnswer, NoServer>&& outcome,
                 const std::function<void(const nlohmann::json&)>& print);

} // namespace hongbao::ops
