// Role: which proxies are believed when they say for whom they send a request. Immutable; any
// thread.
#pragma once

#include "http/text/address_ranges.hpp"
#include "http/transport/framing/framing.hpp"
#include "http/transport/socket/client.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace hongbao::http {

class TrustedProxies {
  public:
    /// Nobody.
    TrustedProxies() = default;
    /// Address ranges with commas between, and "unix" for whoever comes through a unix socket; or a
    /// sentence that names the one that is neither.
    static std::variant<TrustedProxies, std::string> parse(std::string_view text);

    bool empty() const { return ranges_.empty() && !trusts_unix_; }

    /// Of a peer that is not trusted, the peer itself, whatever it says; and of one that says
    /// nothing. Otherwise whom it names; if that cannot be read, or Forwarded and X-Forwarded-For
    /// are both there, of which a proxy hands one on unseen, the peer's address, which is then not
    /// this machine.
    Client client_of(const Client& peer, const Framer& request) const;

  private:
    bool trusts(const Client& peer) const;

    AddressRanges ranges_;
    bool trusts_unix_ = false;
};

} // namespace hongbao::http
