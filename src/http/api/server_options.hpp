// Role: the options of the front end. ops makes them from the settings.
#pragma once

#include "http/api/access/trusted_proxies.hpp"
#include "http/api/admission.hpp"
#include "http/api/limits/request_limits.hpp"
#include "http/api/request_log/request_report.hpp"
#include "http/api/tokens/token.hpp"
#include "http/api/tokens/token_board.hpp"
#include "http/transport/socket/transport_limits.hpp"
#include "http/transport/tls/tls_identity.hpp"
#include "http/webhooks/deliverer.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hongbao::http {

struct TokenOptions {
    TokenSecrets secrets{};         // empty: new ones, which nobody else knows
    TokenBoard::Save save;          // empty: they are kept in memory alone
    TokenIssuerPtr issuer;          // null: nobody else makes tokens for this server
    std::size_t cache_max = 65'536; // tokens whose verification is remembered, over all loops
};

struct ServerOptions {
    std::string host = "127.0.0.1";       // an address, without brackets; empty: no TCP
    std::uint16_t port = 8080;            // 0: any
    std::optional<TlsIdentity> tls;       // with it, TCP is TLS
    TrustedProxies proxies;               // who may speak for others
    std::filesystem::path unix_socket;    // to listen on besides; empty: none
    std::filesystem::path control_socket; // the operator's, in a folder of ours; empty: none
    std::size_t event_loop_count = 1;
    TransportLimits transport;
    std::size_t batch_body_bytes_max = std::size_t{4} << 20;
    std::vector<std::string> allowed_hosts;   // see browser_gate.hpp
    std::vector<std::string> allowed_origins; // the same
    AdmissionLimits admission;
    TokenOptions tokens;
    WebhookOptions webhooks;
    RequestLimits limits;
    std::int64_t packet_life_s_default = 86'400;
    std::string version;
    std::function<void(std::string_view)> warn; // a line for operators; none: nobody is told
    RequestLog request_log;
};

} // namespace hongbao::http
