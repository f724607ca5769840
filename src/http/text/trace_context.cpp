// Role: reads and writes traceparent; numbers spans.
#include "http/text/trace_context.hpp"

#include <algorithm>
#include <random>

namespace hongbao::http {

namespace {

// 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
constexpr std::size_t trace_id_at = 3;
constexpr std::size_t span_id_at = trace_id_at + TraceContext::trace_id_size + 1;
constexpr std::size_t flags_at = span_id_at + TraceContext::span_id_size + 1;
constexpr std::size_t size_of_00 = flags_at + 2;
constexpr unsigned sampled = 0x01;

constexpr std::string_view digits = "0123456789abcdef";

bool is_hex(std::string_view text) {
    return text.find_first_not_of(digits) == text.npos;
}

bool is_id(std::string_view text) {
    return is_hex(text) && text.find_first_not_of('0') != text.npos;
}

} // namespace

std::optional<TraceContext> TraceContext::parse(std::string_view text) {
    if (text.size() < size_of_00 || text[trace_id_at - 1] != '-' || text[span_id_at - 1] != '-' ||
        text[flags_at - 1] != '-') {
        return std::nullopt;
    }
    const std::string_view version = text.substr(0, 2);
    const bool ends = text.size() == size_of_00 || (version != "00" && text[size_of_00] == '-');
    const std::string_view flags = text.substr(flags_at, 2);
    const std::string_view trace_id = text.substr(trace_id_at, trace_id_size);
    const std::string_view span_id = text.substr(span_id_at, span_id_size);
    if (!ends || !is_hex(version) || version == "ff" || !is_id(trace_id) || !is_id(span_id) ||
        !is_hex(flags)) {
        return std::nullopt;
    }
    TraceContext found;
    std::ranges::copy(trace_id, found.trace_id_.begin());
    std::ranges::copy(span_id, found.span_id_.begin());
    found.is_sampled_ = (digits.find(flags[1]) & sampled) != 0;
    return found;
}

TraceContext TraceContext::with_span(std::uint64_t span) const {
    TraceContext passed_on = *this;
    for (auto place = passed_on.span_id_.rbegin(); place != passed_on.span_id_.rend(); ++place) {
        *place = digits[span & 15U];
        span >>= 4U;
    }
    return passed_on;
}

std::string TraceContext::text() const {
    std::string value = "00-";
    value.reserve(size_of_00);
    value.append(trace_id()).append("-").append(span_id());
    return value.append(is_sampled_ ? "-01" : "-00");
}

SpanIds::SpanIds() {
    std::random_device device;
    state_ = (std::uint64_t{device()} << 32U) | device();
}

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
std::uint64_t SpanIds::next() {
    std::uint64_t mixed = 0;
    while (mixed == 0) {
        mixed = (state_ += 0x9e3779b97f4a7c15U);
        mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
        mixed ^= mixed >> 31U;
    }
    return mixed;
}

} // namespace hongbao::http
