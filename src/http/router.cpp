// Role: splitting and comparing.
#include "http/router.hpp"

namespace hongbao::http {

namespace {

constexpr std::size_t segments_max = 6;

/// The segments of a path that begins with '/'. More than fit means: too many to match anything.
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

bool is_parameter(std::string_view segment) {
    return !segment.empty() && segment.front() == '{';
}

} // namespace

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {
    for (const Route& route : routes_) {
        const Segments segments(route.pattern);
        patterns_.push_back(
            Pattern{{segments.at.begin(),
                     segments.at.begin() + static_cast<std::ptrdiff_t>(segments.count)}});
    }
}

Match Router::match(std::string_view method, std::string_view path) const {
    Match match;
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
        if (routes_[i].method == method) {
            match.route = &routes_[i];
            return match;
        }
        match.allowed_methods += (match.allowed_methods.empty() ? "" : ", ");
        match.allowed_methods += routes_[i].method;
    }
    return match;
}

} // namespace hongbao::http
