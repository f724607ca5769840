// Role: escapes and puts together.
#include "ops/log/words.hpp"

#include "http/text/characters.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace hongbao::ops {

namespace {

std::string escaped(const http::Character& character) {
    char text[16];
    std::snprintf(text, sizeof text, character.valid ? "\\u{%04X}" : "\\x%02X",
                  static_cast<unsigned>(character.code_point));
    return text;
}

/// Nothing in it moves a cursor, ends a line or turns the direction of writing.
std::string on_one_line(std::string_view text) {
    std::string line;
    line.reserve(text.size());
    while (!text.empty()) {
        const http::Character character = http::first_character(text);
        const bool is_plain = character.valid && !http::is_control(character.code_point) &&
                              !http::is_bidi_control(character.code_point);
        if (is_plain) {
            line.append(text.substr(0, character.bytes));
        } else {
            line.append(escaped(character));
        }
        text.remove_prefix(character.bytes);
    }
    return line;
}

std::string_view outcome_of(const http::RequestReport& report) {
    if (report.status >= 400 || !report.code.empty()) {
        return "refused";
    }
    return report.is_slow ? "slow" : "answered";
}

/// Bytes that are not UTF-8 become the replacement character.
std::string quoted(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

class Members {
  public:
    void add(std::string_view name, std::string_view text) { put(name, quoted(text)); }
    void add(std::string_view name, std::int64_t number) { put(name, std::to_string(number)); }
    std::string take() { return std::move(text_); }

  private:
    void put(std::string_view name, std::string_view value) {
        text_.append(text_.empty() ? "\"" : ",\"").append(name).append("\":").append(value);
    }
    std::string text_;
};

std::string as_sentence(const http::RequestReport& report, bool with_personal_data) {
    std::string line(outcome_of(report));
    line.append(": ").append(report.method).append(" ");
    line.append(report.route.empty() ? "no route" : report.route);
    line.append(", ").append(std::to_string(report.status));
    if (!report.code.empty()) {
        line.append(" ").append(report.code);
    }
    line.append(", ").append(std::to_string(report.duration_ms)).append(" ms, request ");
    line.append(report.request_id);
    if (report.trace != nullptr) {
        line.append(", trace ").append(report.trace->trace_id());
        line.append(" span ").append(report.trace->span_id());
    }
    if (with_personal_data) {
        line.append(", from ").append(report.client).append(", asked for ").append(report.target);
    }
    return on_one_line(line);
}

std::string as_members(const http::RequestReport& report, bool with_personal_data) {
    Members members;
    members.add("message", outcome_of(report));
    members.add("method", report.method);
    if (!report.route.empty()) {
        members.add("route", report.route);
    }
    members.add("status", report.status);
    if (!report.code.empty()) {
        members.add("code", report.code);
    }
    members.add("duration_ms", report.duration_ms);
    members.add("request_id", report.request_id);
    if (report.trace != nullptr) {
        members.add("trace_id", report.trace->trace_id());
        members.add("span_id", report.trace->span_id());
    }
    if (with_personal_data) {
        members.add("client", report.client);
        members.add("target", report.target);
    }
    return members.take();
}

} // namespace

std::string words_of(LogFormat format, std::string_view sentence) {
    return format == LogFormat::json ? "\"message\":" + quoted(sentence) : on_one_line(sentence);
}

std::string words_of(LogFormat format, const http::RequestReport& report, bool with_personal_data) {
    return format == LogFormat::json ? as_members(report, with_personal_data)
                                     : as_sentence(report, with_personal_data);
}

} // namespace hongbao::ops
