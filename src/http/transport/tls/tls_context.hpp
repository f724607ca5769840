// Role: what all TLS connections of a server share: protocol, ciphers, certificate, ticket keys.
#pragma once

#include "http/transport/tls/tls_identity.hpp"

#include <openssl/ssl.h>

#include <chrono>
#include <memory>
#include <mutex>

namespace hongbao::http {

using TlsContextPtr = std::shared_ptr<SSL_CTX>;

/// TLS 1.2 and 1.3 with the ciphers of Mozilla's "intermediate", HTTP/1.1 alone (ALPN), resumption
/// by tickets that only this context can read, no early data, no renegotiation, no compression.
/// Null, if OpenSSL does not take the certificate; then its queue of errors says why.
TlsContextPtr make_tls_context(const TlsIdentity& identity);

/// The context for new connections. Any thread.
class TlsContexts {
  public:
    /// Whoever steals the key of a ticket can read the TLS 1.2 sessions that it resumed: so keys
    /// are thrown away after this time, and clients shake hands in full.
    static constexpr std::chrono::hours ticket_key_life{12};

    /// An identity that read_tls_identity() accepted.
    explicit TlsContexts(TlsIdentity identity);

    TlsContextPtr current();
    /// From now on; connections that are open keep theirs.
    void replace(TlsIdentity identity);

  private:
    std::mutex mutex_; // guards the next
    TlsIdentity identity_;
    TlsContextPtr context_;
    std::chrono::steady_clock::time_point made_at_;
};

} // namespace hongbao::http
