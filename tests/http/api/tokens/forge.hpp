// Role: makes tokens of every kind, right and wrong, without the code that is tested.
#pragma once

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace hongbao::http::forge {

inline std::string base64url(std::string_view bytes) {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string text;
    unsigned bits = 0, value = 0;
    for (const char c : bytes) {
        value = (value << 8U) | static_cast<unsigned char>(c);
        for (bits += 8; bits >= 6; bits -= 6)
            text += alphabet[(value >> (bits - 6)) & 63U];
    }
    if (bits > 0)
        text += alphabet[(value << (6 - bits)) & 63U];
    return text;
}

inline std::string hmac_sha256(std::string_view key, std::string_view text) {
    std::array<unsigned char, 32> mac{};
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), nullptr);
    return {reinterpret_cast<const char*>(mac.data()), mac.size()};
}

/// A key pair of an issuer.
class Issuer {
  public:
    static Issuer p256() { return Issuer(EVP_EC_gen("P-256"), true); }
    static Issuer p384() { return Issuer(EVP_EC_gen("P-384"), true); }
    static Issuer rsa(unsigned bits) { return Issuer(EVP_RSA_gen(bits), false); }

    std::string public_key() const {
        const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
        PEM_write_bio_PUBKEY(out.get(), key_.get());
        return text_in(out.get());
    }
    std::string private_key() const {
        const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
        PEM_write_bio_PrivateKey(out.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
        return text_in(out.get());
    }

    /// As JWS has it: of ECDSA the two numbers one behind the other.
    std::string sign(std::string_view text) const {
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                              EVP_MD_CTX_free);
        EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get());
        std::string signature(1'024, '\0');
        std::size_t size = signature.size();
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                       reinterpret_cast<const unsigned char*>(text.data()), text.size());
        signature.resize(size);
        return is_elliptic_ ? flat(signature) : signature;
    }

  private:
    Issuer(EVP_PKEY* key, bool is_elliptic) : key_(key, EVP_PKEY_free), is_elliptic_(is_elliptic) {}

    static std::string text_in(BIO* out) {
        char* data = nullptr;
        const long size = BIO_get_mem_data(out, &data);
        return {data, static_cast<std::size_t>(size)};
    }
    std::string flat(const std::string& der) const {
        const auto* at = reinterpret_cast<const unsigned char*>(der.data());
        const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> numbers(
            d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())), ECDSA_SIG_free);
        const auto bytes = static_cast<std::size_t>(EVP_PKEY_get_bits(key_.get()) + 7) / 8;
        std::string both(2 * bytes, '\0');
        auto* const first = reinterpret_cast<unsigned char*>(both.data());
        BN_bn2binpad(ECDSA_SIG_get0_r(numbers.get()), first, static_cast<int>(bytes));
        BN_bn2binpad(ECDSA_SIG_get0_s(numbers.get()), first + bytes, static_cast<int>(bytes));
        return both;
    }

    std::shared_ptr<EVP_PKEY> key_;
    bool is_elliptic_;
};

inline std::string unsigned_token(const std::string& header, const std::string& claims) {
    return base64url(header) + "." + base64url(claims);
}
inline std::string with_hmac(const std::string& header, const std::string& claims,
                             std::string_view secret) {
    const std::string text = unsigned_token(header, claims);
    return text + "." + base64url(hmac_sha256(secret, text));
}
inline std::string with_key(const std::string& header, const std::string& claims,
                            const Issuer& issuer) {
    const std::string text = unsigned_token(header, claims);
    return text + "." + base64url(issuer.sign(text));
}

} // namespace hongbao::http::forge
