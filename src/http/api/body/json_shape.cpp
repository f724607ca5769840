// Role: strings, words and brackets told apart.
#include "http/api/body/json_shape.hpp"

namespace hongbao::http {

namespace {

constexpr bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

} // namespace

bool JsonShape::begin_value() {
    token_bytes_ = 0;
    return ++values_ <= json_values_max + names_;
}

std::optional<std::string> JsonShape::look_at(std::string_view piece) {
    for (const char c : piece) {
        bool few_values = true;
        switch (in_) {
        case In::escape:
            in_ = In::string;
            ++token_bytes_;
            break;
        case In::string:
            if (++token_bytes_ > json_string_bytes_max) {
                return "A text in the JSON is longer than " +
                       std::to_string(json_string_bytes_max) + " bytes.";
            }
            in_ = c == '"' ? In::space : (c == '\\' ? In::escape : In::string);
            break;
        case In::space:
        case In::word:
            if (c == '"') {
                few_values = begin_value();
                in_ = In::string;
            } else if (c == '{' || c == '[') {
                few_values = begin_value();
                in_ = In::space;
            } else if (c == ':') {
                ++names_;
                in_ = In::space;
            } else if (c == ',' || c == '}' || c == ']' || is_space(c)) {
                in_ = In::space;
            } else if (in_ == In::space) {
                few_values = begin_value();
                in_ = In::word;
            } else if (++token_bytes_ > json_number_bytes_max) {
                return "A number in the JSON is longer than " +
                       std::to_string(json_number_bytes_max) + " bytes.";
            }
            break;
        }
        if (!few_values) {
            return "The JSON has more than " + std::to_string(json_values_max) + " values.";
        }
    }
    return std::nullopt;
}

} // namespace hongbao::http
