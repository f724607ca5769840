// Role: the public key of an issuer of tokens: looked at once, at the start, and from then on right
// for one algorithm. Owner: immutable; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>

namespace hongbao::http {

enum class TokenAlgorithm : std::uint8_t { es256, rs256 };

class PublicKey {
  public:
    /// Of a text in PEM; or why it is none for the algorithm, without its subject: "is not …".
    static std::variant<std::shared_ptr<const PublicKey>, std::string>
    read(const std::string& pem, TokenAlgorithm algorithm);

    TokenAlgorithm algorithm() const { return algorithm_; }
    const std::string& pem() const { return pem_; }

  private:
    PublicKey(std::string pem, TokenAlgorithm algorithm)
        : pem_(std::move(pem)), algorithm_(algorithm) {}

    std::string pem_;
    TokenAlgorithm algorithm_;
};

using PublicKeyPtr = std::shared_ptr<const PublicKey>;

} // namespace hongbao::http
