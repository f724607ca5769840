// Role: checking ids, and counting up our own.
#include "http/transport/framing/request_id.hpp"

#include "domain/values/invariant.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <random>

namespace hongbao::http {

bool RequestId::well_formed(std::string_view text) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-';
    };
    return !text.empty() && text.size() <= bytes_max && std::ranges::all_of(text, allowed);
}

RequestId::RequestId(std::string_view text) : size_(text.size()) {
    domain::invariant(well_formed(text), "a request id is well-formed");
    std::memcpy(text_.data(), text.data(), text.size());
}

RequestIdSource::RequestIdSource() {
    std::random_device device;
    std::uint64_t bits = (std::uint64_t{device()} << 32) | device();
    for (std::size_t i = 0; i < 16; ++i, bits >>= 4) {
        prefix_[i] = "0123456789abcdef"[bits & 15];
    }
    prefix_[16] = '-';
}

RequestId RequestIdSource::pick(std::optional<std::string_view> sent) {
    if (sent && RequestId::well_formed(*sent)) {
        return RequestId(*sent);
    }
    std::array<char, 40> text;
    std::memcpy(text.data(), prefix_.data(), prefix_.size());
    char* const begin = text.data() + prefix_.size();
    const auto end = std::to_chars(begin, text.data() + text.size(), next_++, 16).ptr;
    return RequestId({text.data(), static_cast<std::size_t>(end - text.data())});
}

} // namespace hongbao::http
