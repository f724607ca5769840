// Role: keeps out what a browser sends on behalf of somebody else's page. Any page can make it send
// requests to this machine, and can make its own name resolve to it (DNS rebinding). So a request
// must name this server (Host), and must not come from another site (Origin, Sec-Fetch-Site),
// unless the operator allows that.
// Owner: immutable after construction; any thread.
#pragma once

#include "http/api/problem.hpp"
#include "http/text/authority.hpp"
#include "http/transport/framing/framing.hpp"
#include "http/transport/socket/client.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hongbao::http {

struct BrowserGateOptions {
    std::string listen_host;                  // an address, without brackets
    std::vector<std::string> allowed_hosts;   // HOST or HOST:PORT; without a port, any
    std::vector<std::string> allowed_origins; // http://HOST[:PORT], or https
};

class BrowserGate {
  public:
    /// Ends the process if an option is malformed: settings are checked before.
    explicit BrowserGate(const BrowserGateOptions& options);

    /// Why the request is not answered: misdirected_request or origin_not_allowed. On the control
    /// socket any Host will do, and no page may be at work.
    /// While the server is open, whoever gets through is its operator. Later a page of a name that
    /// was made to point here has no credential: so without allowed_hosts every name is a name.
    std::optional<Problem> find_stranger(const Framer& request, const Client& client,
                                         bool server_is_open) const;

    /// Header lines that let the page of an allowed origin read an answer, even the refusal of a
    /// request that was refused while it was read.
    std::string cors_lines(const Framer& request) const;

    /// The lines that answer whether such a request may follow (Fetch, 3.2.2 "preflight"), for a
    /// path that takes `methods`; none if that is not asked.
    static std::string preflight_lines(const Framer& request, std::string_view methods);

  private:
    bool is_own(const Authority& host, bool is_secure) const;
    bool is_allowed(std::string_view origin) const;

    std::string listen_host_; // in brackets if it is one of IPv6
    bool listens_everywhere_ = false;
    std::vector<std::string> hosts_;           // in small letters
    std::vector<std::string> hosts_and_ports_; // canonical
    std::vector<std::string> origins_;         // canonical
};

} // namespace hongbao::http
