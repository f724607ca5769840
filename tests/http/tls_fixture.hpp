// Role: what the tests of TLS share: certificates made on the spot, and a client that speaks TLS.
#pragma once

#include "http/transport/tls/tls_context.hpp"
#include "http/transport/tls/tls_identity.hpp"
#include "tests/http/transport_fixture.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace hongbao::http {

inline constexpr std::int64_t test_now_ms = 1'800'000'000'000; // 2027
inline constexpr std::int64_t test_day_ms = 86'400'000;

using Key = std::shared_ptr<EVP_PKEY>;

inline Key new_ec_key() {
    return {EVP_EC_gen("P-256"), EVP_PKEY_free};
}

inline std::string drain_of(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    return text;
}

inline std::string pem_of(const Key& key, const char* pass_phrase = nullptr) {
    BIO* const bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PKCS8PrivateKey(
        bio, key.get(), pass_phrase ? EVP_aes_256_cbc() : nullptr, pass_phrase,
        pass_phrase ? static_cast<int>(std::string_view(pass_phrase).size()) : 0, nullptr, nullptr);
    return drain_of(bio);
}

/// A certificate of `name` for `key`, signed by itself, in PEM.
inline std::string certificate_for(const Key& key, const char* name,
                                   std::int64_t begins_at_ms = test_now_ms - test_day_ms,
                                   std::int64_t ends_at_ms = test_now_ms + 90 * test_day_ms) {
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    ASN1_TIME_set(X509_getm_notBefore(certificate.get()), begins_at_ms / 1'000);
    ASN1_TIME_set(X509_getm_notAfter(certificate.get()), ends_at_ms / 1'000);
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    BIO* const bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, certificate.get());
    return drain_of(bio);
}

inline TlsFiles files_of(std::string certificate, std::string key) {
    return {"cert.pem", std::move(certificate), "key.pem", std::move(key)};
}

inline TlsIdentity new_identity(const char* name) {
    const Key key = new_ec_key();
    auto read = read_tls_identity(files_of(certificate_for(key, name), pem_of(key)), test_now_ms);
    EXPECT_TRUE(std::holds_alternative<TlsIdentity>(read)) << std::get<std::string>(read);
    return std::get<TlsIdentity>(std::move(read));
}

struct TlsOffer {
    int version = 0;            // 0: any
    std::string protocols = {}; // of ALPN, each with its length before it
    SSL_SESSION* session = nullptr;
};

/// A client over a blocking socket. Nothing is verified.
class TlsClient {
  public:
    explicit TlsClient(std::uint16_t port, const TlsOffer& offer = {}, int receive_bytes = 0)
        : raw_(port, receive_bytes), context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free),
          session_(nullptr, SSL_free) {
        SSL_CTX_set_min_proto_version(context_.get(), offer.version);
        SSL_CTX_set_max_proto_version(context_.get(), offer.version);
        session_.reset(SSL_new(context_.get()));
        if (!offer.protocols.empty())
            SSL_set_alpn_protos(session_.get(),
                                reinterpret_cast<const unsigned char*>(offer.protocols.data()),
                                static_cast<unsigned>(offer.protocols.size()));
        if (offer.session != nullptr)
            SSL_set_session(session_.get(), offer.session);
        SSL_set_fd(session_.get(), raw_.descriptor());
        ERR_clear_error();
        has_greeted_ = SSL_connect(session_.get()) == 1;
        note_alert();
    }

    bool has_greeted() const { return has_greeted_; }
    /// The reason of the last failure, as OpenSSL words it.
    const std::string& reason() const { return reason_; }
    SSL* session() { return session_.get(); }
    RawClient& raw() { return raw_; }

    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const int n = SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size()));
            if (n <= 0)
                return;
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
    }
    Answer receive() {
        return receive_answer(received_, [this] { return fill(); });
    }
    std::string receive_until(std::string_view text) {
        std::size_t at = 0;
        while ((at = received_.find(text)) == received_.npos) {
            if (!fill())
                return std::exchange(received_, {});
        }
        const std::string taken = received_.substr(0, at + text.size());
        received_.erase(0, at + text.size());
        return taken;
    }
    /// Whether nothing more comes, and the server has said so before it ended.
    bool at_end() {
        char one = 0;
        const int n = SSL_read(session_.get(), &one, 1);
        return received_.empty() && SSL_get_error(session_.get(), n) == SSL_ERROR_ZERO_RETURN;
    }
    std::string peer_name() {
        const std::unique_ptr<X509, decltype(&X509_free)> peer(
            SSL_get1_peer_certificate(session_.get()), X509_free);
        std::array<char, 64> name{};
        if (peer)
            X509_NAME_get_text_by_NID(X509_get_subject_name(peer.get()), NID_commonName,
                                      name.data(), static_cast<int>(name.size()));
        return name.data();
    }

  private:
    bool fill() {
        const int n = SSL_read(session_.get(), buffer_.data(), static_cast<int>(buffer_.size()));
        if (n <= 0) {
            note_alert();
            return false;
        }
        received_.append(buffer_.data(), static_cast<std::size_t>(n));
        return true;
    }
    void note_alert() {
        const char* const text = ERR_reason_error_string(ERR_peek_last_error());
        reason_ = text != nullptr ? text : "";
        ERR_clear_error();
    }

    RawClient raw_;
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
    std::unique_ptr<SSL, decltype(&SSL_free)> session_;
    bool has_greeted_ = false;
    std::string reason_;
    std::string received_;
    std::array<char, 65536> buffer_{};
};

class TlsTransport : public Transport {
  protected:
    TlsTransport() { tls_ = std::make_unique<TlsContexts>(new_identity("first")); }
};

} // namespace hongbao::http
