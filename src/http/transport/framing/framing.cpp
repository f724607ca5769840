// Role: the rules of a head, line by line, each with its refusal.
#include "http/transport/framing/framing.hpp"

#include "domain/values/invariant.hpp"
#include "http/text/ascii.hpp"
#include "http/text/authority.hpp"

#include <algorithm>
#include <cstring>

namespace hongbao::http {

namespace {

/// A control character that is a carriage return out of place has its own refusal.
std::optional<Refusal> check_text(std::string_view text) {
    for (const char c : text) {
        if (ascii::control(c) && c != '\t') [[unlikely]] {
            return c == '\r' ? Refusal::line_break_bare : Refusal::character_forbidden;
        }
    }
    return std::nullopt;
}

/// Every '%' begins a valid escape. In a path an escape must not decode to '/' or a control
/// character: routes compare whole decoded segments.
bool escapes_valid(std::string_view text, bool is_path) {
    for (std::size_t i = text.find('%'); i != text.npos; i = text.find('%', i + 3)) {
        if (i + 2 >= text.size()) {
            return false;
        }
        const int high = ascii::hex_value(text[i + 1]);
        const int low = ascii::hex_value(text[i + 2]);
        if (high < 0 || low < 0) {
            return false;
        }
        const char decoded = static_cast<char>(high * 16 + low);
        if (is_path && (decoded == '/' || ascii::control(decoded))) {
            return false;
        }
    }
    return true;
}

bool has_member(std::string_view list, std::string_view member) {
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        if (ascii::equal_without_case(ascii::trim(list.substr(0, comma)), member)) {
            return true;
        }
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

} // namespace

void Framer::reset() {
    line_begin_ = scanned_ = body_begin_ = content_length_ = headers_count_ = 0;
    stage_ = Stage::request_line;
    version_minor_ = 1;
    refused_ = content_length_seen_ = host_seen_ = target_is_absolute_ = expect_ = false;
    connection_close_ = connection_keep_alive_ = false;
    method_ = path_ = query_ = authority_ = Span{};
}

std::size_t Framer::request_bytes() const {
    return head_complete() ? body_begin_ + content_length_ : head_bytes_max;
}

bool Framer::keep_alive() const {
    return !connection_close_ && (version_minor_ == 1 || connection_keep_alive_);
}

std::size_t Framer::header_count(std::string_view name) const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < headers_count_; ++i) {
        count += ascii::equal_without_case(view(headers_[i].name), name) ? 1 : 0;
    }
    return count;
}

std::optional<std::string_view> Framer::header(std::string_view name) const {
    for (std::size_t i = 0; i < headers_count_; ++i) {
        if (ascii::equal_without_case(view(headers_[i].name), name)) {
            return view(headers_[i].value);
        }
    }
    return std::nullopt;
}

std::string Framer::joined_header(std::string_view name) const {
    std::string joined;
    bool any = false;
    for (std::size_t i = 0; i < headers_count_; ++i) {
        if (ascii::equal_without_case(view(headers_[i].name), name)) {
            joined.append(any ? ", " : "").append(view(headers_[i].value));
            any = true;
        }
    }
    return joined;
}

Framer::Outcome Framer::advance(std::string_view received, const BodyBytesMax& body_bytes_max) {
    domain::invariant(!refused_, "a refused request is not framed further");
    base_ = received.data();
    while (stage_ != Stage::body) {
        const void* const found = std::memchr(base_ + scanned_, '\n', received.size() - scanned_);
        if (found == nullptr) {
            return incomplete(received);
        }
        const auto end = static_cast<std::size_t>(static_cast<const char*>(found) - base_);
        if (end >= head_bytes_max) {
            refuse(Refusal::head_too_large);
            return Outcome::refused;
        }
        if (end == line_begin_ || base_[end - 1] != '\r') {
            refuse(Refusal::line_break_bare);
            return Outcome::refused;
        }
        const std::string_view line = received.substr(line_begin_, end - 1 - line_begin_);
        line_begin_ = scanned_ = end + 1;
        if (!take_line(line, body_bytes_max)) {
            return Outcome::refused;
        }
    }
    return received.size() - body_begin_ >= content_length_ ? Outcome::complete
                                                            : Outcome::need_more;
}

/// Checks a line whose end has not come yet: it must still be able to become a good one.
Framer::Outcome Framer::incomplete(std::string_view received) {
    scanned_ = received.size();
    const std::string_view line = received.substr(line_begin_);
    if (stage_ == Stage::request_line && line.size() > method_bytes_max + 1 + target_bytes_max) {
        const std::size_t space = line.find(' ');
        if (space > method_bytes_max) {
            refuse(Refusal::request_line_malformed);
        } else if (std::min(line.find(' ', space + 1), line.size()) - space - 1 >
                   target_bytes_max) {
            refuse(Refusal::target_too_long);
        }
    }
    if (!refused_ && received.size() >= head_bytes_max) {
        refuse(Refusal::head_too_large);
    }
    return refused_ ? Outcome::refused : Outcome::need_more;
}

bool Framer::refuse(Refusal refusal) {
    refused_ = true;
    refusal_ = refusal;
    return false;
}

Framer::Span Framer::span(std::string_view part) const {
    return {static_cast<std::uint16_t>(part.data() - base_),
            static_cast<std::uint16_t>(part.size())};
}

bool Framer::take_line(std::string_view line, const BodyBytesMax& body_bytes_max) {
    if (stage_ == Stage::request_line) {
        // RFC 9112, 2.2: empty lines before a request line are ignored.
        return line.empty() || take_request_line(line);
    }
    return line.empty() ? finish_head(body_bytes_max) : take_header(line);
}

