// Role: what a server says once it serves, and what to try next.
#include "actors/engine.hpp"
#include "ops/cli/say.hpp"
#include "ops/cli/standard_streams.hpp"
#include "ops/cli/version.hpp"
#include "ops/log/log.hpp"
#include "ops/log/output_relay.hpp"
#include "ops/serve/serve.hpp"

#include <cstdio>
#include <string>

namespace hongbao::ops {

void RunningServer::say_ready() const {
    if (const Log* const log = Log::current();
        log != nullptr && (log->format() == LogFormat::json || log->has_file())) {
        say("ready on " + place_ + ", version " + std::string(version));
    }
    settle_output(); // a program that waits for the ready line finds stderr complete
    const std::string ask = "  " + curl_ + " -s " + url_;
    const std::string next =
        !keys_exist_
            ? "Try:\n" + ask +
                  "/v1/accounts --json '{\"user_id\":\"alice\",\"username\":\"Alice\"}'\n" + ask +
                  "/v1/accounts/alice/deposits -H 'Idempotency-Key: first' --json "
                  "'{\"amount_fen\":10000}'\n" +
                  ask + "/v1/audit\n"
            : "Try, with a key in KEY (hongbao key create makes one):\n" + ask +
                  "/v1/audit -H \"Authorization: Bearer $KEY\"\n" +
                  "or, without one, at this machine:\n  hongbao key list --data " +
                  settings_.data_dir + "\n  hongbao operations --data " + settings_.data_dir + "\n";
    std::printf("hongbao is ready on %s\n"
                "  version %s, data in %s, %llu records, %llu of them replayed\n"
                "%s"
                "The API's reference: %s/docs\n"
                "Ctrl-C stops it; the README shows what to try next.\n",
                place_.c_str(), std::string(version).c_str(), settings_.data_dir.c_str(),
                static_cast<unsigned long long>(engine_->writer().last_sequence()),
                static_cast<unsigned long long>(records_replayed_), next.c_str(), url_.c_str());
    static_cast<void>(flush_stdout());
}

} // namespace hongbao::ops
