// Role: reads the key by OpenSSL, to see that it is one.
#include "http/api/tokens/public_key.hpp"

#include <array>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string_view>

namespace hongbao::http {

namespace {

constexpr int rsa_bits_min = 2'048;

bool is_right_key(const EVP_PKEY* key, TokenAlgorithm algorithm) {
    if (algorithm == TokenAlgorithm::rs256) {
        return EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) >= rsa_bits_min;
    }
    std::array<char, 32> group{};
    return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
           EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) == 1 &&
           std::string_view(group.data()) == "prime256v1";
}

} // namespace

std::variant<PublicKeyPtr, std::string> PublicKey::read(const std::string& pem,
                                                        TokenAlgorithm algorithm) {
    if (pem.find("PRIVATE KEY") != pem.npos) {
        return std::string("has a private key in it: this server needs the public one alone");
    }
    const std::unique_ptr<BIO, decltype(&BIO_free)> bytes(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        PEM_read_bio_PUBKEY(bytes.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
    ERR_clear_error();
    if (!key) {
        return std::string("is not a public key in PEM (-----BEGIN PUBLIC KEY-----)");
    }
    if (!is_right_key(key.get(), algorithm)) {
        return std::string(algorithm == TokenAlgorithm::rs256
                               ? "is not a key of RSA with 2,048 bits or more, which RS256 takes"
                               : "is not a key on the curve P-256, which ES256 takes");
    }
    return PublicKeyPtr(new PublicKey(pem, algorithm));
}

} // namespace hongbao::http