bool Framer::take_request_line(std::string_view line) {
    if (const auto bad = check_text(line)) {
        return refuse(*bad);
    }
    const std::size_t first = line.find(' ');
    const std::size_t second = first == line.npos ? line.npos : line.find(' ', first + 1);
    if (second == line.npos || first == 0 || first > method_bytes_max ||
        !std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(first),
                     ascii::token)) {
        return refuse(Refusal::request_line_malformed);
    }
    const std::string_view version = line.substr(second + 1);
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        return refuse(version.starts_with("HTTP/") && version.find(' ') == version.npos
                          ? Refusal::version_unsupported
                          : Refusal::request_line_malformed);
    }
    version_minor_ = version.back() == '1' ? 1 : 0;
    method_ = span(line.substr(0, first));
    if (!take_target(line.substr(first + 1, second - first - 1))) {
        return false;
    }
    stage_ = Stage::headers;
    return true;
}

bool Framer::take_target(std::string_view target) {
    if (target.size() > target_bytes_max) {
        return refuse(Refusal::target_too_long);
    }
    // RFC 9112, 3.2.2: the absolute form must be understood, and its authority goes before Host.
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!target_is_absolute_ &&
            ascii::equal_without_case(target.substr(0, scheme.size()), scheme)) {
            target_is_absolute_ = true;
            target.remove_prefix(scheme.size());
            const std::size_t end = std::min(target.find_first_of("/?"), target.size());
            if (!take_authority(target.substr(0, end))) {
                return refuse(Refusal::target_malformed);
            }
            target.remove_prefix(end);
        }
    }
    const std::size_t mark = std::min(target.find('?'), target.size());
    const std::string_view path = target.substr(0, mark);
    const bool rooted = path.starts_with('/') || (path.empty() && target_is_absolute_);
    const bool asterisk = path == "*" && view(method_) == "OPTIONS" && mark == target.size();
    const bool visible = std::ranges::all_of(target, [](char c) { return c > ' ' && c != '#'; });
    if (!(rooted || asterisk) || !visible || !escapes_valid(path, true) ||
        !escapes_valid(target.substr(mark), false)) {
        return refuse(Refusal::target_malformed);
    }
    path_ = span(path);
    if (mark < target.size()) {
        query_ = span(target.substr(mark + 1));
    }
    return true;
}

bool Framer::take_authority(std::string_view authority) {
    authority_ = span(authority);
    return parse_authority(authority).has_value();
}

/// Also of an absolute target it must be well-formed: see RFC 9112, 3.2.
bool Framer::take_host(std::string_view value) {
    if (host_seen_) {
        return refuse(Refusal::host_repeated);
    }
    host_seen_ = true;
    const bool good =
        target_is_absolute_ ? parse_authority(value).has_value() : take_authority(value);
    return good || refuse(Refusal::host_malformed);
}

bool Framer::take_header(std::string_view line) {
    if (headers_count_ == headers_max) {
        return refuse(Refusal::headers_too_many);
    }
    if (ascii::blank(line.front())) {
        return refuse(Refusal::header_folded);
    }
    std::size_t colon = 0;
    while (colon < line.size() && ascii::token(line[colon])) {
        ++colon;
    }
    if (colon == 0 || colon == line.size() || line[colon] != ':') {
        return refuse(check_text(line).value_or(Refusal::header_malformed));
    }
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = ascii::trim(line.substr(colon + 1));
    if (const auto bad = check_text(value)) {
        return refuse(*bad);
    }
    headers_[headers_count_++] = {span(name), span(value)};
    return take_known_header(name, value);
}

bool Framer::take_known_header(std::string_view name, std::string_view value) {
    const auto is = [name](std::string_view known) {
        return ascii::equal_without_case(name, known);
    };
    switch (name.size()) {
    case 4:
        if (is("host")) {
            return take_host(value);
        }
        break;
    case 6:
        if (is("expect") && ascii::equal_without_case(value, "100-continue")) {
            expect_ = true;
        }
        break;
    case 10:
        if (is("connection")) {
            connection_close_ = connection_close_ || has_member(value, "close");
            connection_keep_alive_ = connection_keep_alive_ || has_member(value, "keep-alive");
        }
        break;
    case 14:
        if (is("content-length")) {
            return take_content_length(value);
        }
        break;
    case 16:
        if (is("content-encoding")) {
            return refuse(Refusal::content_encoding_unsupported);
        }
        break;
    case 17:
        if (is("transfer-encoding")) {
            return refuse(Refusal::length_required);
        }
        break;
    default: break;
    }
    return true;
}

bool Framer::take_content_length(std::string_view value) {
    if (content_length_seen_) {
        return refuse(Refusal::content_length_repeated);
    }
    if (value.empty() || !std::ranges::all_of(value, ascii::digit)) {
        return refuse(Refusal::content_length_invalid);
    }
    content_length_seen_ = true;
    // A number that does not fit is a valid number all the same, and larger than any limit.
    constexpr std::size_t huge = SIZE_MAX / 16;
    for (const char c : value) {
        content_length_ = std::min(huge, content_length_ * 10 + static_cast<std::size_t>(c - '0'));
    }
    return true;
}

bool Framer::finish_head(const BodyBytesMax& body_bytes_max) {
    if (!host_seen_ && version_minor_ == 1) {
        return refuse(Refusal::host_missing);
    }
    if (content_length_ > 0 && content_length_ > body_bytes_max(method(), path())) {
        return refuse(Refusal::body_too_large);
    }
    body_begin_ = line_begin_;
    stage_ = Stage::body;
    return true;
}

} // namespace hongbao::http
