// Role: who a server shows itself to be: its certificate with the chain, and the key.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace hongbao::http {

/// The contents of two files, with their names for the sentences.
struct TlsFiles {
    std::string certificate_name;
    std::string certificate; // PEM: the server's own first, then those that it hangs on
    std::string key_name;
    std::string key; // PEM, not encrypted
};

/// Immutable, and cheap to copy.
struct TlsIdentity {
    std::shared_ptr<X509> certificate;
    std::shared_ptr<STACK_OF(X509)> chain; // the others
    std::shared_ptr<EVP_PKEY> key;
    std::int64_t ends_at_ms = 0; // the first of them to end
};

/// A sentence says what is wrong and what mends it: a text that is not PEM, a key that is encrypted
/// or does not belong to the certificate, a certificate that has ended or not yet begun, or that
/// OpenSSL finds too weak.
std::variant<TlsIdentity, std::string> read_tls_identity(const TlsFiles& files,
                                                         std::int64_t now_ms);

/// A sentence, when it ends within 14 days.
std::optional<std::string> warning_of(const TlsIdentity& identity,
                                      std::string_view certificate_name, std::int64_t now_ms);

} // namespace hongbao::http
