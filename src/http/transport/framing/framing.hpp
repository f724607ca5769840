// Role: decides where one request begins and ends, and refuses what must not go further. Works on
// the bytes received so far and carries on where it stopped, however they were split.
// Owner: one connection. Invariant: offsets count from the request's first byte, so the buffer may
// move between two calls; views are valid until it does.
#pragma once

#include "http/transport/framing/refusal.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace hongbao::http {

inline constexpr std::size_t head_bytes_max = 16 * 1024;
inline constexpr std::size_t target_bytes_max = 1024;
inline constexpr std::size_t method_bytes_max = 32;
inline constexpr std::size_t headers_max = 100;

/// Largest body, in bytes, of `method` on `path` (as sent: percent escapes are not decoded).
using BodyBytesMax = std::function<std::size_t(std::string_view method, std::string_view path)>;

class Framer;
/// The whole answer to a request that is refused, given its head as far as it was read.
using RenderRefusal =
    std::function<std::string(Refusal refusal, const Framer& request, std::string_view request_id)>;

class Framer {
  public:
    enum class Outcome : std::uint8_t { need_more, complete, refused };

    /// Forgets the request; to be called between two requests.
    void reset();

    /// `received`: all bytes from the request's first one on, maybe with some of the next request.
    /// After complete or refused only reset() may follow.
    Outcome advance(std::string_view received, const BodyBytesMax& body_bytes_max);

    /// The bytes received have moved since the last call of advance(), before one that tells the
    /// framer so.
    void follow(std::string_view received) { base_ = received.data(); }

    Refusal refusal() const { return refusal_; }

    /// Bytes of the whole request, or of the longest head while the head is not complete.
    std::size_t request_bytes() const;
    bool head_complete() const { return stage_ == Stage::body; }
    /// The client waits for "100 Continue" before it sends the body.
    bool expects_continue() const { return head_complete() && expect_ && version_minor_ == 1; }

    /// From here on: valid once the head is complete.
    bool http_1_0() const { return version_minor_ == 0; }
    bool keep_alive() const;
    std::string_view method() const { return view(method_); }
    /// As sent, without the query; starts with '/', or is "*" for OPTIONS.
    std::string_view path() const { return path_.size == 0 ? "/" : view(path_); }
    std::string_view query() const { return view(query_); }
    /// The HOST[:PORT] that the request is for: of an absolute target its own, otherwise Host's.
    /// Well-formed; empty if an HTTP/1.0 client named none.
    std::string_view authority() const { return view(authority_); }
    std::string_view body() const { return {base_ + body_begin_, content_length_}; }
    /// The value as sent, without surrounding blanks; the first one if repeated. `name` in any
    /// case. Also of a refused request, as far as it was read.
    std::optional<std::string_view> header(std::string_view name) const;
    /// The values of all of them, with commas between: a list may go over several lines.
    std::string joined_header(std::string_view name) const;
    /// How often the header stands in the request.
    std::size_t header_count(std::string_view name) const;

  private:
    enum class Stage : std::uint8_t { request_line, headers, body };
    struct Span {
        std::uint16_t begin = 0;
        std::uint16_t size = 0;
    };
    struct HeaderSpan {
        Span name;
        Span value;
    };
    static_assert(head_bytes_max <= UINT16_MAX);

    std::string_view view(Span span) const { return {base_ + span.begin, span.size}; }
    Span span(std::string_view part) const;
    bool refuse(Refusal refusal);
    Outcome incomplete(std::string_view received);
    bool take_line(std::string_view line, const BodyBytesMax& body_bytes_max);
    bool take_request_line(std::string_view line);
    bool take_target(std::string_view target);
    bool take_authority(std::string_view authority);
    bool take_host(std::string_view value);
    bool take_header(std::string_view line);
    bool take_known_header(std::string_view name, std::string_view value);
    bool take_content_length(std::string_view value);
    bool finish_head(const BodyBytesMax& body_bytes_max);

    const char* base_ = nullptr;
    std::size_t line_begin_ = 0;
    std::size_t scanned_ = 0;
    std::size_t body_begin_ = 0;
    std::size_t content_length_ = 0;
    Stage stage_ = Stage::request_line;
    bool refused_ = false;
    Refusal refusal_{};
    std::uint8_t version_minor_ = 1;
    bool content_length_seen_ = false;
    bool host_seen_ = false;
    bool target_is_absolute_ = false;
    bool expect_ = false;
    bool connection_close_ = false;
    bool connection_keep_alive_ = false;
    Span method_;
    Span path_;
    Span query_;
    Span authority_;
    std::size_t headers_count_ = 0;
    std::array<HeaderSpan, headers_max> headers_;
};

} // namespace hongbao::http
