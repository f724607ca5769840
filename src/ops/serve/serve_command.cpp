// Role: `hongbao serve`: the log, the server, the signals, in the order in which they outlive each
// other.
#include "config/loader.hpp"
#include "ops/cli/commands.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/say.hpp"
#include "ops/cli/signals.hpp"
#include "ops/log/log.hpp"
#include "ops/log/output_relay.hpp"
#include "ops/log/request_lines.hpp"
#include "ops/serve/secrecy.hpp"
#include "ops/serve/serve.hpp"
#include "ops/supervision/periodic.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <unistd.h>
#include <variant>

namespace hongbao::ops {

namespace {

LogOptions log_options(const config::Settings& settings) {
    LogOptions options;
    options.level = level_of(settings.log_level);
    options.format = settings.log_format == "json" ? LogFormat::json : LogFormat::text;
    options.file = settings.log_file;
    return options;
}

/// Until a signal asks for a stop.
void serve_until_stopped(RunningServer& server, Log& log) {
    std::string signal;
    while (!next_signal_stops(signal)) {
        if (signal == "SIGHUP") {
            server.reload(log);
        } else {
            say(signal + " is ignored; SIGTERM stops the server");
        }
    }
}

} // namespace

int serve(const config::Loaded& loaded) {
    const OutputRelay errors(STDERR_FILENO, OutputRelay::AtEnd::give_up);
    const OutputRelay output(STDOUT_FILENO, OutputRelay::AtEnd::give_up);
    hold_all_signals(); // inherited by every thread: only this one takes them, below
    if (!loaded.errors.empty()) {
        return complain_about(loaded);
    }
    auto opened = Log::open(log_options(loaded.settings));
    if (const auto* fault = std::get_if<std::string>(&opened)) {
        return complain(*fault, exit_misconfigured);
    }
    const auto log = std::move(std::get<std::unique_ptr<Log>>(opened));
    RequestLines lines(*log, loaded.settings.log_lines_per_s_max);
    const Periodic each_second(std::chrono::seconds(1), [&] {
        lines.tick();
        log->tick();
    });
    keep_memory_secret(loaded.settings.debuggable); // before a private key is read
    if (const int status = complain_before_start(loaded); status != exit_ok) {
        return status;
    }
    RunningServer server(loaded.settings, RunningServer::Doors::all,
                         request_log(lines, *log, loaded.settings.log_slow_ms));
    if (const int status = server.start(); status != exit_ok) {
        return status;
    }
    serve_until_stopped(server, *log);
    server.announce_stop();
    let_ctrl_c_end();
    server.stop();
    return exit_ok;
}

} // namespace hongbao::ops
