// Role: the place of a request in a trace that other programs keep: the header traceparent, after
// W3C Trace Context (https://www.w3.org/TR/trace-context/), as it was sent and as it is passed on.
// Pure; any thread. Invariant: ids are lower-case hex and not all zero, so they may stand in JSON
// and header lines as they are.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hongbao::http {

class TraceContext {
  public:
    static constexpr std::size_t trace_id_size = 32;
    static constexpr std::size_t span_id_size = 16;

    /// The caller's; nothing if the page says to ignore it: another length, upper case, an id of
    /// zeros, version ff. Of a version after 00 what stands in front is read like 00.
    static std::optional<TraceContext> parse(std::string_view traceparent);

    /// The same trace, seen by whom this program calls or answers: `span` (not 0) is its own part
    /// of it. Of the flags only `sampled` is passed on, and the version is 00.
    TraceContext with_span(std::uint64_t span) const;

    std::string_view trace_id() const { return {trace_id_.data(), trace_id_.size()}; }
    std::string_view span_id() const { return {span_id_.data(), span_id_.size()}; }
    bool is_sampled() const { return is_sampled_; }

    /// The header's value: "00-TRACE_ID-SPAN_ID-01".
    std::string text() const;

  private:
    std::array<char, trace_id_size> trace_id_{};
    std::array<char, span_id_size> span_id_{};
    bool is_sampled_ = false;
};

/// Owner: one event loop, its thread.
class SpanIds {
  public:
    /// Draws where it begins, so that loops and processes do not meet.
    SpanIds();
    /// Never 0.
    std::uint64_t next();

  private:
    std::uint64_t state_;
};

} // namespace hongbao::http
