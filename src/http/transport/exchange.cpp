// Role: query parameters, the answer, and waiting for it.
#include "http/transport/exchange.hpp"

#include "domain/values/invariant.hpp"
#include "http/text/ascii.hpp"
#include "http/transport/connection.hpp"
#include "http/transport/coroutine.hpp"
#include "http/transport/event_loop.hpp"

#include <algorithm>

namespace hongbao::http {

namespace {

/// Framing has checked that every '%' begins a valid escape.
std::string decode_query(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            decoded += static_cast<char>(ascii::hex_value(text[i + 1]) * 16 +
                                         ascii::hex_value(text[i + 2]));
            i += 2;
        } else {
            decoded += text[i] == '+' ? ' ' : text[i];
        }
    }
    return decoded;
}

/// Cuts the next "name=value" off `rest`; false at the end.
bool next_parameter(std::string_view& rest, std::string_view& name, std::string_view& value) {
    while (rest.starts_with('&')) {
        rest.remove_prefix(1);
    }
    if (rest.empty()) {
        return false;
    }
    const std::string_view part = rest.substr(0, rest.find('&'));
    rest.remove_prefix(part.size());
    const std::size_t equals = std::min(part.find('='), part.size());
    name = part.substr(0, equals);
    value = part.substr(std::min(equals + 1, part.size()));
    return true;
}

bool fits_a_header_line(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return ascii::control(c) && c != '\t'; });
}

} // namespace

std::optional<std::string> Exchange::query(std::string_view wanted) const {
    std::string_view rest = request_.query(), name, value;
    while (next_parameter(rest, name, value)) {
        if (name == wanted || decode_query(name) == wanted) {
            return decode_query(value);
        }
    }
    return std::nullopt;
}

std::vector<std::pair<std::string, std::string>> Exchange::query_parameters() const {
    std::vector<std::pair<std::string, std::string>> parameters;
    std::string_view rest = request_.query(), name, value;
    while (next_parameter(rest, name, value)) {
        parameters.emplace_back(decode_query(name), decode_query(value));
    }
    return parameters;
}

void Exchange::set_header(std::string_view name, std::string_view value) {
    domain::invariant(!name.empty() && std::ranges::all_of(name, ascii::token) &&
                          fits_a_header_line(value),
                      "a response header fits on one line");
    headers_.emplace_back(name, value);
}

void Exchange::tell_to_wait(std::int64_t wait_ms) {
    if (client_.group == connection_.client().group) {
        connection_.tell_to_wait(wait_ms);
    }
}

void Exchange::respond(int status, std::string body, const char* content_type) {
    domain::invariant(!responded(), "an exchange is answered once");
    domain::invariant(status >= 200 && status <= 599, "a final status is answered");
    status_ = status;
    body_ = std::move(body);
    content_type_ = content_type;
}

void Exchange::respond_with_stream(const char* content_type, std::function<void(Exchange&)> body) {
    respond_with_stream_head(content_type);
    domain::invariant(static_cast<bool>(body), "a stream has a body");
    stream_ = std::move(body);
}

void Exchange::respond_with_stream_head(const char* content_type) {
    respond(200, {}, content_type);
    length_unknown_ = true;
}

bool Exchange::stream_is_open() const {
    return connection_.stream_is_open();
}

void Exchange::end_stream() {
    connection_.end_stream();
}

bool Exchange::client_has_finished() const {
    return connection_.client_has_finished();
}

bool Exchange::send(std::string_view chunk) {
    if (connection_.wants_room(*this)) {
        suspend_stream([this] { loop_.resume(*this); });
    }
    return connection_.gather(chunk);
}

void Exchange::suspend_stream(std::function<void()> when_over) {
    connection_.call_when_over(std::move(when_over));
    suspend();
    connection_.call_when_over(nullptr);
}

void Exchange::suspend() {
    if (state_ == State::running) {
        state_ = State::suspended;
        coroutine_.suspend();
    }
    domain::invariant(state_ == State::resumable,
                      "a suspended exchange goes on only after resume()");
    state_ = State::running;
}

void Exchange::yield() {
    loop_.resume_in_turn(*this);
    suspend();
}

void Exchange::give_way() {
    if (loop_.turn_is_over()) {
        yield();
    }
}

} // namespace hongbao::http
