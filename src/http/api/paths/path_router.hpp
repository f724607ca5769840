// Role: finds the route of a request by comparing path segments; no regular expressions.
// Owner: pure after construction.
#pragma once

#include "http/api/paths/path_facts.hpp"
#include "http/api/route.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hongbao::http {

struct Match {
    const Route* route = nullptr; // null: none
    const PathFacts* facts = nullptr;
    std::size_t number = 0;      // of the route, in the order in which they were given
    std::string allowed_methods; // if none: those that the path takes; empty if there is no path
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
    /// Of Match::number; empty if there is none.
    std::string_view pattern_of(std::size_t number) const {
        return number < routes_.size() ? routes_[number].pattern : std::string_view();
    }

  private:
    struct Pattern {
        std::vector<std::string_view> segments; // "{…}" matches any one
        PathFacts facts;
    };
    static constexpr std::size_t segments_max = 6;
    /// Lengths of the second segment, by which the routes are told apart first: it is a literal
    /// nearly always. Longer ones share the last place.
    static constexpr std::size_t lengths = 16;
    struct Segments;

    /// Sets the parameters; they may be set even if the pattern does not take the path.
    static bool takes(const Pattern& pattern, const Segments& segments, Match& match);

    std::vector<Route> routes_;
    std::vector<Pattern> patterns_;
    /// By the number of segments and the length of the second, in order. 0 segments: too many.
    std::array<std::array<std::vector<std::uint16_t>, lengths>, segments_max + 1> candidates_;
    std::string all_methods_;
};

} // namespace hongbao::http
