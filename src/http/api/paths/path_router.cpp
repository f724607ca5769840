// Role: splits a path into segments and compares them with those of the routes.
#include "http/api/paths/path_router.hpp"

#include <algorithm>

namespace hongbao::http {

namespace {

constexpr std::size_t segments_max = 6;

/// The segments of a path that begins with '/'. If there are more than fit, nothing matches.
struct Segments {
    std::array<std::string_view, segments_max> at;
    std::size_t count = 0;

    explicit Segments(std::string_view path) {
        std::size_t begin = 1;
        while (begin <= path.size() && count < segments_max) {
            const std::size_t end = std::min(path.find('/', begin), path.size());
            at[count++] = path.substr(begin, end - begin);
            begin = end + 1;
        }
        if (begin <= path.size()) {
            count = segments_max + 1;
        }
    }
};

/// Adds a method to "GET, HEAD, OPTIONS", where OPTIONS is always the last.
void add_method(std::string& methods, std::string_view method) {
    constexpr std::string_view last = "OPTIONS", comma = ", ";
    if (methods.empty()) {
        methods = last;
    }
    for (const std::string_view one : {method, std::string_view("HEAD")}) {
        if ((one == method || method == "GET") && methods.find(one) == methods.npos) {
            const std::size_t end = methods.size() - last.size();
            methods.insert(end, std::string(one).append(comma));
        }
    }
}

bool is_parameter(std::string_view segment) {
    return !segment.empty() && segment.front() == '{';
}

} // namespace

PathRouter::PathRouter(std::vector<Route> routes) : routes_(std::move(routes)) {
    for (const Route& route : routes_) {
        const Segments segments(route.pattern);
        patterns_.push_back(
            Pattern{{segments.at.begin(),
                     segments.at.begin() + static_cast<std::ptrdiff_t>(segments.count)}});
        add_method(all_methods_, route.method);
    }
}

Match PathRouter::match(std::string_view method, std::string_view path) const {
    Match match;
    const std::string_view served = method == "HEAD" ? "GET" : method;
    const Segments segments(path);
    for (std::size_t i = 0; i < routes_.size(); ++i) {
        const auto& pattern = patterns_[i].segments;
        if (pattern.size() != segments.count) {
            continue;
        }
        std::size_t parameter = 0;
        bool same = true;
        for (std::size_t s = 0; s < pattern.size() && same; ++s) {
            if (is_parameter(pattern[s])) {
                same = !segments.at[s].empty();
                match.parameters[parameter++] = segments.at[s];
            } else {
                same = pattern[s] == segments.at[s];
            }
        }
        if (!same) {
            continue;
        }
        if (routes_[i].method == served) {
            match.route = &routes_[i];
            return match;
        }
        add_method(match.allowed_methods, routes_[i].method);
    }
    return match;
}

} // namespace hongbao::http
