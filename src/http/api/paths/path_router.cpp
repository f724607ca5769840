// Role: splits a path into segments and compares them with those of the routes.
#include "http/api/paths/path_router.hpp"

#include <algorithm>

namespace hongbao::http {

/// The segments of a path that begins with '/'. If there are more than fit, nothing matches.
struct PathRouter::Segments {
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
            count = 0;
        }
    }

    std::size_t length() const { return count < 2 ? 0 : std::min(at[1].size(), lengths - 1); }
};

namespace {

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
    for (std::size_t i = 0; i < routes_.size(); ++i) {
        const Route& route = routes_[i];
        const Segments segments(route.pattern);
        patterns_.push_back(
            Pattern{{segments.at.begin(),
                     segments.at.begin() + static_cast<std::ptrdiff_t>(segments.count)},
                    path_facts_of(route.pattern)});
        const bool has_any_length = segments.count > 1 && is_parameter(segments.at[1]);
        for (std::size_t length = 0; length < lengths; ++length) {
            if (has_any_length || length == segments.length()) {
                candidates_[segments.count][length].push_back(static_cast<std::uint16_t>(i));
            }
        }
        add_method(all_methods_, route.method);
    }
}

bool PathRouter::takes(const Pattern& pattern, const Segments& segments, Match& match) {
    std::size_t parameter = 0;
    for (std::size_t s = 0; s < pattern.segments.size(); ++s) {
        const std::string_view segment = segments.at[s];
        if (is_parameter(pattern.segments[s])) {
            if (segment.empty()) {
                return false;
            }
            match.parameters[parameter++] = segment;
        } else if (pattern.segments[s] != segment) {
            return false;
        }
    }
    return true;
}

Match PathRouter::match(std::string_view method, std::string_view path) const {
    Match match;
    const std::string_view served = method == "HEAD" ? "GET" : method;
    const Segments segments(path);
    for (const std::uint16_t i : candidates_[segments.count][segments.length()]) {
        if (!takes(patterns_[i], segments, match)) {
            continue;
        }
        if (routes_[i].method == served) {
            match.route = &routes_[i];
            match.facts = &patterns_[i].facts;
            match.number = i;
            return match;
        }
        add_method(match.allowed_methods, routes_[i].method);
    }
    return match;
}

} // namespace hongbao::http
