// Role: finds the route of a request by comparing path segments; no regular expressions.
// Owner: pure after construction.
#pragma once

#include "http/api/route.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace hongbao::http {

struct Match {
    const Route* route = nullptr; // null: none
    std::string allowed_methods;  // if none: those that the path takes; empty if there is no path
    std::array<std::string_view, 2> parameters;
};

class PathRouter {
  public:
    explicit PathRouter(std::vector<Route> routes);
    /// HEAD has the routes of GET.
    Match match(std::string_view method, std::string_view path) const;
    /// Those of all paths: "GET, HEAD, POST, PUT, OPTIONS".
    const std::string& all_methods() const { return all_methods_; }
    const std::vector<Route>& routes() const { return routes_; }

  private:
    struct Pattern {
        std::vector<std::string_view> segments; // "{…}" matches any one
    };
    std::vector<Route> routes_;
    std::vector<Pattern> patterns_;
    std::string all_methods_;
};

} // namespace hongbao::http
