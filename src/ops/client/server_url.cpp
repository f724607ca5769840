// Role: the form that cpp-httplib's client takes.
#include "ops/client/server_url.hpp"

#include <regex>

namespace hongbao::ops {

std::string fault_of_url(const std::string& url) {
    static const std::regex form(
        R"(https?://(\[[0-9:]+\]|[^\s/?#:@\[\]]{1,253})(:([0-9]{1,5}))?/?)");
    std::smatch parts;
    const bool is_url = std::regex_match(url, parts, form) &&
                        (!parts[3].matched || std::stoi(parts[3].str()) <= 65'535);
    return is_url ? "" : "it has to be like http://127.0.0.1:8080, with no path behind it";
}

std::string without_last_slash(std::string url) {
    if (url.ends_with('/')) {
        url.pop_back();
    }
    return url;
}

} // namespace hongbao::ops
