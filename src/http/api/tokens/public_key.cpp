// Role: by OpenSSL. A JWS has the two numbers of an ECDSA signature one behind the other, OpenSSL
// takes them in DER.
#include "http/api/tokens/public_key.hpp"

#include <array>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <optional>

namespace hongbao::http {

namespace {

constexpr int rsa_bits_min = 2'048;
constexpr std::size_t p256_bytes = 32; // of each number

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

bool is_right_key(const EVP_PKEY* key, TokenAlgorithm algorithm) {
    if (algorithm == TokenAlgorithm::rs256) {
        return EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) >= rsa_bits_min;
    }
    std::array<char, 32> group{};
    return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
           EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) == 1 &&
           std::string_view(group.data()) == "prime256v1";
}

/// Nothing for what is not two numbers of the curve's size.
std::optional<std::string> in_der(std::string_view signature) {
    if (signature.size() != 2 * p256_bytes) {
        return std::nullopt;
    }
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> numbers(ECDSA_SIG_new(),
                                                                        ECDSA_SIG_free);
    BIGNUM* const r = BN_bin2bn(bytes_of(signature), p256_bytes, nullptr);
    BIGNUM* const s = BN_bin2bn(bytes_of(signature.substr(p256_bytes)), p256_bytes, nullptr);
    if (!numbers || r == nullptr || s == nullptr || ECDSA_SIG_set0(numbers.get(), r, s) != 1) {
        BN_free(r);
        BN_free(s);
        return std::nullopt;
    }
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(numbers.get(), &der);
    if (size <= 0) {
        return std::nullopt;
    }
    std::string text(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return text;
}

} // namespace

std::variant<PublicKeyPtr, std::string> PublicKey::read(const std::string& pem,
                                                        TokenAlgorithm algorithm) {
    if (pem.find("PRIVATE KEY") != pem.npos) {
        return std::string("has a private key in it: this server needs the public one alone");
    }
    const std::unique_ptr<BIO, decltype(&BIO_free)> bytes(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
    std::shared_ptr<EVP_PKEY> key(PEM_read_bio_PUBKEY(bytes.get(), nullptr, nullptr, nullptr),
                                  EVP_PKEY_free);
    ERR_clear_error();
    if (!key) {
        return std::string("is not a public key in PEM (-----BEGIN PUBLIC KEY-----)");
    }
    if (!is_right_key(key.get(), algorithm)) {
        return std::string(algorithm == TokenAlgorithm::rs256
                               ? "is not a key of RSA with 2,048 bits or more, which RS256 takes"
                               : "is not a key on the curve P-256, which ES256 takes");
    }
    return PublicKeyPtr(new PublicKey(std::move(key), algorithm));
}

bool PublicKey::has_signed(std::string_view text, std::string_view signature) const {
    const auto der = algorithm_ == TokenAlgorithm::es256 ? in_der(signature)
                                                         : std::optional<std::string>(signature);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    const bool is_right =
        der && context &&
        EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
        EVP_DigestVerify(context.get(), bytes_of(*der), der->size(), bytes_of(text), text.size()) ==
            1;
    ERR_clear_error(); // or the errors of forged ones would gather, and TLS takes them for its own
    return is_right;
}

} // namespace hongbao::http
