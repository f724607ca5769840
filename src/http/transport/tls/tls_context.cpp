// Role: the one place where the protocol's options are chosen.
#include "http/transport/tls/tls_context.hpp"

#include "domain/values/invariant.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace hongbao::http {

namespace {

// Mozilla's guidelines 5.7, "intermediate", without finite-field DHE, which costs the server most
// and which no client needs that speaks TLS 1.2.
constexpr const char* ciphers_of_1_2 = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
                                       "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
                                       "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* ciphers_of_1_3 =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* groups = "X25519:P-256:P-384";

/// A client that offers only other protocols, such as h2, is told no_application_protocol.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
    static constexpr std::array<unsigned char, 9> http_1_1{8,   'h', 't', 't', 'p',
                                                           '/', '1', '.', '1'};
    unsigned char* found = nullptr;
    if (SSL_select_next_proto(&found, chosen_size, http_1_1.data(), http_1_1.size(), offered,
                              offered_size) != OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
}

} // namespace

TlsContextPtr make_tls_context(const TlsIdentity& identity) {
    TlsContextPtr context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    SSL_CTX* const raw = context.get();
    if (raw == nullptr || SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) != 1 ||
        SSL_CTX_set_cipher_list(raw, ciphers_of_1_2) != 1 ||
        SSL_CTX_set_ciphersuites(raw, ciphers_of_1_3) != 1 ||
        SSL_CTX_set1_groups_list(raw, groups) != 1 ||
        SSL_CTX_use_cert_and_key(raw, identity.certificate.get(), identity.key.get(),
                                 identity.chain.get(), 1) != 1) {
        return nullptr;
    }
    // A client that ends without a goodbye ends like one without TLS: Content-Length tells whether
    // a request was whole.
    SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_IGNORE_UNEXPECTED_EOF);
    // An idle connection holds no buffers. A call returns after one record, whatever it held.
    SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                              SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_clear_mode(raw, SSL_MODE_AUTO_RETRY);
    SSL_CTX_set_read_ahead(raw, 1); // head and body of a record by one recv()
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF); // tickets are all there is
    SSL_CTX_set_max_early_data(raw, 0);                      // could be replayed
    SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
    return context;
}

TlsContexts::TlsContexts(TlsIdentity identity) {
    replace(std::move(identity));
}

TlsContextPtr TlsContexts::current() {
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    if (now - made_at_ >= ticket_key_life) {
        context_ = make_tls_context(identity_);
        made_at_ = now;
        domain::invariant(context_ != nullptr, "a certificate that was taken is taken again");
    }
    return context_;
}

void TlsContexts::replace(TlsIdentity identity) {
    TlsContextPtr made = make_tls_context(identity);
    domain::invariant(made != nullptr, "a certificate that was checked is taken");
    const std::lock_guard lock(mutex_);
    identity_ = std::move(identity);
    context_ = std::move(made);
    made_at_ = std::chrono::steady_clock::now();
}

} // namespace hongbao::http
