// Role: RFC 9110, 8.3.1, as far as JSON goes.
#include "http/text/media_type.hpp"

#include "http/text/ascii.hpp"

namespace hongbao::http {

namespace {

bool is_utf_8(std::string_view parameter) {
    constexpr std::string_view name = "charset=";
    if (!ascii::equal_without_case(parameter.substr(0, name.size()), name)) {
        return false;
    }
    const std::string_view value = parameter.substr(name.size());
    return ascii::equal_without_case(value, "utf-8") ||
           ascii::equal_without_case(value, "\"utf-8\"");
}

} // namespace

bool is_json_media_type(std::string_view content_type) {
    std::size_t end = std::min(content_type.find(';'), content_type.size());
    if (!ascii::equal_without_case(ascii::trim(content_type.substr(0, end)), "application/json")) {
        return false;
    }
    while (end < content_type.size()) {
        content_type.remove_prefix(end + 1);
        end = std::min(content_type.find(';'), content_type.size());
        const std::string_view parameter = ascii::trim(content_type.substr(0, end));
        if (!parameter.empty() && !is_utf_8(parameter)) {
            return false;
        }
    }
    return true;
}

} // namespace hongbao::http
