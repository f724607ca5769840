// Role: reads and checks what the two files hold.
#include "http/transport/tls/tls_identity.hpp"

#include "domain/values/rfc3339.hpp"
#include "http/transport/tls/tls_context.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <ctime>
#include <string_view>
#include <utility>

namespace hongbao::http {

namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t warned_days = 14;

using Fault = std::optional<std::string>; // a sentence
using Bio = std::unique_ptr<BIO, int (*)(BIO*)>;

Bio reader_of(const std::string& text) {
    return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}

Fault read_certificates(const TlsFiles& files, TlsIdentity& identity) {
    identity.chain = {sk_X509_new_null(), [](auto* chain) { sk_X509_pop_free(chain, X509_free); }};
    const Bio bio = reader_of(files.certificate);
    while (X509* const one = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
        if (identity.certificate == nullptr) {
            identity.certificate = {one, X509_free};
        } else {
            sk_X509_push(identity.chain.get(), one);
        }
    }
    const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    if (identity.certificate == nullptr) {
        return files.certificate_name +
               " holds no certificate in PEM (-----BEGIN CERTIFICATE-----)";
    }
    if (!at_end) {
        return files.key_name +
               " holds a certificate that cannot be read, after the first: copy the "
               "whole chain again";
    }
    return std::nullopt;
}

/// Called for the pass phrase of a key, which nobody is there to type.
int note_encryption(char*, int, int, void* is_encrypted) {
    *static_cast<bool*>(is_encrypted) = true;
    return -1;
}

Fault read_key(const TlsFiles& files, TlsIdentity& identity) {
    bool is_encrypted = false;
    EVP_PKEY* const key = PEM_read_bio_PrivateKey(reader_of(files.key).get(), nullptr,
                                                  note_encryption, &is_encrypted);
    ERR_clear_error();
    if (is_encrypted) {
        return files.key_name +
               " is encrypted, and nobody is there to type its pass phrase: write it without one "
               "(openssl pkey -in OLD -out NEW), in a file that only the server's user can read";
    }
    if (key == nullptr) {
        return files.key_name + " holds no private key in PEM (-----BEGIN PRIVATE KEY-----)";
    }
    identity.key = {key, EVP_PKEY_free};
    return std::nullopt;
}

Fault find_mismatch(const TlsFiles& files, const TlsIdentity& identity) {
    const auto belongs_to = [&](const X509* certificate) {
        const bool does = X509_check_private_key(certificate, identity.key.get()) == 1;
        ERR_clear_error();
        return does;
    };
    if (belongs_to(identity.certificate.get())) {
        return std::nullopt;
    }
    for (int i = 0; i < sk_X509_num(identity.chain.get()); ++i) {
        if (belongs_to(sk_X509_value(identity.chain.get(), i))) {
            return "the certificate that " + files.key_name + " belongs to is not the first in " +
                   files.certificate_name +
                   ": put it first, then the one that signed it, and so on";
        }
    }
    return files.key_name + " does not belong to the certificate in " + files.certificate_name +
           ": both have to come from the same issue";
}

std::int64_t ms_of(const ASN1_TIME* time) {
    std::tm parts{};
    return ASN1_TIME_to_tm(time, &parts) == 1 ? std::int64_t{timegm(&parts)} * 1'000 : 0;
}

/// Those of the chain count, too: clients refuse them just the same.
Fault find_wrong_time(const TlsFiles& files, TlsIdentity& identity, std::int64_t now_ms) {
    std::int64_t begins_at_ms = INT64_MIN;
    identity.ends_at_ms = INT64_MAX;
    for (int i = -1; i < sk_X509_num(identity.chain.get()); ++i) {
        const X509* const one =
            i < 0 ? identity.certificate.get() : sk_X509_value(identity.chain.get(), i);
        begins_at_ms = std::max(begins_at_ms, ms_of(X509_get0_notBefore(one)));
        identity.ends_at_ms = std::min(identity.ends_at_ms, ms_of(X509_get0_notAfter(one)));
    }
    if (identity.ends_at_ms < now_ms) {
        return "the certificate in " + files.certificate_name + " ended at " +
               domain::to_rfc3339(identity.ends_at_ms) + ": renew it";
    }
    if (begins_at_ms > now_ms) {
        return "the certificate in " + files.certificate_name + " is valid only from " +
               domain::to_rfc3339(begins_at_ms) + " on, and it is " + domain::to_rfc3339(now_ms) +
               " by the clock of this machine: is that right?";
    }
    return std::nullopt;
}

/// What OpenSSL asks of keys and signatures, such as their length.
Fault find_weakness(const TlsFiles& files, const TlsIdentity& identity) {
    if (make_tls_context(identity) != nullptr) {
        return std::nullopt;
    }
    const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
    Fault fault = "the certificate in " + files.certificate_name +
                  " cannot be used: " + (reason != nullptr ? reason : "OpenSSL refuses it");
    ERR_clear_error();
    return fault;
}

} // namespace

std::variant<TlsIdentity, std::string> read_tls_identity(const TlsFiles& files,
                                                         std::int64_t now_ms) {
    ERR_clear_error();
    TlsIdentity identity;
    auto fault = read_certificates(files, identity);
    if (!fault) {
        fault = read_key(files, identity);
    }
    if (!fault) {
        fault = find_mismatch(files, identity);
    }
    if (!fault) {
        fault = find_wrong_time(files, identity, now_ms);
    }
    if (!fault) {
        fault = find_weakness(files, identity);
    }
    if (fault) {
        return std::move(*fault);
    }
    return identity;
}

std::optional<std::string> warning_of(const TlsIdentity& identity,
                                      std::string_view certificate_name, std::int64_t now_ms) {
    const std::int64_t left_days = (identity.ends_at_ms - now_ms) / day_ms;
    if (left_days >= warned_days) {
        return std::nullopt;
    }
    return "the certificate in " + std::string(certificate_name) + " ends at " +
           domain::to_rfc3339(identity.ends_at_ms) + ", in " + std::to_string(left_days) +
           (left_days == 1 ? " day" : " days") + ": renew it, and send SIGHUP";
}

} // namespace hongbao::http
