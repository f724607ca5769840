// Role: names a request in answers and logs: the client's own X-Request-Id if it is well-formed,
// otherwise one of ours.
// Owner: one event loop, its thread.
// Invariant: an id is 1–64 of [A-Za-z0-9._-], so it may stand in JSON and header lines as it is.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hongbao::http {

class RequestId {
  public:
    static constexpr std::size_t bytes_max = 64;

    RequestId() = default;
    /// Aborts unless well_formed(text).
    explicit RequestId(std::string_view text);

    static bool well_formed(std::string_view text);
    std::string_view view() const { return {text_.data(), size_}; }

  private:
    std::array<char, bytes_max> text_{};
    std::size_t size_ = 0;
};

class RequestIdSource {
  public:
    /// Draws the 64-bit prefix that keeps ids of different loops and processes apart.
    RequestIdSource();

    /// `sent` if well-formed, otherwise "<16 hex digits>-<counter in hex>".
    RequestId pick(std::optional<std::string_view> sent);

  private:
    std::array<char, 17> prefix_{};
    std::uint64_t next_ = 1;
};

} // namespace hongbao::http
