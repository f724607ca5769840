// Role: asks each part of a start what it would say.
#include "ops/serve/start_faults.hpp"

#include "config/start_rules.hpp"
#include "ops/log/file_sink.hpp"
#include "ops/serve/machine_limits.hpp"
#include "ops/serve/tls_files.hpp"
#include "ops/serve/token_file.hpp"

#include <utility>
#include <variant>

namespace hongbao::ops {

StartFaults find_start_faults(const config::Settings& settings) {
    using enum StartFault::Of;
    StartFaults found;
    const auto add = [&](StartFault::Of of, std::string&& sentence) {
        if (!sentence.empty()) {
            found.faults.push_back({of, std::move(sentence)});
        }
    };
    for (std::string& sentence : claim_from_machine(settings)) {
        add(machine, std::move(sentence));
    }
    auto start = config::decide_start(config::start_facts(settings));
    if (auto* refusal = std::get_if<config::StartRefusal>(&start)) {
        add(entrance, std::move(refusal->sentence));
    }
    if (!settings.log_file.empty()) {
        add(log, fault_of_log_file(settings.log_file));
    }
    TlsFound tls = load_tls(settings);
    add(certificate, std::move(tls.complaint));
    if (auto issuer = read_token_issuer(settings);
        auto* fault = std::get_if<std::string>(&issuer)) {
        add(token_issuer, std::move(*fault));
    }
    found.warning = std::move(tls.warning);
    return found;
}

} // namespace hongbao::ops
