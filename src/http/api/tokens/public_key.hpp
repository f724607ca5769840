// Role: the public key of an issuer of tokens, taken apart once: that alone costs several times
// what verifying a signature does, and whoever forges tokens has the server do that. Owner:
// immutable; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

struct evp_pkey_st; // OpenSSL's EVP_PKEY

namespace hongbao::http {

enum class TokenAlgorithm : std::uint8_t { es256, rs256 };

class PublicKey {
  public:
    /// Of a text in PEM; or why it is none for the algorithm, without its subject: "is not …".
    static std::variant<std::shared_ptr<const PublicKey>, std::string>
    read(const std::string& pem, TokenAlgorithm algorithm);

    TokenAlgorithm algorithm() const { return algorithm_; }
    /// Whether `signature`, as a JWS has it (RFC 7518, sections 3.3 and 3.4), is the key's of
    /// `text`.
    bool has_signed(std::string_view text, std::string_view signature) const;

  private:
    PublicKey(std::shared_ptr<evp_pkey_st> key, TokenAlgorithm algorithm)
        : key_(std::move(key)), algorithm_(algorithm) {}

    std::shared_ptr<evp_pkey_st> key_;
    TokenAlgorithm algorithm_;
};

using PublicKeyPtr = std::shared_ptr<const PublicKey>;

} // namespace hongbao::http
