// Role: finds the route of a request by comparing path segments; no regular expressions.
// Owner: pure after construction.
#pragma once

#include "http/route.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hongbao::http {

struct Match {
    const Route* route = nullptr; // null: none
    std::string allowed_methods;  // of routes at this path with other methods: "GET, POST"
    std::array<std::string_view, 2> parameters;
};

class Router {
  public:
    explicit Router(std::vector<Route> routes);
    Match match(std::string_view method, std::string_view path) const;
    const std::vector<Route>& routes() const { return routes_; }

  private:
    struct Pattern {
        std::vector<std::string_view> segments; // "{…}" matches any one
    };
    std::vector<Route> routes_;
    std::vector<Pattern> patterns_;
};

} // namespace hongbao::http
