// Role: the table of starts, row by row.
#include "config/start_rules.hpp"

#include "config/listen_address.hpp"

namespace hongbao::config {
namespace {

std::string first_key(const StartFacts& facts) {
    const std::string data = facts.data_dir.empty() ? "" : " --data " + facts.data_dir;
    return "`hongbao key create --name NAME --scope operator" + data + "`";
}

StartRefusal refuse(const StartFacts& facts, const std::string& why) {
    return StartRefusal{"listen = \"" + facts.listen + "\" is reached from other machines, " + why};
}

StartRefusal plain_text(const StartFacts& facts) {
    std::string why =
        "and keys would cross the network readable: set tls_certificate_file and tls_key_file, or "
        "behind_proxy to the addresses of the proxy that ends TLS; insecure_plain_http = on is for "
        "a closed network";
    if (!facts.keys_exist.value_or(false)) {
        why += "; if it has no key yet, create the first one with " + first_key(facts);
    }
    return refuse(facts, why);
}

} // namespace

StartFacts start_facts(const Settings& settings) {
    const auto address = parse_listen_address(settings.listen);
    StartFacts facts;
    facts.listen = settings.listen;
    facts.is_reached_by_all = address && !address->is_loopback() && !address->is_unix();
    facts.has_tls = !settings.tls_certificate_file.empty() && !settings.tls_key_file.empty();
    // A proxy that comes by the unix socket keeps nobody from speaking to a port.
    facts.has_proxy = !settings.behind_proxy.empty() && settings.behind_proxy != "unix";
    facts.insecure_plain_http = settings.insecure_plain_http;
    facts.has_manual_clock = settings.clock == ClockKind::manual;
    facts.data_dir = settings.data_dir;
    return facts;
}

std::variant<Entrance, StartRefusal> decide_start(const StartFacts& facts) {
    if (!facts.is_reached_by_all) {
        return facts.keys_exist.value_or(true) ? Entrance::keys : Entrance::open;
    }
    if (facts.has_manual_clock) {
        return refuse(facts, "and clock = \"manual\" is for tests on this machine: set clock to "
                             "wall, or listen on 127.0.0.1");
    }
    if (!facts.has_tls && !facts.has_proxy && !facts.insecure_plain_http) {
        return plain_text(facts);
    }
    if (!facts.keys_exist.value_or(true)) {
        return refuse(facts, "and without a key everybody would be let in: create the first one "
                             "with " +
                                 first_key(facts) + ", or listen on 127.0.0.1");
    }
    return Entrance::keys;
}

} // namespace hongbao::config
